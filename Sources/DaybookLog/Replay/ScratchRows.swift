internal import DaybookLMDB
internal import DaybookModel

/// Rows that outgrew memory, in a scratch environment.
final class ScratchRows: RowsBelow {
    private let folder: String
    private let environment: LMDBEnvironment
    /// By the table's number.
    private let databases: [Database?]

    /// Rows written in one transaction: each may copy a page or two, which LMDB holds in memory until the transaction
    /// ends.
    private static let rowsAtOnce = 2_000

    init(in folder: String) throws {
        self.folder = folder
        let opened = try ScratchEnvironment.open(in: folder, databases: Table.allCases.map(\.name))
        environment = opened
        databases = (0...Table.numberMax).map { number in
            Table(rawValue: UInt8(number)).flatMap { opened.database($0.name) }
        }
    }

    deinit { environment.close() }

    func read<R>(
        _ table: Table, _ key: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> R
    ) throws -> R? {
        try environment.read { transaction in
            guard let value = try transaction.handle.get(database(table), key) else { return nil }
            return try body(value)
        }
    }

    /// Brings the table up to date with what changed above it.
    func take(_ table: Table, _ changes: RowTable) throws {
        let keys = changes.sortedKeys()
        var start = 0
        while start < keys.count {
            let end = min(start + ScratchRows.rowsAtOnce, keys.count)
            do {
                try environment.write { transaction in
                    for key in keys[start..<end] {
                        guard let change = changes.rows[key] else { continue }
                        try put(table, key, change, transaction.handle)
                    }
                }
            } catch let error as LMDBError {
                throw TemporaryFolder.failure(error, in: folder)
            }
            start = end
        }
    }

    private func put(_ table: Table, _ key: RowBytes, _ row: RowTable.Row, _ handle: TransactionHandle) throws {
        try key.withBytes { key in
            switch row {
            case .removed: _ = try handle.delete(database(table), key)
            case .there(let value, _): try value.withBytes { try handle.put(database(table), key, $0, .overwrite) }
            }
        }
    }

    func scan(
        _ table: Table, from key: UnsafeRawBufferPointer,
        _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws -> Bool
    ) throws {
        try environment.read { transaction in
            var cursor = try transaction.handle.unsafeCursor(database(table))
            defer { cursor.close() }
            var found = try cursor.seek(RawKey(key))
            while found, try body(cursor.key, cursor.value) { found = try cursor.move(.next) }
        }
    }

    private func database(_ table: Table) -> Database { databases[Int(table.rawValue)]! }
}
