internal import Synchronization

/// One caller's place among those who wait for the log.
final class WatchTicket: Sendable {
    private enum State {
        case open
        case awaited(UnsafeContinuation<Bool, Never>)
        case fired(Bool)
    }

    private let state = Mutex(State.open)

    /// Says that what was waited for has come to pass, or that it never will.
    func fire(_ hasCome: Bool) {
        let waiter: UnsafeContinuation<Bool, Never>? = state.withLock { state in
            guard case .fired = state else {
                defer { state = .fired(hasCome) }
                if case .awaited(let waiter) = state { return waiter }
                return nil
            }
            return nil
        }
        waiter?.resume(returning: hasCome)
    }

    /// Whether it has come to pass; false if it never will. Throws if the waiting task is cancelled.
    func wait() async throws -> Bool {
        let hasCome = await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                let known: Bool? = state.withLock { state in
                    if case .fired(let hasCome) = state { return hasCome }
                    state = .awaited(continuation)
                    return nil
                }
                if let known { continuation.resume(returning: known) }
            }
        } onCancel: {
            fire(false)
        }
        try Task.checkCancellation()
        return hasCome
    }
}
