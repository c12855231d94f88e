internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// A queue as it stands.
struct QueueLine {
    let record: QueueRecord
    /// Since when the job has been ready that waits longest.
    let oldest: Instant?
    let limit: Limit?
    /// The pause that is in force, where the dashboard's view has seen it.
    var pause: QueuePause?
    /// How many runs ended a minute; nil where no view tells, as of a moment of the past.
    var endedPerMinute: Double?

    static let states: [JobState] = [
        .enqueued, .processing, .scheduled, .awaiting, .parked, .failed, .succeeded, .cancelled,
    ]

    /// So many queues are looked up in the view for one page.
    private static let lookedUpMax = 500

    static func all(_ call: RouteCall) throws -> [QueueLine] { try looked(up: try call.read { try all(in: $0) }, call) }

    /// Those behind the queue of a name, in the order of their names.
    static func page(
        after name: String?, limit: Int, _ call: RouteCall
    ) throws -> (lines: [QueueLine], next: String?) {
        let lines = try call.read { log in
            try all(in: log, limit: limit + 1) { $0.isShown && $0.name > name ?? "" }
        }
        let page = try looked(up: Array(lines.prefix(limit)), call)
        return (page, lines.count > limit ? page.last?.record.name : nil)
    }

    /// With what the view knows of them.
    private static func looked(up lines: [QueueLine], _ call: RouteCall) throws -> [QueueLine] {
        var lines = lines
        let paused = lines.indices.filter { lines[$0].record.isPaused }.prefix(lookedUpMax)
        for index in paused { lines[index].pause = try QueuePause.inForce(of: lines[index].record.name, call) }
        guard call.past == nil, lines.count <= lookedUpMax else { return lines }
        try? call.engine.view(of: DashboardFollower.self) { rows in
            for index in lines.indices {
                lines[index].endedPerMinute =
                    try Throughput(ofQueue: lines[index].record.name, until: call.now, in: rows).endedPerMinute
            }
        }
        return lines
    }

    /// One of them; nil if there is none of that name.
    static func one(_ name: String, _ call: RouteCall) throws -> QueueLine? {
        guard var line = try call.read({ log in try all(in: log) { $0.name == name } }).first else { return nil }
        if line.record.isPaused { line.pause = try QueuePause.inForce(of: name, call) }
        return line
    }

    private static func all(
        in log: any LogSnapshot, limit: Int = .max, where isMeant: (QueueRecord) -> Bool = \.isShown
    ) throws -> [QueueLine] {
        var books = Books()
        let found = try books.allQueues(in: log).enumerated().filter { isMeant($1) }
        return try found.sorted { $0.element.name < $1.element.name }.prefix(limit).map { index, record in
            QueueLine(
                record: record, oldest: try ReadyAge.oldest(of: UInt32(index + 1), record, in: log),
                limit: try LimitRows.rule(LimitScope.queue(record.name).text, in: log))
        }
    }

    // MARK: On pages

    /// The cell of a state, with the way to its jobs.
    func count(_ state: JobState, _ frame: PageFrame, _ html: inout Html) {
        let count = record[state]
        let style = count == 0 ? "number zero" : "number"
        html.element("td", [.class(style), .named("data-label", Texts.state(state))]) { link(state, frame, &$0) }
    }

    func link(_ state: JobState, _ frame: PageFrame, _ html: inout Html) {
        guard record[state] > 0 else { return html.text("0") }
        let query: [(String, String?)] = [("state", state.name), ("queue", record.name)]
        html.link(frame.link(["jobs"], query), Texts.number(record[state]))
    }

    /// The form that pauses or resumes it.
    func move(_ frame: PageFrame, _ call: RouteCall, _ html: inout Html) {
        html.action(
            frame, ["queues", record.name, record.isPaused ? "resume" : "pause"],
            record.isPaused ? Texts.resume : Texts.pause, "quiet", next: call.here, about: record.name, hasReason: true)
    }

    // MARK: For programs

    func write(to json: inout JSONWriter) {
        json.field("queue", record.name)
        json.field("paused", record.isPaused)
        for state in JobState.allCases { json.field(state.name, record[state]) }
        json.field("oldestReady", oldest)
        if let endedPerMinute {
            json.key("endedPerMinute")
            json.value(endedPerMinute)
        }
        guard let pause else { return }
        json.field("pausedSince", pause.since)
        json.field("pausedBy", pause.actor.description)
        json.field("pauseReason", pause.reason)
        json.field("pauseEvent", pause.event)
    }
}

/// Since when a queue is paused, who did it and why.
struct QueuePause {
    let event: SequenceNumber
    let since: Instant
    let actor: Actor
    let reason: String

    /// A queue that came while all were paused has no pause of its own.
    static func inForce(of queue: String, _ call: RouteCall) throws -> QueuePause? {
        try latest(of: queue, call) ?? latest(of: Name.queuesToCome, call)
    }

    private static func latest(of queue: String, _ call: RouteCall) throws -> QueuePause? {
        let part = DashboardFollower.Part.pause
        // What was paused and resumed stays listed, so the list of today tells of the past.
        let start = call.past.map { Packed(part, queue, -Int64(clamping: $0.sequence)) }
        let found = try? call.engine.view(of: DashboardFollower.self) { rows in
            var found: (SequenceNumber, Bool)?
            try rows.walk(Packed(part, queue), from: start) { key, value in
                let number = try key.unpacked(as: String.self, String.self, Int64.self).2
                found = (SequenceNumber(-number), try value.unpacked(as: Int.self) == 1)
                return false
            }
            return found
        }
        guard let (sequence, isPause) = found ?? nil, isPause,
            let event = try call.read({ try $0.eventAtHand(sequence) { try Event($0, at: sequence) } })
        else { return nil }
        let logged = LoggedEvent(event, at: sequence)
        return QueuePause(event: sequence, since: logged.time, actor: logged.actor, reason: logged.reason)
    }

    /// `by ann: the disk is full`.
    var words: String { Texts.pausedBy(actor.person ?? actor.description, reason) }

    func write(_ now: Instant, _ html: inout Html) {
        html.age(since, now)
        html.text(" \(words)")
    }
}
