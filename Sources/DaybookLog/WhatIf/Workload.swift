// How a load was worked off, read from a log: the recorded one and the one of a simulation by the same eyes, so that a
// difference between the two is one of the policies and not of the counting.
//
// A job waits from the moment at which it becomes ready until a run of it begins. What a claim gave back had not begun.
// One that has to come due is ready at that moment, and not when some process gets round to writing that down.

internal import DaybookModel

/// Which jobs are counted together.
struct WorkloadGroup: Hashable, Comparable {
    let queue: String
    let name: String

    static func < (left: WorkloadGroup, right: WorkloadGroup) -> Bool {
        (left.queue, left.name) < (right.queue, right.name)
    }
}

/// Counts what happened to the jobs of a log. Not Sendable: one thread at a time.
final class WorkloadReader {
    private struct Waiting {
        let group: WorkloadGroup
        var readySince: Instant?
        /// When it is to run, and from when on it waited for that alone.
        var due: Instant?
        var scheduledSince: Instant?
        var claimed: Instant?
        /// What it has ended as.
        var ended: JobState?
        /// Whether anybody who has a worker free could take it.
        var isReady = false
        var isHeld = false
    }

    private let fold: LedgerFold
    @exclusivity(unchecked) private var jobs: [SequenceNumber: Waiting] = [:]
    @exclusivity(unchecked) private(set) var tallies: [WorkloadGroup: WorkloadTally] = [:]
    @exclusivity(unchecked) private(set) var backlog = Backlog()
    /// When the job was due that the last event made ready, or the window open that it opened, if that was late: nobody
    /// was there who would have done it.
    @exclusivity(unchecked) private(set) var missedDue: Instant?
    /// How many jobs wait for a limit.
    @exclusivity(unchecked) private var heldByLimits = 0
    /// What came to wait for a time, until it is found that it does no more.
    @exclusivity(unchecked) private var dues = Moments()

    init() {
        fold = LedgerFold(FoldLedgers(.digest))
    }

    /// Takes the next event in.
    func read(_ value: UnsafeRawBufferPointer, at sequence: SequenceNumber) throws {
        let head = try EventHead(value, at: sequence)
        missedDue = nil
        if head.kind == EventKind.limitOpened.rawValue { try noteOpening(value, head) }
        try fold.apply(value, at: sequence, head)
        if head.job != 0 { try note(try Event(value, head, withPayload: false), at: sequence) }
        guard head.isCommitEnd else { return }
        if heldByLimits > 0 { try noteLetThrough(head.time) }
        try fold.post()
    }

    /// When the first job was due, or the first window of a limit open, that should have been seen to by now and has
    /// not been.
    func neglected(at now: Instant) throws -> Instant? {
        var opening: Instant?
        try LimitRows.forEachOpening(in: fold.ledgers) { instant, scope in
            // A group whose keys are being looked at has no window.
            guard !scope.hasSuffix(":*") else { return true }
            opening = instant
            return false
        }
        return [neglectedJob(at: now), opening.flatMap { WorkloadReader.isLate($0, now) ? $0 : nil }]
            .compactMap(\.self).min()
    }

    private func neglectedJob(at now: Instant) -> Instant? {
        while let first = dues.first, WorkloadReader.isLate(first.at, now) {
            guard let job = jobs[first.job], job.scheduledSince != nil, job.due == first.at else {
                dues.removeFirst()
                continue
            }
            return first.at
        }
        return nil
    }

    /// Whether what was due then would have been seen to by now.
    static func isLate(_ due: Instant, _ now: Instant) -> Bool {
        due.advanced(microseconds: 1_000_000) < now
    }

    private func note(_ event: Event, at sequence: SequenceNumber) throws {
        if case .created(let created) = event.body {
            let group = WorkloadGroup(queue: created.value.queue, name: created.value.name)
            tallies[group, default: WorkloadTally()].arrive(event.time)
            jobs[sequence] = Waiting(group: group, due: created.value.due)
        }
        guard var job = jobs[event.job] else { return }
        switch event.body {
        case .claimed: job.claimed = event.time
        case .succeeded(let success):
            end(&job, event.time, Int64(clamping: success.ranMicroseconds), isSuccess: true)
        case .attemptFailed(let failure), .failed(let failure):
            end(&job, event.time, Int64(clamping: failure.value.ranMicroseconds), isSuccess: false)
        case .snoozed: end(&job, event.time, nil, isSuccess: nil)
        default: break
        }
        let waited = job.scheduledSince.map { _ in job.due }
        job.due = event.body.due ?? job.due
        let record = try fold.record(of: event.job)
        let state = record?.state
        wait(&job, state, event.time)
        settle(&job, state, event.time)
        standReady(&job, record, event.time)
        jobs[event.job] = state == nil ? nil : job
        if let due = job.due, state == .scheduled, waited != due { dues.add(Moment(at: due, job: event.job, token: 0)) }
        _ = neglectedJob(at: event.time)
    }

