import DaybookLog
import DaybookModel

/// How the store stands at this moment, in a few lines.
enum StatusCommand {
    static let description = CommandDescription(
        "status", "how many jobs there are in each state, who works on them, and how large the store is"
    ) { _, context in
        let store = try CommandStore.reading(context)
        defer { store.close() }
        let status = try Status(store)
        try context.print { json in
            json.object { status.write(to: &$0) }
        } text: {
            status.lines(context.terminal)
        }
    }
}

struct Status {
    let identity: String
    let folder: String
    let last: SequenceNumber
    let head: Hash
    let counts: [(state: JobState, count: UInt64)]
    let pausedQueues: [String]
    let nextDue: Instant?
    /// The recurring job that fires next.
    let nextFiring: (at: Instant, id: String)?
    /// The limit whose window opens next, of those for which somebody waits.
    let nextOpening: (at: Instant, scope: String)?
    let processes: [FoundPresence]
    let views: [ViewState]
    let alerts: [OpenAlerts.Episode]
    let facts: StoreFacts
    let stranger: StrangeEvent?

    init(_ store: CommandStore) throws {
        identity = store.identityText
        folder = store.path
        var queues: [QueueRecord] = []
        (last, head, queues, nextDue) = try store.read { snapshot in
            var books = Books()
            let last = try snapshot.last
            let head = last == 0 ? Hash.zero : try snapshot.seal(endingAt: last).head
            return (last, head, try books.allQueues(in: snapshot), try books.nextDue(in: snapshot))
        }
        nextFiring = try store.read { snapshot in
            var first: (Instant, SequenceNumber)?
            try RecurringBook.forEachDue(in: snapshot) { instant, definition in
                first = (instant, definition)
                return false
            }
            return try first.flatMap { at, definition in
                try RecurringBook.record(definition, in: snapshot).map { (at, $0.id) }
            }
        }
        nextOpening = try store.read { try LimitUse.nextOpening(in: $0) }
        counts = JobState.allCases.map { state in (state, queues.reduce(0) { $0 &+ $1[state] }) }
        pausedQueues = queues.filter(\.isPaused).map(\.name).sorted()
        processes = try store.otherProcesses().filter { $0.isAlive && $0.facts != nil }
        views = try store.views()
        alerts = try store.alerts()
        facts = try store.facts()
        stranger = try store.stranger()
    }

    func write(to json: inout JSONWriter) {
        json.field("identity", identity)
        json.field("folder", folder)
        json.field("seq", last)
        json.field("head", head.hex)
        json.key("jobs")
        json.object { json in for (state, count) in counts { json.field(state.name, count) } }
        json.field("pausedQueues", pausedQueues)
        json.field("nextDue", nextDue)
        json.field("nextFiring", nextFiring?.at)
        json.field("nextRecurring", nextFiring?.id)
        json.field("nextOpening", nextOpening?.at)
        json.field("nextOpeningLimit", nextOpening?.scope)
        json.key("processes")
        json.array { json in
            for process in processes {
                json.object { json in
                    process.facts?.write(to: &json)
                    json.field("outdatedSince", process.stranger)
                }
            }
        }
        json.key("views")
        json.array { json in
            for view in views { json.object { view.write(to: &$0) } }
        }
        json.key("alerts")
        json.array { json in
            for alert in alerts { json.object { alert.write(to: &$0) } }
        }
        json.field("fileBytes", facts.fileSizeBytes)
        json.field("usedBytes", facts.usedBytes)
        json.field("reusableBytes", facts.freePages * facts.pageSizeBytes)
        json.field("diskFreeBytes", facts.diskFreeBytes)
        json.field("oldestReaderCommitsBehind", facts.oldestReader?.commitsBehind ?? 0)
        json.field("oldestReaderPid", facts.oldestReader?.processID)
        json.field("outdatedSince", stranger?.sequence)
        json.field("format", facts.format)
        json.field("ledgersVersion", facts.ledgersVersion)
        json.field("version", Version.text)
        json.field("lmdb", facts.libraryVersion)
    }

    func lines(_ terminal: Terminal) -> [String] {
        var lines = [
            "store      \(identity) in \(folder)",
            "log        \(last) events, head \(head.hex.prefix(16))…",
            "jobs       " + counts.map { "\($0.count) \($0.state.name)" }.joined(separator: ", "),
        ]
        if !pausedQueues.isEmpty { lines.append("paused     " + pausedQueues.joined(separator: ", ")) }
        if let nextDue { lines.append("next due   \(nextDue.forPeople)") }
        if let nextFiring { lines.append("recurring  \(nextFiring.id) next, at \(nextFiring.at.forPeople)") }
        if let nextOpening { lines.append("limits     \(nextOpening.scope) opens at \(nextOpening.at.forPeople)") }
        let live = processes.isEmpty ? ["none but this one"] : processes.compactMap(\.sentence)
        for (index, process) in live.enumerated() {
            lines.append((index == 0 ? "processes  " : "           ") + process)
        }
        if let oldest = facts.oldestReader {
            lines.append(
                "readers    pid \(oldest.processID) holds a snapshot that is \(oldest.commitsBehind) commits old")
        }
        for (index, view) in views.enumerated() {
            lines.append((index == 0 ? "views      " : "           ") + view.sentence)
        }
        for (index, alert) in alerts.enumerated() {
            lines.append((index == 0 ? "alerts     " : "           ") + alert.sentence)
        }
        let size = ByteCount.text(facts.fileSizeBytes)
        let free = ByteCount.text(facts.freePages * facts.pageSizeBytes)
        lines.append(
            "size       \(size) on disk, \(free) of it free for use; the disk has "
                + "\(ByteCount.text(facts.diskFreeBytes)) left"
        )
        lines.append("versions   \(Version.program), format \(facts.format), LMDB \(facts.libraryVersion)")
        if let stranger { lines.append("outdated   \(stranger.sentence)") }
        return lines
    }
}

extension OpenAlerts.Episode {
    func write(to json: inout JSONWriter) {
        json.field("rule", rule)
        json.field("subject", subject)
        json.field("text", text)
        json.field("since", since)
        json.field("job", job.rawValue)
    }

    var sentence: String { "alert \(rule) since \(since.forPeople): \(text) (job \(job))" }
}

extension FoundPresence {
    /// The event of a newer release that keeps the process from taking on more work, if there is one.
    var stranger: SequenceNumber? {
        guard isAlive, let event = EngineReport(enginePart)?.stranger, event > 0 else { return nil }
        return event
    }

    /// Nil for a process of which nothing can be read.
    var sentence: String? {
        guard let facts else { return nil }
        guard let stranger else { return facts.sentence }
        return "\(facts.sentence); takes on no more work, since event \(stranger) is of a newer release: start it anew"
    }
}

extension ProcessFacts {
    func write(to json: inout JSONWriter) {
        json.field("pid", processID)
        json.field("program", program)
        json.field("started", started)
        json.field("writes", writes)
        if event > 0 { json.field("process", event) }
    }

    var sentence: String {
        "pid \(processID), \(program), since \(started.forPeople), \(writes ? "reads and writes" : "only reads")"
    }
}
