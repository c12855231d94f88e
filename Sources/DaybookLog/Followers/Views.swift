internal import DaybookLMDB
public import DaybookModel
internal import Synchronization

/// The views of a store, as this process sees them. One for each open folder: a view must not be opened twice.
package final class Views: Sendable {
    let home: ViewHome
    let log: any LogStorage
    private let views = Mutex<[ViewID: View]>([:])

    /// `mapSizeBytes` is address space for each view; it grows as needed.
    package init(of store: StoreFolder, host: HostFacts, mapSizeBytes: Int = 16 << 30) {
        home = ViewHome(
            store: store.folder, identity: store.identity, host: host, mapSizeBytes: mapSizeBytes,
            isWritable: store.reserve != nil)
        log = store.opened
    }

    func view(_ id: ViewID) -> View {
        views.withLock { views in
            if let view = views[id] { return view }
            let view = View(id, home)
            views[id] = view
            return view
        }
    }

    /// Closes all views in this process.
    package func close() {
        for view in views.withLock({ Array($0.values) }) { view.close() }
    }

    /// Runs `body` on the rows of a follower, whichever process keeps them up to date.
    package func read<R>(
        _ type: any Follower.Type, _ body: (borrowing FollowerView) throws -> R
    ) throws -> R {
        try read(ViewID(of: type)) { handle, open, cursor, last in
            let rows = StoredRows(handle: handle, database: open.rows)
            return try body(
                FollowerView(rows, position: cursor.sequence, eventsBehind: last - min(cursor.sequence, last)))
        }
    }

    /// The last event that is in the rows of a view, whoever keeps it up to date.
    func position(of id: ViewID) throws -> SequenceNumber { try read(id) { _, _, cursor, _ in cursor.sequence } }

    /// How all views of the store stand, whoever keeps them.
    package func states() throws -> [ViewState] {
        try home.list().map { id in
            let owner = try home.folder(of: id).flatMap { folder throws(LogError) in
                try ViewOwnership.holder(in: folder)
            }
            var state = ViewState(name: id.name, version: id.version, owner: owner)
            do {
                try read(id) { handle, open, cursor, last in
                    state.position = cursor.sequence
                    state.eventsBehind = last - min(cursor.sequence, last)
                    state.failure = try ViewFailure.read(handle, open)
                }
            } catch let error as LogError {
                // A view that is not built yet, or not since the machine started, has not failed.
                if error.code != .notFound { state.failure = error.description }
            }
            return state
        }
    }

    /// Opens the view for a snapshot, of it and of how far the log has come since.
    private func read<R>(
        _ id: ViewID, _ body: (TransactionHandle, OpenView, ViewCursor, SequenceNumber) throws -> R
    ) throws -> R {
        var attempts = 1
        while true {
            do {
                let open = try view(id).forReading()
                return try open.environment.read { transaction in
                    let cursor = try ViewCursor.read(transaction.handle, open)
                    let last = try log.read { log in
                        guard try cursor.isOn(log) else { throw Views.otherLog(id) }
                        // Whoever follows it throws it away, if anybody does.
                        if cursor.sequence > 0,
                            try ViewBeginning.read(transaction.handle, open) < RetentionRows.lastErasure(in: log)
                        {
                            throw Views.isErased(id)
                        }
                        return try log.last
                    }
                    return try body(transaction.handle, open, cursor, last)
                }
            } catch let error as LMDBError where error.isEnvironmentClosed && attempts < Views.attemptsMax {
                // Its owner, in this process, has just put another in its place.
                attempts += 1
            } catch let error as LMDBError {
                throw LogError(error, doing: "read the view \(id)")
            } catch let damage as ViewDamage {
                throw LogError(damage.error, doing: "read the view \(id)")
            }
        }
    }

    private static let attemptsMax = 8

    private static func isErased(_ id: ViewID) -> LogError {
        LogError(
            .notFound,
            """
            The view \(id) was made before a tenant was erased, of what nobody may read any more. It is built anew as \
            soon as a process follows it.
            """)
    }

    private static func otherLog(_ id: ViewID) -> LogError {
        LogError(
            .notFound,
            """
            The view \(id) was made from another log than this store's, as after a restore. It is built anew as soon \
            as a process follows it.
            """)
    }
}

/// How the view of a follower stands.
public struct ViewState: Sendable, Hashable {
    /// The follower's name.
    public let name: String
    /// The version of its rows.
    public let version: Int
    /// The pid of the process that keeps it up to date; nil if none does.
    public internal(set) var owner: Int32?
    /// The last event in its rows; nil if there are none that can be read.
    public internal(set) var position: SequenceNumber?
    /// The events of the log that are not in its rows.
    public internal(set) var eventsBehind: UInt64?
    /// Why it does not go on, or cannot be read.
    public internal(set) var failure: String?

    init(name: String, version: Int, owner: Int32?) {
        self.name = name
        self.version = version
        self.owner = owner
    }
}
