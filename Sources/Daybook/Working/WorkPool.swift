internal import DaybookLog
internal import DaybookModel
internal import Synchronization

/// In which order workers take jobs of several queues.
public enum QueueOrder: Sendable {
    /// The highest priority first, then the oldest, over all of them.
    case byPriority
    /// Nothing of a queue while one before it has a job that is ready.
    case strict
}

/// Some workers, the queues they serve, and the jobs that were claimed for them.
///
/// Throughput is slots times commits, so more is claimed than runs: about what finishes during two commits, and more
/// while workers wait for short jobs. Jobs
/// that find no worker in time are given back, so that long jobs are never hoarded.
final class WorkPool: Sendable {
    private struct State {
        /// Those that a worker has taken are nil: whoever runs a job also frees what it held, not the writer.
        var waiting: [ClaimedJob?] = []
        /// Jobs before this one were taken.
        var taken = 0
        var workers: [UnsafeContinuation<ClaimedJob?, Never>] = []
        /// Claimed and not finished.
        var outstanding = 0
        var finished = 0
        var ahead = 0
        var lastStartNanoseconds: UInt64 = 0
        var isStopping = false
        /// Whether it wants no more, now that it has got some.
        var isSated = false
        /// Whether the last claim for it ended before all that is ready was seen.
        var wasCut = false

        /// Whether no job has been started for too long. A worker may have asked for the time after the writer has.
        func isOverdue(_ nowNanoseconds: UInt64) -> Bool {
            nowNanoseconds >= lastStartNanoseconds
                && nowNanoseconds - lastStartNanoseconds >= WorkPool.patienceNanoseconds
        }

        mutating func slotsWanted(_ workers: Int) -> Int {
            guard !isStopping, !isSated else { return 0 }
            // It shrinks slowly: turns alternate between large and small, and what the small ones finish says nothing.
            // It grows while workers wait although each of them has ended several: a larger turn keeps them busy.
            let areStarved = !self.workers.isEmpty && finished > workers * WorkPool.manyEnds
            ahead = min(WorkPool.aheadMax, max(finished * (areStarved ? 4 : 2), ahead - ahead / 16))
            finished = 0
            return max(0, workers + ahead - outstanding)
        }
    }

    let queues: [String]?
    let order: QueueOrder
    let workers: Int
    let runs: Runnable
    /// The number of its first worker: no two that work at the same time in a process have the same.
    private let firstNumber = Mutex<UInt32>(1)
    /// Whether it is there for the jobs of one turn only. Whoever made it sees to all of them, however long that takes.
    let takesOnce: Bool
    private let state = Mutex(State())

    /// No more than this is claimed beyond what runs.
    private static let aheadMax = 4096
    /// Whoever ends so many jobs during one turn ends them quickly.
    private static let manyEnds = 4
    /// How long a claimed job waits for a worker before it is given back, beyond a commit.
    static let patienceNanoseconds: UInt64 = 20_000_000

    init(
        queues: [String]?, order: QueueOrder = .byPriority, workers: Int, runs: Runnable = .everything,
        takesOnce: Bool = false
    ) {
        self.queues = queues
        self.order = order
        self.workers = workers
        self.runs = runs
        self.takesOnce = takesOnce
    }

    /// The numbers of its workers.
    var numbers: Range<UInt32> {
        let first = firstNumber.withLock { $0 }
        return first..<first + UInt32(workers)
    }

    /// Numbers its workers behind those of `others`.
    func number(behind others: [WorkPool]) {
        let first = others.map(\.numbers.upperBound).max() ?? 1
        firstNumber.withLock { $0 = first }
    }

    // MARK: The writer's side

    /// How many jobs to claim in this turn.
    func slotsWanted() -> Int { state.withLock { $0.slotsWanted(workers) } }

    /// How many the next turn will want.
    var slotsToWant: Int {
        var next = state.withLock { $0 }
        return next.slotsWanted(workers)
    }

    /// Takes in what a committed turn has claimed.
    func add(_ jobs: [ClaimedJob], nowNanoseconds: UInt64) {
        guard !jobs.isEmpty else { return }
        let woken = state.withLock { state in
            state.outstanding += jobs.count
            state.isSated = takesOnce
            if state.taken == state.waiting.count {
                state.waiting.removeAll(keepingCapacity: true)
                state.taken = 0
                state.lastStartNanoseconds = nowNanoseconds
            }
            var woken: [(UnsafeContinuation<ClaimedJob?, Never>, ClaimedJob)] = []
            for job in jobs {
                if let worker = state.workers.popLast() {
                    woken.append((worker, job))
                } else {
                    state.waiting.append(job)
                }
            }
            return woken
        }
        for (worker, job) in woken { worker.resume(returning: job) }
    }

    /// The jobs that found no worker in time; they are no longer this pool's.
    func takeOverdue(nowNanoseconds: UInt64) -> [ClaimedJob] {
        state.withLock { state in
            guard !takesOnce, state.taken < state.waiting.count,
                state.isStopping || state.isOverdue(nowNanoseconds)
            else { return [] }
            let overdue = state.waiting[state.taken...].compactMap { $0 }
            state.waiting.removeAll(keepingCapacity: true)
            state.taken = 0
            state.outstanding -= overdue.count
            state.ahead = 0
            return overdue
        }
    }

    /// Takes all that wait for a worker.
    func takeWaiting() -> [ClaimedJob] {
        state.withLock { state in
            defer {
                state.waiting.removeAll(keepingCapacity: true)
                state.taken = 0
            }
            return state.waiting[state.taken...].compactMap { $0 }
        }
    }

    /// Whether jobs wait in it that may have to be given back.
    var hasWaiting: Bool { state.withLock { !takesOnce && $0.taken < $0.waiting.count } }
    var wasCut: Bool { state.withLock { $0.wasCut } }
    var outstanding: Int { state.withLock { $0.outstanding } }
    /// How many workers wait for a job.
    var idle: Int { state.withLock { $0.workers.count } }

    /// Claims nothing any more and lets idle workers go.
    func stop() {
        let workers = state.withLock { state in
            state.isStopping = true
            defer { state.workers = [] }
            return state.workers
        }
        for worker in workers { worker.resume(returning: nil) }
    }

    /// Says whether the turn that is over has looked at all that is ready.
    func noteLook(wasCut: Bool) { state.withLock { $0.wasCut = wasCut } }

    // MARK: The workers' side

    /// The next job, or nil when the pool has stopped.
    func next(nowNanoseconds: UInt64) async -> ClaimedJob? {
        await withUnsafeContinuation { continuation in
            let answer: ClaimedJob?? = state.withLock { state in
                guard !state.isStopping else { return .some(nil) }
                guard state.taken < state.waiting.count else {
                    state.workers.append(continuation)
                    return nil
                }
                defer { state.taken += 1 }
                // A worker's time is of when its last run ended.
                state.lastStartNanoseconds = max(state.lastStartNanoseconds, nowNanoseconds)
                return .some(state.waiting[state.taken].take())
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }

    func finish() {
        state.withLock { state in
            state.outstanding -= 1
            state.finished += 1
        }
    }
}
