internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// Something that is late or failing, and since when.
struct Concern {
    let isBad: Bool
    let text: String
    let parts: [String]
    var query: [(String, String?)] = []
    var since: Instant?
    /// Who and why, where that is known.
    var detail: String?

    /// What is later than this is late.
    private static let lateMicroseconds: Int64 = 60_000_000
    private static let oldMicroseconds: Int64 = 10 * 60_000_000
    /// So many of a kind are named one by one.
    private static let namedMax = 5

    /// So many failed jobs are looked at for since when jobs fail.
    private static let failedMax = 200

    static func all(_ call: RouteCall, _ now: Instant) throws -> [Concern] {
        guard call.past == nil else { return try inLedgers(call, now) }
        let dead = try call.engine.otherProcesses().filter { !$0.isAlive && $0.facts?.event ?? 0 > 0 }
        var concerns: [Concern] = []
        if !dead.isEmpty {
            concerns.append(Concern(isBad: true, text: Texts.deadProcesses(dead.count), parts: ["processes"]))
        }
        switch call.engine.readiness {
        case .outOfSpace: concerns.append(Concern(isBad: true, text: Texts.outOfSpace, parts: ["storage"]))
        case .stopping: concerns.append(Concern(isBad: false, text: Texts.stopping, parts: ["processes"]))
        case .outdated: concerns.append(Concern(isBad: true, text: Texts.outdated, parts: ["processes"]))
        case .ready: break
        }
        // Those that are jobs stand in the ledgers.
        concerns += call.engine.alertsTold.map { alert in
            Concern(
                isBad: true, text: Texts.alert(alert.rule, alert.text), parts: ["processes"], since: alert.since)
        }
        concerns += try inLedgers(call, now)
        let failing = ((try? call.engine.views()) ?? []).filter { $0.failure != nil }
        if !failing.isEmpty {
            concerns.append(Concern(isBad: true, text: Texts.failingViews(failing.map(\.name)), parts: ["storage"]))
        }
        if try !call.engine.isServed(), try call.store.queues().contains(where: { $0[.enqueued] > 0 }) {
            concerns.append(Concern(isBad: true, text: Texts.nobodyWorks, parts: ["processes"]))
        }
        return concerns
    }

    /// What the ledgers tell, now or then.
    private static func inLedgers(_ call: RouteCall, _ now: Instant) throws -> [Concern] {
        let lines = try QueueLine.all(call)
        return try alerts(lines, call) + failures(lines, call) + queues(lines, now)
            + call.read { try late(now, in: $0) + recurring(now, in: $0) }
    }

    /// What those who watch the store have found, for as long as it lasts.
    private static func alerts(_ lines: [QueueLine], _ call: RouteCall) throws -> [Concern] {
        guard let record = lines.first(where: { $0.record.name == OpenAlerts.queue })?.record else { return [] }
        var concerns: [Concern] = []
        for state in JobState.allCases where !state.isFinished && record[state] > 0 {
            let filter = JobFilter(states: [state], queue: OpenAlerts.queue)
            for job in try JobDirectory(call, filter).page(below: nil, limit: namedMax).jobs {
                guard let episode = try call.read({ try OpenAlerts.Episode(job.id, in: $0) }) else { continue }
                concerns.append(
                    Concern(
                        isBad: true, text: Texts.alert(episode.rule, episode.text), parts: ["jobs", "\(job.id)"],
                        since: episode.since))
            }
        }
        return concerns
    }

    /// Jobs that stand failed: nobody has run them again or put them away.
    private static func failures(_ lines: [QueueLine], _ call: RouteCall) throws -> [Concern] {
        let count = lines.reduce(UInt64(0)) { $0 + $1.record[.failed] }
        guard count > 0 else { return [] }
        let found = try JobDirectory(call, JobFilter(states: [.failed])).page(below: nil, limit: failedMax)
        let isWhole = found.next == nil && !found.isCut
        return [
            Concern(
                isBad: true, text: Texts.failedJobs(count), parts: ["jobs"], query: [("state", JobState.failed.name)],
                since: found.jobs.map(\.since).min(),
                detail: isWhole ? nil : Texts.failedEarlier(found.jobs.count))
        ]
    }

    private static func queues(_ lines: [QueueLine], _ now: Instant) -> [Concern] {
        var concerns: [Concern] = []
        for line in lines.filter(\.record.isPaused).prefix(namedMax) {
            concerns.append(
                Concern(
                    isBad: false, text: Texts.queueIsPaused(line.record.name, line.record[.enqueued]),
                    parts: ["queues", line.record.name], since: line.pause?.since, detail: line.pause?.words))
        }
        let old = lines.filter { line in
            !line.record.isPaused && (line.oldest.map { now.microseconds - $0.microseconds > oldMicroseconds } ?? false)
        }
        for line in old.prefix(namedMax) {
            concerns.append(
                Concern(
                    isBad: true, text: Texts.queueIsLate(line.record.name), parts: ["jobs"],
                    query: [("state", JobState.enqueued.name), ("queue", line.record.name)], since: line.oldest))
        }
        let parked = lines.reduce(UInt64(0)) { $0 + $1.record[.parked] }
        if parked > 0 {
            concerns.append(
                Concern(
                    isBad: false, text: Texts.parkedJobs(parked), parts: ["jobs"],
                    query: [("state", JobState.parked.name)]))
        }
        return concerns
    }

    func write(to json: inout JSONWriter) {
        json.field("bad", isBad)
        json.field("text", text)
        json.field("detail", detail)
        json.field("since", since)
        json.field("page", PageLink("", parts, query).text)
    }

    /// What was due and nobody made ready.
    private static func late(_ now: Instant, in log: any LogSnapshot) throws -> [Concern] {
        let books = Books()
        guard let due = try books.nextDue(in: log), now.microseconds - due.microseconds > lateMicroseconds else {
            return []
        }
        return [
            Concern(
                isBad: true, text: Texts.dueAndLate, parts: ["jobs"], query: [("state", JobState.scheduled.name)],
                since: due)
        ]
    }

    private static func recurring(_ now: Instant, in log: any LogSnapshot) throws -> [Concern] {
        var late: [(Instant, SequenceNumber)] = []
        try RecurringBook.forEachDue(in: log) { instant, definition in
            guard now.microseconds - instant.microseconds > lateMicroseconds, late.count < namedMax else {
                return false
            }
            late.append((instant, definition))
            return true
        }
        var concerns: [Concern] = []
        for (instant, definition) in late {
            guard let record = try RecurringBook.record(definition, in: log) else { continue }
            concerns.append(
                Concern(
                    isBad: true, text: Texts.recurringIsLate(record.id), parts: ["recurring", record.id], since: instant
                ))
        }
        var broken = 0
        var looked = 0
        try RecurringBook.forEach(in: log) { _, record in
            looked += 1
            if record.flags.contains(.isBroken), !record.flags.contains(.isRemoved), broken < namedMax {
                broken += 1
                concerns.append(
                    Concern(isBad: true, text: Texts.recurringIsBroken(record.id), parts: ["recurring", record.id]))
            }
            return looked < 5_000
        }
        return concerns
    }
}
