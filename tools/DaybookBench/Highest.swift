import Synchronization

/// The highest number noted, from any thread.
final class Highest: Sendable {
    private let highest = Mutex(0)

    func note(_ number: Int) { highest.withLock { $0 = max($0, number) } }

    var value: Int { highest.withLock { $0 } }
}
