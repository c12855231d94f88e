package import DaybookModel
internal import Synchronization

/// The followers that this process keeps up to date, or waits to, while it has the store open.
package final class FollowerSet: Sendable {
    package let views: Views
    private let wake: WakePage?
    private let state = Mutex(State())

    private struct State {
        var threads: [ViewID: FollowerThread] = [:]
        var isStopped = false
    }

    package init(of store: StoreFolder, host: HostFacts) {
        views = Views(of: store, host: host)
        wake = store.wake
    }

    /// Begins to follow. A second time changes nothing.
    package func follow(_ type: any Follower.Type) throws(LogError) {
        let id = try ViewID(of: type)
        guard let wake else {
            throw LogError(.unusable, "The store is on a read-only file system, where \(id) cannot be kept.")
        }
        try state.withLock { (state) throws(LogError) in
            guard !state.isStopped else {
                throw LogError(.unusable, "The engine is closed; open the store anew to follow \(id).")
            }
            if let thread = state.threads[id] {
                guard thread.type == type else {
                    throw LogError(
                        .badInput,
                        """
                        Two followers of this process are called \(id): \(thread.type) and \(type). Give one of them \
                        another name, or another version.
                        """)
                }
                return
            }
            let thread = FollowerThread(type, id, views, wake)
            try thread.start()
            state.threads[id] = thread
        }
    }

    /// Waits until an event is in the rows of a follower.
    package func wait(for type: any Follower.Type, through sequence: SequenceNumber) async throws {
        let id = try ViewID(of: type)
        guard let thread = state.withLock({ $0.threads[id] }) else {
            throw LogError(.badInput, "This process does not follow \(id). Call `follow` first.")
        }
        try await thread.wait(through: sequence)
    }

    /// Ends all threads after their batches, and waits for that.
    package func stop() async {
        let threads = state.withLock { state in
            state.isStopped = true
            defer { state.threads = [:] }
            return Array(state.threads.values)
        }
        for thread in threads { await thread.stop() }
        views.close()
    }

    deinit {
        for thread in state.withLock({ $0.threads.values }) { thread.requestStop() }
    }
}
