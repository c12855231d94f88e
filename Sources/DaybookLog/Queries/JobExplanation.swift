package import DaybookModel

/// Why a job is not running, or what it does instead. Of a snapshot of the past it says why it was not.
package struct JobExplanation {
    /// Where the job stands; nil if it has been deleted.
    package let state: JobState?
    package let reason: JobReason
    /// Why its arguments cannot be read, if that will keep it from running.
    package let closed: ClosedPayload?

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
            return TenantKeys.ownsLimit(scope, tenant)
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
            (state, reason, closed) = (nil, .deleted, nil)
            return
        }
        state = summary.state
        // Whoever claims it will set it aside.
        let isOver = summary.state.isFinished || [.parked, .processing].contains(summary.state)
        closed = isOver ? nil : try log.closedArguments(of: job)?.withoutPlace
        let past = JobPast(summary.record.last, log, withErrors: isOpen)
        let since = summary.record.since
        switch summary.state {
        case .awaiting: reason = .awaiting(try JobExplanation.awaiting(summary, tenant, log))
        case .scheduled: reason = try JobExplanation.scheduled(summary.record, past)
        case .enqueued:
            let listener = Listener(isOpen: isOpen, tenant: tenant, seesQueues: seesQueues)
            reason = try JobExplanation.enqueued(summary, listener, log, inSight)
        case .processing:
            let record = summary.record
            let run = JobReason.Run(
                process: record.process, since: since, attempt: Int(record.attempt), attempts: Int(record.attempts))
            reason = try inSight().isGone(record.process) ? .runnerGone(run) : .running(run)
        case .succeeded: reason = .succeeded(at: since)
        case .failed: reason = .failed(at: since, try past.failure())
        case .cancelled:
            let (event, told) = try past.told { EventKind(rawValue: $0.body.kind) == .cancelled }
            reason = .cancelled(at: since, by: event?.actor.asTold, told)
        case .parked:
            reason = .parked(try past.told { EventKind(rawValue: $0.body.kind) == .parked }.1)
        }
    }

    private static func requireCreation(of job: SequenceNumber, in log: any LogSnapshot) throws {
        guard try log.creation(of: job) != nil else {
            throw LogError(.notFound, try log.absence(of: job))
        }
    }

    private static func scheduled(_ record: JobRecord, _ past: JobPast) throws -> JobReason {
        guard !record.isSetAside else { return .setAside }
        switch record.waitsFor {
        case .retry: return .retrying(until: record.due, try past.failure())
        case .snooze: return .snoozed(until: record.due)
        case .rescheduled: return .rescheduled(until: record.due)
        case .delay, .nothing, .limit: return .notDue(until: record.due)
        }
    }

    private static func awaiting(
        _ job: JobSummary, _ tenant: String?, _ log: any LogSnapshot
    ) throws -> JobReason.Awaited {
        guard let created = try log.creation(of: job.sequence) else { return .somebody }
        return try WaitingFor(created.value, job.sequence, seenBy: tenant, in: log).awaited
    }

    private static func enqueued(
        _ job: JobSummary, _ listener: Listener, _ log: any LogSnapshot, _ inSight: () throws -> ProcessesInSight
    ) throws -> JobReason {
        let paused = try paused(job.queue, listener, log)
        if job.record.waitsForLimit { return .limited(try limited(job, listener, log), paused) }
        if let paused { return .paused(paused) }
        let countsAll = listener.tenant == nil
        if let full = try LimitUse.ofFullQueue(job.queue, withCount: countsAll, in: log) { return .queueFull(full) }
        if let absence = try inSight().absence(in: log) { return .unattended(absence) }
        let lone = try LoneJob.inTheWay(of: job, in: log)
        let ahead = try ahead(of: job, in: log)
        return .ready(
            JobReason.Turn(
                queue: job.queue,
                ahead: ahead == 0
                    ? .nobody : !countsAll ? .others : ahead < aheadMax ? .exactly(ahead) : .orMore(aheadMax),
                runsAlone: job.record.runsAlone, lone: LoneJob.told(lone, areNamed: countsAll)))
    }

    /// Nil if the queue is not paused. Who paused it and why is for those who see all of it.
    private static func paused(
        _ queue: String, _ listener: Listener, _ log: any LogSnapshot
    ) throws -> JobReason.Pause? {
        var books = Books()
        guard try books.queue(queue, in: log)?.isPaused == true else { return nil }
        let isTold = listener.tenant == nil && listener.seesQueues
        return JobReason.Pause(queue: queue, by: isTold ? try PauseInForce(of: queue, in: log) : nil)
    }

    private static func limited(
        _ job: JobSummary, _ listener: Listener, _ log: any LogSnapshot
    ) throws -> JobReason.LimitWait? {
        var books = Books()
        guard let row = try LimitRows.job(job.sequence, in: log), let index = row.standing.waiting else { return nil }
        let scope = row.scopes[index]
        var line: JobReason.LimitWait.Line?
        if listener.mayCount(scope) {
            let place = try place(of: job, waitingFor: scope, in: log)
            let state = try LimitRows.state(scope, in: log)
            line = JobReason.LimitWait.Line(held: UInt64(state.held), waiting: state.waiting, place: place)
        }
        return JobReason.LimitWait(
            scope: listener.scope(scope), limit: try books.limits.rule(scope, in: log),
            opens: try LimitRows.rate(scope, in: log).opens, line: line)
    }

    private static func place(
        of job: JobSummary, waitingFor scope: String, in log: any LogSnapshot
    ) throws -> JobReason.Place {
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
        return place < aheadMax ? .number(place) : .orLater(aheadMax)
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

    /// The latest such event, and the reason that somebody gave with it.
    func told(where isWanted: (Event) -> Bool) throws -> (Event?, JobReason.Told) {
        let (found, missing) = try found(isWanted)
        if let missing { return (nil, .notAtHand(missing)) }
        return (found?.event, .said(found?.event.body.reason ?? ""))
    }

    /// Also which archive is not there that has it.
    private func found(
        _ isWanted: (Event) -> Bool
    ) throws -> ((sequence: SequenceNumber, event: Event)?, missing: LogError?) {
        var next = last
        do {
            while next > 0, let event = try log.event(next, { try Event($0, at: next) }) {
                if isWanted(event) { return ((next, event), nil) }
                next = event.previous
            }
        } catch let error as LogError where error.code == .notFound {
            return (nil, error)
        }
        return (nil, nil)
    }

    func failure() throws -> JobReason.Failure {
        let (found, missing) = try found { EventBody.isFailure($0.body) }
        if let missing { return .notAtHand(missing) }
        switch found?.event.body {
        case .failed(let box), .attemptFailed(let box):
            let (reason, error) = (box.value.reason, withErrors ? box.value.error : "")
            guard reason.isEmpty, error.isEmpty else { return .said(reason: reason, error: error) }
            let closed = try withErrors ? found.flatMap { try log.closedPayload(of: $0.sequence) } : nil
            return .closed(closed?.withoutPlace)
        default: return .notGiven
        }
    }
}

extension ClosedPayload {
    /// Where the file of a key lies is for those who look after the store.
    fileprivate var withoutPlace: ClosedPayload {
        if case .keyUnusable(let key, _) = self { .keyUnusable(key, "") } else { self }
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
