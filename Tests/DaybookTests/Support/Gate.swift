import Synchronization

/// Where a run waits until the test lets it go on.
final class Gate: Sendable {
    private let state = Mutex((isOpen: false, arrived: false, waiting: [CheckedContinuation<Void, Never>]()))

    var hasArrived: Bool { state.withLock { $0.arrived } }

    func pass() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                state.arrived = true
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            return state.waiting
        }
        for one in waiting { one.resume() }
    }
}
