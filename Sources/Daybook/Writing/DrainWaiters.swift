internal import DaybookModel
internal import Synchronization

/// Those who wait until no job of some queues is ready or running.
final class DrainWaiters: Sendable {
    private struct State {
        var waiting: [Waiter] = []
        var latest = 0
        /// Nobody here works any more, so there is nothing to wait for.
        var isOver = false
    }

    private struct Waiter {
        let number: Int
        let queues: [String]?
        let continuation: UnsafeContinuation<Void, Never>
    }

    private let state = Mutex(State())

    var isEmpty: Bool { state.withLock { $0.waiting.isEmpty } }

    /// Waits for the end of the work in `queues` (all, if none are named), or for the end of it all. Calls
    /// `whenEntered` once it would be told. Throws if the task that waits is cancelled.
    func wait(_ queues: [String]?, whenEntered: () -> Void) async throws {
        let number = state.withLock { state in
            state.latest += 1
            return state.latest
        }
        await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                // Whoever cancels says so first and looks for the waiter then.
                let waits = state.withLock { state in
                    guard !state.isOver, !Task.isCancelled else { return false }
                    state.waiting.append(Waiter(number: number, queues: queues, continuation: continuation))
                    return true
                }
                if waits { whenEntered() } else { continuation.resume() }
            }
        } onCancel: {
            tell { $0.number == number }
        }
        try Task.checkCancellation()
    }

    /// Tells those whose queues have come to the end of their work.
    func tell(_ queues: [QueueRecord]) {
        tell { waiter in
            !queues.contains { queue in
                (waiter.queues?.contains(queue.name) ?? !QueueRecord.isReserved(queue.name))
                    && queue[.enqueued] + queue[.processing] > 0
            }
        }
    }

    /// Tells everybody, now and from now on, that nobody here works any more.
    func end() {
        state.withLock { $0.isOver = true }
        tell { _ in true }
    }

    private func tell(where isDone: (Waiter) -> Bool) {
        let done = state.withLock { state in
            let done = state.waiting.filter(isDone)
            state.waiting.removeAll(where: isDone)
            return done
        }
        for waiter in done { waiter.continuation.resume() }
    }
}
