internal import DaybookLog
internal import DaybookModel
internal import Synchronization

/// Writes checkpoints when it is time for one. The writer asks at each round; a thread of its own reads, signs and
/// waits for the file, so that a slow medium holds nobody up.
struct CheckpointRounds {
    private let plan: CheckpointPlan
    private let work: CheckpointWork
    private let mayHaveThread: Bool
    private var nextNanoseconds: UInt64 = 0
    private var thread: WorkerThreads?

    init?(_ plan: CheckpointPlan?, _ environment: EngineEnvironment) {
        guard let plan else { return nil }
        self.plan = plan
        work = CheckpointWork(plan, environment)
        mayHaveThread = environment.driver == nil
    }

    mutating func look(nowNanoseconds now: UInt64) {
        guard now >= nextNanoseconds, work.begin() else { return }
        nextNanoseconds = now + plan.everyNanoseconds
        // Letting go of the thread before waits for it, and it has done its work.
        thread = mayHaveThread ? WorkerThreads(1) { [work] in work.run() } : nil
        if thread?.count != 1 { work.run() }
    }

    /// The last one, of all that was written.
    mutating func end() {
        thread = nil
        if work.begin() { work.run() }
    }
}

/// One checkpoint at a time, and none of a log that has not grown.
private final class CheckpointWork: Sendable {
    private let plan: CheckpointPlan
    private let storage: any LogStorage
    private let clock: EngineClock
    private let state = Mutex<(isAtWork: Bool, last: SequenceNumber)>((false, 0))

    init(_ plan: CheckpointPlan, _ environment: EngineEnvironment) {
        self.plan = plan
        storage = environment.storage
        clock = environment.clock
    }

    /// False while one is being written.
    func begin() -> Bool {
        state.withLock { state in
            defer { state.isAtWork = true }
            return !state.isAtWork
        }
    }

    func run() {
        defer { state.withLock { $0.isAtWork = false } }
        do {
            guard try storage.read({ try $0.last }) > state.withLock({ $0.last }),
                let checkpoint = try CheckpointText.take(of: storage, now: clock.now(), signedBy: plan.key)
            else { return }
            try LooseFile.append(line: checkpoint.line, to: plan.path)
            state.withLock { $0.last = checkpoint.checkpoint.sequence }
        } catch {
            plan.whenFailing(error)
        }
    }
}
