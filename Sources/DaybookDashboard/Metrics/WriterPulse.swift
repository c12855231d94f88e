internal import Daybook
internal import DaybookModel
internal import Synchronization

/// Whether the writer still comes round. However many want to know, it is asked once at a time.
final class WriterPulse: Sendable {
    private struct State {
        var isAsking = false
        var last: UInt64 = 0
        var waiting: [UInt64: CheckedContinuation<Bool, Never>] = [:]
    }

    private let engine: JobEngine
    private let state = Mutex(State())

    init(_ engine: JobEngine) {
        self.engine = engine
    }

    /// False if it does not answer within that time, or not at all any more.
    func isAlive(within patience: Duration) async -> Bool {
        await withCheckedContinuation { continuation in
            let (number, mustAsk) = state.withLock { state in
                state.last += 1
                state.waiting[state.last] = continuation
                defer { state.isAsking = true }
                return (state.last, !state.isAsking)
            }
            // Nobody waits for these two: a writer that is stuck would hold up whoever does.
            if mustAsk { Task { await ask() } }  // tidy: see above
            Task {  // tidy: see above
                try? await Task.sleep(for: patience)  // tidy: how long a person waits for an answer
                state.withLock { $0.waiting.removeValue(forKey: number) }?.resume(returning: false)
            }
        }
    }

    private func ask() async {
        let isAlive = (try? await engine.perform(.look)) != nil
        let waiting = state.withLock { state in
            state.isAsking = false
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for one in waiting { one.resume(returning: isAlive) }
    }
}
