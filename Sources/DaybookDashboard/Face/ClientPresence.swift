internal import Synchronization

/// Whether the client is still there, for answers that take long to come. A server that can tell says so with
/// ``leave()``.
public final class ClientPresence: Sendable {
    private struct State {
        var hasLeft = false
        var bodies: [@Sendable () -> Void] = []
    }

    private let state = Mutex(State())

    /// A client who is there.
    public init() {}

    /// Whether he has gone.
    public var hasLeft: Bool { state.withLock { $0.hasLeft } }

    /// Says that the client has gone.
    public func leave() {
        let bodies = state.withLock { state in
            state.hasLeft = true
            defer { state.bodies = [] }
            return state.bodies
        }
        for body in bodies { body() }
    }

    /// Calls `body` once the client has gone; at once if he has.
    func whenGone(_ body: @escaping @Sendable () -> Void) {
        let isLate = state.withLock { state in
            if !state.hasLeft { state.bodies.append(body) }
            return state.hasLeft
        }
        if isLate { body() }
    }
}
