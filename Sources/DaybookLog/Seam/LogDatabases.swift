// The ledgers of a store can be there twice: a set that is in use, and one that an upgrade builds beside it. The row
// `trees` of `meta` says which set is in use, and one commit changes it. In the file the databases of the first set
// have their plain names and those of the second end in `.1`; whoever asks for `jobs` gets the one in use.

internal import DaybookLMDB
internal import DaybookModel

/// The databases of a log, all opened at once when the environment was.
package struct LogDatabases: Sendable {
    static let events = "events"
    static let nodes = "nodes"
    static let meta = "meta"
    static let base = "base"
    /// Those that follow from the log.
    static let ledgers = [base] + Table.allCases.map(\.name)
    package static let names = [events, nodes, meta] + ledgers

    let events: Database
    let nodes: Database
    let meta: Database
    private let foundBase: Database?
    /// By the table's number.
    private let tables: [Database?]
    let ledgersProblem: LogError?

    /// `problem` is why the ledgers cannot be read though they may be there.
    init(_ environment: LMDBEnvironment, _ set: LedgerSet = .inUse, problem: LogError? = nil) throws(LogError) {
        func find(_ name: String) throws(LogError) -> Database {
            guard let database = environment.database(name) else {
                throw LogError(.damaged, "The database \(name) is missing in data.mdb; see `daybook recover`.")
            }
            return database
        }
        events = try find(LogDatabases.events)
        nodes = try find(LogDatabases.nodes)
        meta = try find(LogDatabases.meta)
        foundBase = environment.database(set.prefix + LogDatabases.base)
        var tables = [Database?](repeating: nil, count: Table.numberMax + 1)
        for table in Table.allCases { tables[Int(table.rawValue)] = environment.database(set.prefix + table.name) }
        self.tables = tables
        let missing = LogDatabases.ledgers.filter { environment.database(set.prefix + $0) == nil }
        ledgersProblem =
            problem ?? (missing.isEmpty ? nil : LogDatabases.lacks(missing, environment.directory))
    }

    private static func lacks(_ names: [String], _ path: String) -> LogError {
        LogError(
            .damaged,
            """
            \(path)/data.mdb lacks ledgers that this release keeps (\(names.joined(separator: ", "))), as one that an \
            older release made does. Run `daybook upgrade`, which makes them from the log; if this release made it, it \
            is damaged: see `daybook recover`.
            """)
    }

    subscript(table: Table) -> Database {
        get throws(LogError) {
            // Where archives lie is asked by whoever reads the log, and its rows have the same form in all ledgers.
            if let ledgersProblem, table != .archives { throw ledgersProblem }
            guard let database = tables[Int(table.rawValue)] else { throw missing }
            return database
        }
    }

    /// The ledgers as of the last archived event.
    var base: Database {
        get throws(LogError) {
            guard ledgersProblem == nil, let foundBase else { throw missing }
            return foundBase
        }
    }

    private var missing: LogError {
        ledgersProblem ?? LogError(.damaged, "A ledger is missing in data.mdb; run `daybook upgrade`.")
    }

    /// Every one of the ledgers that is there.
    var foundLedgers: [Database] { ([foundBase] + tables).compactMap { $0 } }

    var hasArchives: Bool { tables[Int(Table.archives.rawValue)] != nil }
}

/// One of the two places for ledgers in a store.
enum LedgerSet {
    case inUse
    case beside

    /// Before the names of such databases, for whoever asks for them.
    var prefix: String { self == .inUse ? "" : "beside:" }

    /// The row of `meta` that says which set is in use; 0 if it is not there.
    static let key = "trees"

    static let naming = DatabaseNaming(database: LogDatabases.meta, key: key) { name, row in
        let inUse = LedgerSet.number(row)
        if name.hasPrefix(LedgerSet.beside.prefix) {
            return nameInFile(String(name.dropFirst(LedgerSet.beside.prefix.count)), 1 - inUse)
        }
        return LogDatabases.ledgers.contains(name) ? nameInFile(name, inUse) : name
    }

    static func number(_ row: [UInt8]?) -> UInt8 { row == [1] ? 1 : 0 }

    private static func nameInFile(_ name: String, _ set: UInt8) -> String { set == 0 ? name : "\(name).\(set)" }
}
