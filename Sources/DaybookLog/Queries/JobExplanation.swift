package import DaybookModel

/// Why a job is not running, or what it does instead, in words. Of a snapshot of the past it says why it was not.
package struct JobExplanation {
    /// Where the job stands; nil if it has been deleted.
    package let state: JobState?
    package let sentence: String

    /// Further back in its queue than this, a job's exact place tells nobody more.
    private static let aheadMax = 10_000

    /// Who asks.
    private struct Listener {
        /// May know what the job's own code said, and the keys for limits that it was given.
        let isOpen: Bool
        /// Whose jobs he may see and count; nil for all.
        let tenant: String?
        /// May know who paused a queue and why.
        let seesQueues: Bool

        func scope(_ scope: String) -> String { isOpen ? scope : LimitScope.withoutKey(scope) }

        /// Whether none but his own jobs share the limit.
        func mayCount(_ scope: String) -> Bool {
            guard let tenant else { return true }
            return scope == "key:tenant:\(tenant)" || scope.hasPrefix("key:tenant:\(tenant):")
        }
    }

    /// `inSight` is asked, where that matters, which processes are there. Where it is not `isOpen`, what the job's own
    /// code said and keys for limits are left out. `tenant` is whose jobs whoever asks may see; nil for all. Who paused
    /// its queue is told to those who `seesQueues`.
    package init(
        of job: SequenceNumber, in log: any LogSnapshot, isOpen: Bool = true, seenBy tenant: String? = nil,
        seesQueues: Bool = true, inSight: () throws -> ProcessesInSight
    ) throws {
        var reader = try JobReader(log)
        guard let summary = try reader.job(job) else {
            try JobExplanation.requireCreation(of: job, in: log)
            state = nil
            sentence = "It was deleted; its history stays in the log."
            return
        }
        state = summary.state
        // Whoever claims it will set it aside.
        let isOver = summary.state.isFinished || [.parked, .processing].contains(summary.state)
        let closed = isOver ? nil : try log.closedArguments(of: job)
        let past = JobPast(summary.record.last, log, withErrors: isOpen)
        let since = summary.record.since.forPeople
        let words: String
        switch summary.state {
        case .awaiting: words = try JobExplanation.awaiting(summary, tenant, log)
        case .scheduled: words = try JobExplanation.scheduled(summary.record, past)
        case .enqueued:
            let listener = Listener(isOpen: isOpen, tenant: tenant, seesQueues: seesQueues)
            words = try JobExplanation.enqueued(summary, listener, log, inSight)
        case .processing:
            let record = summary.record
            let run = "run \(record.attempt) of \(record.attempts)"
            words =
                try inSight().isGone(record.process)
                ? "It was running: process \(record.process), which had it since \(since), \(run), is gone. The next "
                    + "process that works on the store takes care of it."
                : "It is running: process \(record.process) has been running it since \(since), \(run)."
        case .succeeded: words = "It succeeded at \(since)."
        case .failed: words = "It failed at \(since): \(try past.failure())."
        case .cancelled:
            let (event, missing) = try past.latest { EventKind(rawValue: $0.body.kind) == .cancelled }
            let reason = event?.body.reason ?? missing.map { "by whom and why is not at hand. \($0)" } ?? ""
            let by = event.map { " by \($0.actor)" } ?? ""
            words = "It was cancelled at \(since)\(by)" + (reason.isEmpty ? "." : ": \(reason).")
        case .parked:
            let (event, missing) = try past.latest { EventKind(rawValue: $0.body.kind) == .parked }
            let reason = event?.body.reason ?? missing.map { "why is not at hand. \($0)" } ?? ""
            let why = reason.isEmpty ? "nobody can run it" : reason
            words = "It is parked until a process comes that can run it: \(why)."
        }
        sentence = words + (closed.map { " Whoever claims it sets it aside: its arguments are \($0)." } ?? "")
    }

    private static func requireCreation(of job: SequenceNumber, in log: any LogSnapshot) throws {
        guard try log.creation(of: job) != nil else {
            throw LogError(.notFound, try log.absence(of: job))
        }
    }

    private static func scheduled(_ record: JobRecord, _ past: JobPast) throws -> String {
        guard !record.isSetAside else {
            return "What became of it is lost with the events that the store was recovered without, so it waits for a "
                + "person: `daybook jobs requeue` lets it run, `daybook jobs cancel` ends it."
        }
        let until = "until \(record.due.forPeople)"
        switch record.waitsFor {
        case .retry: return "It waits \(until) for its next run; the last one failed: \(try past.failure())."
        case .snooze: return "Its last run asked to be run again later: it waits \(until)."
        case .rescheduled: return "It was rescheduled: it waits \(until)."
        case .delay, .nothing, .limit: return "It is not due yet: it waits \(until)."
        }
    }

    private static func awaiting(_ job: JobSummary, _ tenant: String?, _ log: any LogSnapshot) throws -> String {
        guard let created = try log.creation(of: job.sequence) else { return "It waits for another job to finish." }
        return try WaitingFor(created.value, job.sequence, seenBy: tenant, in: log).sentence
    }

    private static func enqueued(
        _ job: JobSummary, _ listener: Listener, _ log: any LogSnapshot, _ inSight: () throws -> ProcessesInSight
    ) throws -> String {
        let paused = try paused(job.queue, listener, log)
        if job.record.waitsForLimit { return try limited(job, listener, log) + (paused.map { " \($0)" } ?? "") }
        if let paused { return paused }
        let countsAll = listener.tenant == nil
        if let limit = try LimitUse.ofFullQueue(job.queue, withCount: countsAll, in: log) {
            return "It waits for the limit of \(limit)."
        }
        if let absence = try inSight().absence(in: log) { return "It is ready, and \(absence)." }
        let alone = job.record.runsAlone ? ", in a process that runs nothing else, since it may have killed one" : ""
        let others = try LoneJob.inTheWay(of: job, in: log)
        let wait = others.isEmpty ? "waits for a free worker" : "waits"
        let ahead = try ahead(of: job, in: log)
        let count = !countsAll ? "" : ahead < aheadMax ? "\(ahead) " : "\(aheadMax) or more "
        let place =
            ahead > 0
            ? "It \(wait) behind \(count)others of its queue \(job.queue)"
            : "It is the next of its queue \(job.queue) and \(wait)"
        return place + alone + "." + LoneJob.sentence(others, areNamed: countsAll)
    }

    /// Nil if the queue is not paused. Who paused it and why is for those who see all of it.
    private static func paused(_ queue: String, _ listener: Listener, _ log: any LogSnapshot) throws -> String? {
        var books = Books()
        guard try books.queue(queue, in: log)?.isPaused == true else { return nil }
        let isTold = listener.tenant == nil && listener.seesQueues
        let pause = isTold ? try PauseInForce(of: queue, in: log) : nil
        return "Its queue \(queue) is paused." + (pause?.sentence ?? "")
    }

    private static func limited(
        _ job: JobSummary, _ listener: Listener, _ log: any LogSnapshot
    ) throws -> String {
        var books = Books()
        guard let row = try LimitRows.job(job.sequence, in: log), let index = row.standing.waiting else {
            return "It waits for a limit."
        }
        let scope = row.scopes[index]
        let words = try books.limits.rule(scope, in: log)?.words ?? "no limit any more"
        let opens = try LimitRows.rate(scope, in: log).opens.map { " The limit opens at \($0.forPeople)." } ?? ""
        let limit = "It waits for the limit of \(listener.scope(scope)) (\(words))"
        guard listener.mayCount(scope) else { return "\(limit).\(opens)" }
        let count = try place(of: job, waitingFor: scope, in: log)
        let state = try LimitRows.state(scope, in: log)
        return "\(limit): \(state.held) have a slot, and it is number \(count) of \(state.waiting) that wait."
            + opens
    }

    private static func place(
        of job: JobSummary, waitingFor scope: String, in log: any LogSnapshot
    ) throws -> String {
        var place = 1
        let own = JobRecord.rank(ofLane: job.record.lane)
        for (rank, lanes) in try LimitRows.waitingLanes(scope, in: log) where rank <= own {
            for lane in lanes {
                try LimitRows.forEachWait(scope, in: lane, of: log) { other in
                    guard place < aheadMax, rank < own || other < job.sequence else { return false }
                    place += 1
                    return true
                }
            }
        }
        return place < aheadMax ? "\(place)" : "\(aheadMax) or later"
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
}

/// A job's events from its latest back, as far as somebody asks.
private struct JobPast {
    private let last: SequenceNumber
    private let log: any LogSnapshot
    private let withErrors: Bool

    init(_ last: SequenceNumber, _ log: any LogSnapshot, withErrors: Bool) {
        self.last = last
        self.log = log
        self.withErrors = withErrors
    }

    /// Also which archive is not there that has it, as words that go on in a sentence.
    func latest(where isWanted: (Event) -> Bool) throws -> (Event?, missing: String?) {
        let (found, missing) = try found(isWanted)
        return (found?.event, missing)
    }

    private func found(
        _ isWanted: (Event) -> Bool
    ) throws -> ((sequence: SequenceNumber, event: Event)?, missing: String?) {
        var next = last
        do {
            while next > 0, let event = try log.event(next, { try Event($0, at: next) }) {
                if isWanted(event) { return ((next, event), nil) }
                next = event.previous
            }
        } catch let error as LogError where error.code == .notFound {
            let sentence = error.description
            return (nil, sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence)
        }
        return (nil, nil)
    }

    func failure() throws -> String {
        let (found, missing) = try found { EventBody.isFailure($0.body) }
        if let missing { return "why is not at hand. \(missing)" }
        switch found?.event.body {
        case .failed(let box), .attemptFailed(let box):
            let parts = [box.value.reason, withErrors ? box.value.error : ""].filter { !$0.isEmpty }
            if parts.isEmpty {
                let closed = try withErrors ? found.flatMap { try log.closedPayload(of: $0.sequence) } : nil
                return "its error is \(closed?.description ?? "not for you to see")"
            }
            return parts.joined(separator: "; ")
        default: return "no reason was given"
        }
    }
}

extension EventBody {
    fileprivate static func isFailure(_ body: EventBody) -> Bool {
        switch body {
        case .failed, .attemptFailed: true
        default: false
        }
    }
}
