package import DaybookLMDB
internal import DaybookModel

/// The log and the ledgers in one LMDB environment, one transaction for both.
package final class LMDBStorage: LogStorage {
    package let environment: LMDBEnvironment
    let databases: LogDatabases

    package init(_ environment: LMDBEnvironment) throws(LogError) {
        self.environment = environment
        databases = try LogDatabases(environment)
    }

    package func read<R>(_ body: (any LogSnapshot) throws -> R) throws -> R {
        do {
            return try environment.read { transaction in
                let snapshot = LMDBLogTransaction(transaction.handle, databases)
                defer { snapshot.end() }
                return try body(snapshot)
            }
        } catch let error as LMDBError {
            throw LogError(error, doing: "read the store")
        }
    }

    package func write<R>(_ body: (any LogTransaction) throws -> R) throws -> R {
        do {
            return try environment.write { transaction in
                let log = LMDBLogTransaction(transaction.handle, databases)
                defer { log.end() }
                try log.loadDigest()
                return try body(log)
            }
        } catch let error as LMDBError {
            throw LogError(error, doing: "write to the store")
        }
    }
}

/// The databases of a log, all opened at once when the environment was.
package struct LogDatabases: Sendable {
    static let events = "events"
    static let nodes = "nodes"
    static let meta = "meta"
    package static let names = [events, nodes, meta] + Table.allCases.map(\.name)

    let events: Database
    let nodes: Database
    let meta: Database
    private let tables: [Database]

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
        var tables: [Database] = []
        for table in Table.allCases { tables.append(try find(table.name)) }
        self.tables = tables
    }

    /// Tables are numbered from 1 without a hole.
    subscript(table: Table) -> Database { tables[Int(table.rawValue) - 1] }
}
