internal import DaybookLog
internal import Synchronization

/// Says to a thread that nobody waits for what it does.
final class CheckStop: Sendable {
    private let flag = Mutex(false)

    var isSet: Bool { flag.withLock { $0 } }

    func set() { flag.withLock { $0 = true } }
}

extension LogVerifier {
    /// The same on a thread of its own: it reads for minutes, and no task may hold a thread of others that long.
    func verifyOnThread() async -> VerifyReport {
        let (reports, answer) = AsyncStream.makeStream(of: VerifyReport.self)
        let thread = WorkerThreads(1) {
            answer.yield(verify())
            answer.finish()
        }
        guard thread.count == 1 else { return verify() }
        var report: VerifyReport?
        for await one in reports { report = one }
        // A task that was cancelled is told nothing more; the thread has been told to stop.
        thread.join()
        return report ?? VerifyReport()
    }
}
