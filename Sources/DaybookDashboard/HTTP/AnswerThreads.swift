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
    private var idleCount = 0
    /// Whether one of them has been woken and has not come yet. When it comes it wakes the next if there is more than
    /// it takes: they come as they are needed, not all for each job.
    private var isWaking = false
    private var threads: WorkerThreads?

    private init(_ count: Int) {
        threads = WorkerThreads(count) { [self] in run() }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        monitor.lock()
        jobs.append(job)
        wakeOne()
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
        while taken == jobs.count {
            idleCount += 1
            monitor.wait()
            idleCount -= 1
            isWaking = false
        }
        let job = jobs[taken]
        taken += 1
        if taken == jobs.count {
            jobs.removeAll(keepingCapacity: true)
            taken = 0
        }
        wakeOne()
        return job
    }

    /// With the monitor's lock.
    private func wakeOne() {
        guard taken < jobs.count, idleCount > 0, !isWaking else { return }
        isWaking = true
        monitor.announceToOne()
    }
}
