internal import DaybookLMDB

/// The rows of the database `meta`: in which format a store is written, and which store it is.
struct MetaRows: Equatable {
    /// What this release writes.
    static let currentFormat: UInt32 = 1
    static let currentLedgers: UInt32 = 1

    private static let formatKey = "format"
    private static let ledgersKey = "ledgers"
    private static let identityKey = "identity"

    var format = MetaRows.currentFormat
    var ledgers = MetaRows.currentLedgers
    var identity: [UInt8]

    /// Reads the rows; nil if the store has none yet.
    static func read(from environment: LMDBEnvironment) throws -> MetaRows? {
        guard let meta = environment.database(LogDatabases.meta) else { return nil }
        return try environment.read { transaction in
            let handle = transaction.handle
            let format = try number(formatKey, handle, meta)
            let ledgers = try number(ledgersKey, handle, meta)
            let identity = try row(identityKey, handle, meta)
            if format == nil, ledgers == nil, identity == nil { return nil }
            guard let format, let ledgers, let identity, identity.count == 16 else {
                throw LogError(
                    .damaged, "The rows in data.mdb that name its format are not whole. See `daybook recover`.")
            }
            return MetaRows(format: format, ledgers: ledgers, identity: identity)
        }
    }

    private static func row(_ key: String, _ handle: TransactionHandle, _ meta: Database) throws -> [UInt8]? {
        var key = key
        return try key.withUTF8 { try handle.get(meta, UnsafeRawBufferPointer($0)) }.map(Array.init)
    }

    private static func number(_ key: String, _ handle: TransactionHandle, _ meta: Database) throws -> UInt32? {
        guard let value = try row(key, handle, meta), value.count == 4 else { return nil }
        return value.withUnsafeBytes { UInt32(littleEndian: $0.loadUnaligned(as: UInt32.self)) }
    }

    func write(to transaction: any LogTransaction) throws {
        guard let transaction = transaction as? LMDBLogTransaction else {
            throw LogError(.badInput, "Only a store in a folder has a format of its own.")
        }
        try transaction.putMeta(MetaRows.formatKey, withUnsafeBytes(of: format.littleEndian, Array.init))
        try transaction.putMeta(MetaRows.ledgersKey, withUnsafeBytes(of: ledgers.littleEndian, Array.init))
        try transaction.putMeta(MetaRows.identityKey, identity)
    }

    /// Refuses to write what another release has written; reading goes on.
    func requireWritable(_ path: String) throws(LogError) {
        try require(format, MetaRows.currentFormat, "format", path)
        try require(ledgers, MetaRows.currentLedgers, "ledgers' version", path)
    }

    /// The databases of the store. Those of another format may be others than this release looks for.
    func storage(
        in environment: LMDBEnvironment, _ turnstile: WriterTurnstile?, _ path: String
    ) throws(LogError) -> LMDBStorage {
        do {
            return try LMDBStorage(environment, turnstile: turnstile)
        } catch  where format != MetaRows.currentFormat || ledgers != MetaRows.currentLedgers {
            throw LogError(
                .unusable,
                """
                \(path) has format \(format) and ledgers' version \(ledgers), and lacks what this release reads. Use \
                the release that made it.
                """)
        }
    }

    private func require(_ found: UInt32, _ current: UInt32, _ what: String, _ path: String) throws(LogError) {
        if found > current {
            throw LogError(
                .unusable,
                """
                \(path) has \(what) \(found); this release writes \(current). It can be read, but to write use the \
                newer release that made it.
                """)
        }
        if found < current {
            throw LogError(
                .unusable,
                "\(path) has the older \(what) \(found); this release writes \(current). Run `daybook upgrade` first.")
        }
    }
}