    private func wait(_ job: inout Waiting, _ state: JobState?, _ time: Instant) {
        switch state {
        case .enqueued:
            if job.scheduledSince != nil, let due = job.due, WorkloadReader.isLate(due, time) { missedDue = due }
            let came = job.scheduledSince.map { max($0, job.due ?? time) } ?? time
            job.readySince = job.readySince ?? min(came, time)
            job.scheduledSince = nil
        case .processing: break
        case .scheduled:
            job.scheduledSince = job.scheduledSince ?? time
            job.readySince = nil
        case .awaiting, .parked, .succeeded, .failed, .cancelled, nil:
            job.scheduledSince = nil
            job.readySince = nil
        }
    }

    /// A run has ended: it had waited until it began.
    private func end(_ job: inout Waiting, _ time: Instant, _ ran: Int64?, isSuccess: Bool?) {
        let began = ran.map { time.advanced(microseconds: -$0) } ?? job.claimed ?? time
        let waited = job.readySince.map { max(0, began.microseconds - $0.microseconds) }
        tallies[job.group, default: WorkloadTally()].run(waited: waited, isFailure: isSuccess == false)
        job.claimed = nil
    }

    /// A job that has ended may be taken up again.
    private func settle(_ job: inout Waiting, _ state: JobState?, _ time: Instant) {
        guard let state, state.isFinished != (job.ended != nil) else { return }
        let ended = state.isFinished ? state : nil
        tallies[job.group, default: WorkloadTally()].note(ended, after: job.ended, time)
        job.ended = ended
    }

    private func noteOpening(_ value: UnsafeRawBufferPointer, _ head: EventHead) throws {
        guard case .limitOpened(let scope) = try Event(value, head).body,
            let opens = try LimitRows.rate(scope, in: fold.ledgers).opens
        else { return }
        if WorkloadReader.isLate(opens, head.time) { missedDue = opens }
    }

    /// A limit that has room lets jobs through, of which no event speaks.
    private func noteLetThrough(_ time: Instant) throws {
        for id in fold.changedJobs {
            guard var job = jobs[id] else { continue }
            standReady(&job, try fold.record(of: id), time)
            jobs[id] = job
        }
    }

    private func standReady(_ job: inout Waiting, _ record: JobRecord?, _ time: Instant) {
        let isHeld = record?.waitsForLimit ?? false
        heldByLimits += (isHeld ? 1 : 0) - (job.isHeld ? 1 : 0)
        job.isHeld = isHeld
        let isReady = record?.state == .enqueued && !isHeld
        guard job.isReady != isReady else { return }
        job.isReady = isReady
        if isReady { backlog.enter(job.group, time) } else { backlog.leave(job.group) }
    }
}

extension EventBody {
    /// When the job is to run next, if the event says so.
    fileprivate var due: Instant? {
        switch self {
        case .attemptFailed(let failure): failure.value.due
        case .snoozed(let until): until
        case .rescheduled(let until, _): until
        default: nil
        }
    }
}

/// What is counted of one group.
struct WorkloadTally {
    private(set) var arrived = 0
    private(set) var runs = 0
    private(set) var failedRuns = 0
    private(set) var waits: [Int64] = []
    private(set) var first: Instant?
    private(set) var last: Instant?
    private var ends: [JobState: Int] = [:]

    mutating func arrive(_ time: Instant) {
        arrived += 1
        first = first ?? time
    }

    mutating func run(waited: Int64?, isFailure: Bool) {
        runs += 1
        if isFailure { failedRuns += 1 }
        if let waited { waits.append(waited) }
    }

    /// A job has ended as `state`, or was taken up again after it had ended.
    mutating func note(_ state: JobState?, after earlier: JobState?, _ time: Instant) {
        if let earlier { ends[earlier, default: 0] -= 1 }
        guard let state else { return }
        ends[state, default: 0] += 1
        last = max(last ?? time, time)
    }

    mutating func add(_ other: WorkloadTally) {
        arrived += other.arrived
        runs += other.runs
        failedRuns += other.failedRuns
        waits += other.waits
        first = [first, other.first].compactMap { $0 }.min()
        last = [last, other.last].compactMap { $0 }.max()
        ends.merge(other.ends, uniquingKeysWith: +)
    }

    func count(_ state: JobState) -> Int { ends[state] ?? 0 }
}
