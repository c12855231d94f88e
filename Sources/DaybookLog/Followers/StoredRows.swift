#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

internal import DaybookLMDB

/// The rows of a view as one transaction sees them. It lives inside the closure of that transaction and nowhere else.
struct StoredRows {
    let handle: TransactionHandle
    let database: Database

    static let keyBytesMax = 511
    /// Rows copied out at once in a walk: between two such steps no cursor is open, so that a walk may change rows.
    private static let rowsAtOnce = 256

    func value(_ key: Packed) throws -> Packed? {
        try StoredRows.require(key)
        return try ViewDamage.caught {
            try key.bytes.withUnsafeBytes { try handle.get(database, $0) }.map { Packed(bytes: Array($0)) }
        }
    }

    func walk(_ prefix: Packed, from start: Packed?, _ body: (Packed, Packed) throws -> Bool) throws {
        var next = start.map { $0.bytes.precedes(prefix.bytes) ? prefix.bytes : $0.bytes } ?? prefix.bytes
        while true {
            let rows = try ViewDamage.caught { try page(from: next, under: prefix.bytes) }
            for (key, value) in rows {
                guard try body(key, value) else { return }
            }
            guard rows.count == StoredRows.rowsAtOnce, let last = rows.last else { return }
            // The least key behind the last one.
            next = last.key.bytes + [0]
        }
    }

    private func page(from start: [UInt8], under prefix: [UInt8]) throws -> [(key: Packed, value: Packed)] {
        var rows: [(Packed, Packed)] = []
        var cursor = try handle.unsafeCursor(database)
        defer { cursor.close() }
        // An empty key is none to LMDB: all rows are under it.
        var found = try start.isEmpty ? cursor.move(.first) : start.withUnsafeBytes { try cursor.seek($0) }
        while found, rows.count < StoredRows.rowsAtOnce, cursor.key.starts(with: prefix) {
            rows.append((Packed(bytes: Array(cursor.key)), Packed(bytes: Array(cursor.value))))
            found = try cursor.move(.next)
        }
        return rows
    }

    static func require(_ key: Packed) throws(LogError) {
        guard 1...keyBytesMax ~= key.bytes.count else {
            throw LogError(
                .badInput,
                """
                The key of a row has \(key.bytes.count) bytes; it must have 1 to \(keyBytesMax). Cut long texts, or \
                use their hash.
                """)
        }
    }
}

/// A view's environment failed, as opposed to the log's, or to what a follower's own code throws.
struct ViewDamage: Error {
    let error: LMDBError

    static func caught<R>(_ body: () throws -> R) throws -> R {
        do { return try body() } catch let error as LMDBError { throw ViewDamage(error: error) }
    }
}

extension [UInt8] {
    /// The order of LMDB's keys.
    func precedes(_ other: [UInt8]) -> Bool {
        let order = withUnsafeBytes { left in
            other.withUnsafeBytes { right in
                left.isEmpty || right.isEmpty
                    ? 0 : memcmp(left.baseAddress!, right.baseAddress!, Swift.min(left.count, right.count))
            }
        }
        return order == 0 ? count < other.count : order < 0
    }
}
