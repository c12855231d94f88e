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
        var hasEnded = false
    }

    private let fold: LedgerFold
    @exclusivity(unchecked) private var jobs: [SequenceNumber: Waiting] = [:]
    @exclusivity(unchecked) private(set) var tallies: [WorkloadGroup: WorkloadTally] = [:]

    init() {
        fold = LedgerFold(FoldLedgers(.digest))
    }

    /// Takes the next event in.
    func read(_ value: UnsafeRawBufferPointer, at sequence: SequenceNumber) throws {
        let head = try EventHead(value, at: sequence)
        try fold.apply(value, at: sequence, head)
        if head.isCommitEnd { try fold.post() }
        guard head.job != 0 else { return }
        try note(try Event(value, head, withPayload: false), at: sequence)
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
        job.due = event.body.due ?? job.due
        let state = try fold.state(of: event.job)
        wait(&job, state, event.time)
        settle(event.job, &job, state, event.time)
        jobs[event.job] = state == nil ? nil : job
    }

    private func wait(_ job: inout Waiting, _ state: JobState?, _ time: Instant) {
        switch state {
        case .enqueued:
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
    private func settle(_ number: SequenceNumber, _ job: inout Waiting, _ state: JobState?, _ time: Instant) {
        guard let state, state.isFinished != job.hasEnded else { return }
        job.hasEnded = state.isFinished
        tallies[job.group, default: WorkloadTally()].note(number, endedAs: job.hasEnded ? state : nil, time)
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
    private var ends: [SequenceNumber: JobState] = [:]

    mutating func arrive(_ time: Instant) {
        arrived += 1
        first = first ?? time
    }

    mutating func run(waited: Int64?, isFailure: Bool) {
        runs += 1
        if isFailure { failedRuns += 1 }
        if let waited { waits.append(waited) }
    }

    mutating func note(_ job: SequenceNumber, endedAs state: JobState?, _ time: Instant) {
        ends[job] = state
        if state != nil { last = max(last ?? time, time) }
    }

    mutating func add(_ other: WorkloadTally) {
        arrived += other.arrived
        runs += other.runs
        failedRuns += other.failedRuns
        waits += other.waits
        first = [first, other.first].compactMap { $0 }.min()
        last = [last, other.last].compactMap { $0 }.max()
        ends.merge(other.ends) { $1 }
    }

    func count(_ state: JobState) -> Int { ends.values.count { $0 == state } }
}
