// Swift's tasks on a thread of our choosing. A task that prefers this executor, and everything it starts as children,
// runs only when `runOne` is called; so who drives it decides what happens next, and in which order. Actors that a job
// calls run here, too, as long as they have no executor of their own.

internal import Synchronization

/// Runs tasks one step at a time, when told to.
package final class VirtualExecutor: TaskExecutor {
    private struct State {
        var steps: [UnownedJob] = []
        var waiter: UnsafeContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    package init() {}

    package func enqueue(_ job: consuming ExecutorJob) {
        let step = UnownedJob(job)
        let waiter = state.withLock { state in
            state.steps.append(step)
            return state.waiter.take()
        }
        waiter?.resume()
    }

    package var isIdle: Bool { state.withLock { $0.steps.isEmpty } }

    /// Waits until there is a step to run, which may come from any thread.
    package func waitForStep() async {
        await withUnsafeContinuation { continuation in
            let isThere = state.withLock { state in
                if state.steps.isEmpty { state.waiter = continuation }
                return !state.steps.isEmpty
            }
            if isThere { continuation.resume() }
        }
    }

    /// Runs one step, by choice one of the first `width`. False if there is none.
    package func runOne(width: Int = 1, _ choose: (UInt64) -> UInt64 = { _ in 0 }) -> Bool {
        let step: UnownedJob? = state.withLock { state in
            guard !state.steps.isEmpty else { return nil }
            let count = min(width, state.steps.count)
            return state.steps.remove(at: count == 1 ? 0 : Int(choose(UInt64(count))))
        }
        guard let step else { return false }
        step.runSynchronously(on: asUnownedTaskExecutor())
        return true
    }
}
