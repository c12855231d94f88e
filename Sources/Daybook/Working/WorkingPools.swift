internal import Synchronization

/// The pools that an engine has been told to work with, from when it was told until they have ended.
///
/// They are a thing of their own, so that whoever stops them need not know the engine. Nothing may point to that
/// weakly: from then on each job that is enqueued would take a detour to count who holds on to it.
final class WorkingPools: Sendable {
    private struct State {
        var pools: [WorkPool] = []
        var isStopping = false
    }

    private let state = Mutex(State())

    /// Whether there is to be no more work.
    var isStopping: Bool { state.withLock { $0.isStopping } }

    var current: [WorkPool] { state.withLock { $0.pools } }

    /// Takes in a pool, and numbers its workers behind those that are there.
    func add(_ pool: WorkPool) {
        let isLate = state.withLock { state in
            pool.number(behind: state.pools)
            state.pools.append(pool)
            return state.isStopping
        }
        if isLate { pool.stop() }
    }

    func remove(_ pool: WorkPool) {
        state.withLock { $0.pools.removeAll { $0 === pool } }
    }

    func stop() {
        let pools = state.withLock { state in
            state.isStopping = true
            return state.pools
        }
        for pool in pools { pool.stop() }
    }
}
