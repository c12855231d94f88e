import Synchronization

/// Raised once, and waited for without holding a thread.
final class StopFlag: Sendable {
    private enum State {
        case lowered
        case awaited(CheckedContinuation<Void, Never>)
        case raised
    }

    private let state = Mutex(State.lowered)

    func raise() {
        let waiting: CheckedContinuation<Void, Never>? = state.withLock { state in
            defer { state = .raised }
            if case .awaited(let waiting) = state { return waiting }
            return nil
        }
        waiting?.resume()
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isRaised = state.withLock { state in
                if case .raised = state { return true }
                state = .awaited(continuation)
                return false
            }
            if isRaised { continuation.resume() }
        }
    }
}
