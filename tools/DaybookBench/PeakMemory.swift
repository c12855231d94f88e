import Synchronization

/// The highest number noted, from any thread.
final class PeakMemory: Sendable {
    private let highest = Mutex(0)

    func note(_ bytes: Int) { highest.withLock { $0 = max($0, bytes) } }

    var bytes: Int { highest.withLock { $0 } }
}
