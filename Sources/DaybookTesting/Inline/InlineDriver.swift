// Drives the writer of an engine under test. Whoever leaves a command while nobody drives does the round on his own
// thread, so that `enqueue` returns as it would with a real engine; whoever comes while somebody drives leaves it to
// that one.

internal import Daybook
internal import Synchronization

/// Unchecked because the engine is handed over once, before anything else, and rounds are done by one at a time.
final class InlineDriver: EngineDriver, @unchecked Sendable {
    private struct State {
        var isDriving = false
        var hasMore = false
        var wakesAt: UInt64 = .max
    }

    private let state = Mutex(State())
    private let time: VirtualTime
    private var engine: DrivenEngine?

    init(_ time: VirtualTime) {
        self.time = time
    }

    func drive(_ engine: DrivenEngine) { self.engine = engine }

    /// When the writer wants its next round, if nothing comes before.
    var wakesAt: UInt64 { state.withLock { $0.wakesAt } }

    /// Does rounds until the writer would sleep.
    func doRounds() {
        let isMine = state.withLock { state in
            state.hasMore = true
            defer { state.isDriving = true }
            return !state.isDriving
        }
        guard isMine, let engine else { return }
        while takeMore() {
            guard let nanoseconds = engine.round() else { continue }
            engine.lookForWaiters()
            let wakesAt = time.monotonicNanoseconds &+ nanoseconds
            if !engine.fallAsleep() { state.withLock { $0.hasMore = true } }
            state.withLock { $0.wakesAt = wakesAt }
        }
    }

    /// False if there is nothing more; then the next who comes drives.
    private func takeMore() -> Bool {
        state.withLock { state in
            defer { state.hasMore = false }
            if !state.hasMore { state.isDriving = false }
            return state.hasMore
        }
    }
}
