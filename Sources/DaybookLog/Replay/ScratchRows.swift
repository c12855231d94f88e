internal import DaybookLMDB
internal import DaybookModel

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Rows that outgrew memory, in an LMDB environment that nobody flushes. Its files lose their names as soon as they are
/// open, so they are gone with the process, however it ends.
final class ScratchRows {
    private let environment: LMDBEnvironment
    private let databases: [Database]

    /// Rows written in one transaction: each may copy a page or two, which LMDB holds in memory until the transaction
    /// ends.
    private static let rowsAtOnce = 2_000

    init(in folder: String) throws {
        var path = Array((folder + "/daybook-fold-XXXXXX").utf8CString)
        guard mkdtemp(&path) != nil else {
            let reason = String(cString: strerror(errno))
            throw LogError(
                .unusable,
                """
                Rebuilding the ledgers needs a temporary folder in \(folder): \(reason). Set TMPDIR to a folder that \
                can be written.
                """
            )
        }
        let made = path.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        defer {
            for name in ["/data.mdb", "/lock.mdb"] { unlink(made + name) }
            rmdir(made)
        }
        var options = EnvironmentOptions()
        options.durability = .scratch
        let opened = try LMDBEnvironment(at: made, databases: Table.allCases.map(\.name), options: options)
        environment = opened
        databases = Table.allCases.compactMap { opened.database($0.name) }
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
    func take(_ table: Table, _ changes: [(key: RowBytes, row: RowTable.Row)]) throws {
        var start = 0
        while start < changes.count {
            let end = min(start + ScratchRows.rowsAtOnce, changes.count)
            try environment.write { transaction in
                for change in changes[start..<end] {
                    try change.key.withBytes { key in
                        switch change.row {
                        case .removed: _ = try transaction.handle.delete(database(table), key)
                        case .there(let value, _):
                            try value.withBytes { try transaction.handle.put(database(table), key, $0, .overwrite) }
                        }
                    }
                }
            }
            start = end
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

    private func database(_ table: Table) -> Database { databases[Int(table.rawValue) - 1] }
}
