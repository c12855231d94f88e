// What the writer has made durable is told to others from here: to observers and to middleware. The writer leaves which
// events a turn wrote; this thread reads them back from the log, as a follower does. So it costs the writer next to
// nothing, and nobody's code runs on his thread or holds a snapshot open.

internal import DaybookLog
internal import DaybookModel

/// Tells those who want to know what this process has committed.
///
/// Unchecked because the monitor, not the compiler, keeps the turns to one thread at a time.
final class CommitNews: @unchecked Sendable {
    /// What the writer knows of a turn.
    struct Turn {
        let first: SequenceNumber
        let last: SequenceNumber
        let byteCount: Int
        let nanoseconds: UInt64
    }

    private let storage: any LogStorage
    private let observers: [any EngineObserver]
    private let middleware: [any JobMiddleware]
    /// Without one, whoever drives the writer does this, too.
    private let mayHaveThread: Bool
    private let monitor = Monitor()
    // Only with the monitor's lock.
    private var turns: [Turn] = []
    private var missed = 0
    private var isStopping = false
    private var thread: WorkerThreads?
    // Only on the thread.
    private var creations: [SequenceNumber: JobCreation] = [:]

    /// Observers that are slower than the writer miss the oldest turns beyond these.
    static let waitingMax = 10_000
    private static let creationsMax = 10_000

    /// Nil if there is nobody to tell.
    init?(
        _ storage: any LogStorage, _ observers: [any EngineObserver], _ middleware: [any JobMiddleware],
        mayHaveThread: Bool
    ) {
        guard !observers.isEmpty || !middleware.isEmpty else { return nil }
        self.storage = storage
        self.observers = observers
        self.middleware = middleware
        self.mayHaveThread = mayHaveThread
    }

    func post(_ turn: Turn) {
        guard turn.last >= turn.first else { return }
        guard mayHaveThread else { return tell(turn, 0) }
        monitor.lock()
        defer { monitor.unlock() }
        if turns.count >= CommitNews.waitingMax {
            turns.removeFirst(CommitNews.waitingMax / 2)
            missed += CommitNews.waitingMax / 2
        }
        turns.append(turn)
        if thread == nil { thread = WorkerThreads(1) { [weak self] in self?.run() } }
        monitor.announceChange()
    }

    /// Returns when everything has been told.
    func stop() {
        monitor.lock()
        isStopping = true
        let thread = thread
        monitor.announceChange()
        monitor.unlock()
        thread?.join()
    }

    private func run() {
        var taken: [Turn] = []
        while true {
            taken.removeAll(keepingCapacity: true)
            monitor.lock()
            while turns.isEmpty, !isStopping { monitor.wait() }
            swap(&turns, &taken)
            var missed = missed
            self.missed = 0
            monitor.unlock()
            guard !taken.isEmpty else { return }
            for turn in taken {
                tell(turn, missed)
                missed = 0
            }
        }
    }

    private func tell(_ turn: Turn, _ missed: Int) {
        if creations.count > CommitNews.creationsMax { creations.removeAll(keepingCapacity: true) }
        // A log that cannot be read is the business of those who verify it; there is nothing to tell.
        guard let events = try? FollowedEvent.read(turn.first...turn.last, in: storage, keeping: &creations) else {
            return
        }
        for event in events where event.job != nil {
            for middleware in middleware { middleware.committed(event) }
        }
        guard !observers.isEmpty else { return }
        let turn = CommittedTurn(
            events: events, byteCount: turn.byteCount, duration: .nanoseconds(Int64(clamping: turn.nanoseconds)),
            missedBefore: missed)
        for observer in observers { observer.committed(turn) }
    }
}
