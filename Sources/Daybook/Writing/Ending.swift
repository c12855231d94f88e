internal import Synchronization

/// The end of something that is to end once, however many ask for it.
final class Ending: Sendable {
    private enum State {
        case open
        case ending([UnsafeContinuation<Void, Never>])
        case ended
    }

    private let state = Mutex(State.open)

    /// Whether somebody has asked for it.
    var hasBegun: Bool {
        state.withLock { state in
            if case .open = state { false } else { true }
        }
    }

    /// Whether the caller is the one who ends it. All others wait until he has.
    func begin() async -> Bool {
        let isFirst = state.withLock { state in
            guard case .open = state else { return false }
            state = .ending([])
            return true
        }
        guard !isFirst else { return true }
        await withUnsafeContinuation { continuation in
            let waits = state.withLock { state in
                guard case .ending(let waiting) = state else { return false }
                state = .ending(waiting + [continuation])
                return true
            }
            if !waits { continuation.resume() }
        }
        return false
    }

    func end() {
        let waiting = state.withLock { state in
            defer { state = .ended }
            return if case .ending(let waiting) = state { waiting } else { [] as [UnsafeContinuation<Void, Never>] }
        }
        for continuation in waiting { continuation.resume() }
    }
}
