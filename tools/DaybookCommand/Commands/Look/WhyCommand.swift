import DaybookLog
import DaybookModel

/// Why a job is not running, or what it does instead, in words.
enum WhyCommand {
    static let job = Positional("JOB", .job)

    static let description = CommandDescription(
        "why", "why a job is not running", positionals: [job.description]
    ) { call, context in
        guard let job = try call.value(job) else { return }
        let store = try CommandStore.reading(context)
        defer { store.close() }
        let progress = Progress(context.log)
        let history = try JobHistory(of: job.rawValue, in: store, progress)
        progress.end()
        let maker = try history.maker(in: store).map { " \($0)" } ?? ""
        let why = try Explanation(history, store).sentence + maker
        try context.print { json in
            json.object { json in
                json.field("job", job.rawValue)
                json.field("state", history.summary?.state.name ?? "deleted")
                json.field("why", why)
            }
        } text: {
            [StandardError.printable(why)]
        }
    }
}

private struct Explanation {
    let sentence: String

    /// Further back in its queue than this, a job's exact place tells nobody more.
    private static let aheadMax = 10_000

    init(_ history: JobHistory, _ store: CommandStore) throws {
        guard let job = history.summary else {
            sentence = "It was deleted; its history stays in the log."
            return
        }
        let last = history.events.last?.event
        let record = job.record
        switch job.state {
        case .awaiting: sentence = try Explanation.awaiting(history.created, job, store)
        case .scheduled: sentence = Explanation.scheduled(record, history)
        case .enqueued: sentence = try Explanation.enqueued(job, store)
        case .processing:
            let since = "process \(record.process) has been running it since \(record.since.forPeople)"
            sentence = "It is running: \(since), run \(record.attempt) of \(record.attempts)."
        case .succeeded: sentence = "It succeeded at \(record.since.forPeople)."
        case .failed: sentence = "It failed at \(record.since.forPeople): \(Explanation.failure(history))."
        case .cancelled:
            let who = history.events.last { EventKind(rawValue: $0.event.body.kind) == .cancelled }?.event
            let reason = who.flatMap { Explanation.reason(of: $0.body) } ?? ""
            let by = who.map { " by \($0.actor)" } ?? ""
            sentence = "It was cancelled at \(record.since.forPeople)\(by)" + (reason.isEmpty ? "." : ": \(reason).")
        case .parked:
            let reason = last.flatMap { Explanation.reason(of: $0.body) } ?? "nobody can run it"
            sentence = "It is parked until a process comes that can run it: \(reason)."
        }
    }

    private static func scheduled(_ record: JobRecord, _ history: JobHistory) -> String {
        let until = "until \(record.due.forPeople)"
        switch record.waitsFor {
        case .retry: return "It waits \(until) for its next run; the last one failed: \(failure(history))."
        case .snooze: return "Its last run asked to be run again later: it waits \(until)."
        case .rescheduled: return "It was rescheduled: it waits \(until)."
        case .delay, .nothing, .limit: return "It is not due yet: it waits \(until)."
        }
    }

    private static func awaiting(_ created: Created?, _ job: JobSummary, _ store: CommandStore) throws -> String {
        guard let created else { return "It waits for another job to finish." }
        return try store.read { try WaitingFor(created, job.id.rawValue, in: $0) }.sentence
    }

    private static func enqueued(_ job: JobSummary, _ store: CommandStore) throws -> String {
        let (isPaused, ahead) = try store.read { log throws -> (Bool, Int) in
            var books = Books()
            return (try books.queue(job.queue, in: log)?.isPaused ?? false, try Explanation.ahead(of: job, in: log))
        }
        if job.record.waitsForLimit { return try Explanation.limited(job, store) }
        if isPaused { return "Its queue \(job.queue) is paused." }
        let isServed = try store.otherProcesses().contains { $0.isAlive && $0.facts?.event ?? 0 > 0 }
        guard isServed else { return "It is ready, and no process has the store open to run it." }
        let alone = job.record.deaths > 0 ? ", in a process that runs nothing else, since it may have killed one" : ""
        guard ahead > 0 else { return "It is the next of its queue \(job.queue) and waits for a free worker\(alone)." }
        let count = ahead < aheadMax ? "\(ahead)" : "\(aheadMax) or more"
        return "It waits for a free worker behind \(count) others of its queue \(job.queue)\(alone)."
    }

    private static func limited(_ job: JobSummary, _ store: CommandStore) throws -> String {
        try store.read { log in
            var books = Books()
            guard let row = try LimitRows.job(job.sequence, in: log), let index = row.waiting else {
                return "It waits for a limit."
            }
            let scope = row.scopes[index]
            let state = try LimitRows.state(scope, in: log)
            var place = 1
            try LimitRows.forEachWait(scope, in: log) { lane, other in
                if (lane, other) < (job.record.lane, job.sequence) { place += 1 }
                return place < aheadMax && (lane, other) < (job.record.lane, job.sequence)
            }
            let words = try books.limits.rule(scope, in: log)?.words ?? "no limit any more"
            let count = place < aheadMax ? "\(place)" : "\(aheadMax) or later"
            return "It waits for the limit of \(scope) (\(words)): \(state.held) have a slot, and it is number "
                + "\(count) of \(state.waiting) that wait."
        }
    }

    private static func ahead(of job: JobSummary, in log: any LogSnapshot) throws -> Int {
        var count = 0
        let own = job.record.readyKey
        try RowKey.ready(queue: job.record.queue, priority: .max, position: 0).withBytes { start in
            try log.scan(.ready, from: start) { key, _ in
                guard RowKey(key) < own, count < aheadMax else { return false }
                count += 1
                return true
            }
        }
        return count
    }

    private static func failure(_ history: JobHistory) -> String {
        for record in history.events.reversed() {
            switch record.event.body {
            case .failed(let box), .attemptFailed(let box):
                let failure = box.value
                return [failure.reason, failure.error].filter { !$0.isEmpty }.joined(separator: "; ")
            default: continue
            }
        }
        return "no reason was given"
    }

    private static func reason(of body: EventBody) -> String? {
        switch body {
        case .parked(let reason), .cancelled(let reason): reason
        default: nil
        }
    }
}
