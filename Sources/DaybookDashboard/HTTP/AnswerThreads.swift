internal import DaybookLog

/// The threads on which requests are answered. Swift's pool has one thread for each processor, and jobs that keep all
/// of them busy must not keep a dashboard from saying so.
///
/// One for the whole process, for ever: tasks do not keep their executor alive, and one that waits for the store may
/// go on long after its server has stopped.
///
/// Unchecked because the monitor, not the compiler, keeps the list to one thread at a time.
final class AnswerThreads: TaskExecutor, @unchecked Sendable {
    static let shared = AnswerThreads(4)
    /// What takes seconds is done here, one thing after the other.
    static let folding = AnswerThreads(1)

    private let monitor = Monitor()
    // Only with the monitor's lock.
    private var jobs: [UnownedJob] = []
    private var taken = 0
    private var threads: WorkerThreads?

    private init(_ count: Int) {
        threads = WorkerThreads(count) { [self] in run() }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        monitor.lock()
        jobs.append(job)
        monitor.announceChange()
        monitor.unlock()
    }

    private func run() {
        while true {
            next().runSynchronously(on: asUnownedTaskExecutor())
        }
    }

    private func next() -> UnownedJob {
        monitor.lock()
        defer { monitor.unlock() }
        while taken == jobs.count { monitor.wait() }
        let job = jobs[taken]
        taken += 1
        if taken == jobs.count {
            jobs.removeAll(keepingCapacity: true)
            taken = 0
        }
        return job
    }
}
