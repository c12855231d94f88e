package import DaybookLMDB
internal import DaybookModel
internal import Synchronization

/// The log and the ledgers in one LMDB environment, one transaction for both.
package final class LMDBStorage: LogStorage {
    package let environment: LMDBEnvironment
    let databases: LogDatabases
    /// How writers of several processes take turns; nil where the environment is this process's alone.
    private let turnstile: WriterTurnstile?
    private let ring = Mutex<Keyring?>(nil)
    package let shelf: ArchiveShelf

    package convenience init(_ environment: LMDBEnvironment) throws(LogError) {
        try self.init(environment, turnstile: nil)
    }

    init(_ environment: LMDBEnvironment, turnstile: WriterTurnstile?) throws(LogError) {
        self.environment = environment
        self.turnstile = turnstile
        shelf = ArchiveShelf(store: environment.directory)
        databases = try LogDatabases(environment)
    }

    /// What payloads are encrypted with from the next transaction on; nil where they stand open.
    package var keyring: Keyring? { ring.withLock { $0 } }

    package var opened: any LogStorage { keyring.map { OpenedStorage(self, $0) } ?? self }

    func use(_ keyring: Keyring) { ring.withLock { $0 = keyring } }

    package func read<R>(_ body: (any LogSnapshot) throws -> R) throws -> R {
        do {
            return try environment.read { transaction in
                let snapshot = LMDBLogTransaction(transaction.handle, databases, shelf, keyring)
                defer { snapshot.end() }
                return try body(snapshot)
            }
        } catch let error as LMDBError {
            throw LogError(error, doing: "read the store in \(environment.directory)")
        }
    }

    package func write<R>(_ body: (any LogTransaction) throws -> R) throws -> R {
        do {
            guard let turnstile else { return try write(body, {}).result }
            var passage = turnstile.queueUp()
            defer { turnstile.end(&passage) }
            let (result, hasChanged) = try write(body) { turnstile.hold(&passage) }
            if hasChanged { turnstile.page.announceCommit() }
            return result
        } catch let error as LMDBError {
            throw LogError(writing: error, to: environment.directory)
        }
    }

    private func write<R>(
        _ body: (any LogTransaction) throws -> R, _ gotLock: () -> Void
    ) throws -> (result: R, hasChanged: Bool) {
        try environment.write { transaction in
            gotLock()
            let log = LMDBLogTransaction(transaction.handle, databases, shelf, keyring)
            defer { log.end() }
            try log.loadDigest()
            return (try body(log), log.hasChanged)
        }
    }
}

/// The databases of a log, all opened at once when the environment was.
package struct LogDatabases: Sendable {
    static let events = "events"
    static let nodes = "nodes"
    static let meta = "meta"
    static let base = "base"
    package static let names = [events, nodes, meta, base] + Table.allCases.map(\.name)

    let events: Database
    let nodes: Database
    let meta: Database
    let base: Database
    /// By the table's number.
    private let tables: [Database?]

    init(_ environment: LMDBEnvironment) throws(LogError) {
        func find(_ name: String) throws(LogError) -> Database {
            guard let database = environment.database(name) else {
                throw LogError(.damaged, "The database \(name) is missing in data.mdb; see `daybook recover`.")
            }
            return database
        }
        events = try find(LogDatabases.events)
        nodes = try find(LogDatabases.nodes)
        meta = try find(LogDatabases.meta)
        base = try find(LogDatabases.base)
        var tables = [Database?](repeating: nil, count: Table.numberMax + 1)
        for table in Table.allCases { tables[Int(table.rawValue)] = try find(table.name) }
        self.tables = tables
    }

    /// All that there are were found when the log was opened.
    subscript(table: Table) -> Database { tables[Int(table.rawValue)]! }
}
