internal import DaybookLMDB

/// In which form a release writes a store.
package struct StoreVersions: Equatable, Sendable {
    /// That of the log: events, seals, tree, and what else is no ledger.
    package var format: UInt32
    /// That of the ledgers: their rows, and the rules by which they follow from the events.
    package var ledgers: UInt32

    package init(format: UInt32, ledgers: UInt32) {
        self.format = format
        self.ledgers = ledgers
    }

    /// What this release writes.
    package static let current = StoreVersions(format: 1, ledgers: 1)

    package var text: String { "format \(format), ledgers \(ledgers)" }

    // What the event of an upgrade says of it: beside the first event the only place in the log that names a format.
    private static let upgradeBegin = "upgraded from format "
    private static let upgradeTo = " to format "

    static func upgradeText(from old: StoreVersions, to new: StoreVersions) -> String {
        "upgraded from \(old.text) to \(new.text)"
    }

    /// To which format an upgrade has brought the log, as its event gives the reason; nil for any other reason.
    static func format(afterUpgrade reason: String) -> UInt32? {
        guard reason.hasPrefix(upgradeBegin), let place = reason.firstRange(of: upgradeTo) else { return nil }
        return UInt32(reason[place.upperBound...].prefix { $0.isNumber })
    }
}

/// The rows of the database `meta`: in which format a store is written, and which store it is.
struct MetaRows: Equatable {
    static let currentFormat = StoreVersions.current.format

    static let formatKey = "format"
    static let ledgersKey = "ledgers"
    private static let identityKey = "identity"

    var format = StoreVersions.current.format
    var ledgers = StoreVersions.current.ledgers
    /// Which set of ledgers is in use; see `LedgerSet`.
    var trees: UInt8 = 0
    var identity: [UInt8]

    var versions: StoreVersions { StoreVersions(format: format, ledgers: ledgers) }

    /// Reads the rows; nil if the store has none yet.
    static func read(from environment: LMDBEnvironment) throws -> MetaRows? {
        guard let meta = environment.database(LogDatabases.meta) else { return nil }
        return try environment.read { try read($0.handle, meta) }
    }

    static func read(_ handle: TransactionHandle, _ meta: Database) throws -> MetaRows? {
        let format = try number(formatKey, handle, meta)
        let ledgers = try number(ledgersKey, handle, meta)
        let identity = try row(identityKey, handle, meta)
        if format == nil, ledgers == nil, identity == nil { return nil }
        guard let format, let ledgers, let identity, identity.count == 16 else {
            throw LogError(
                .damaged, "The rows in data.mdb that name its format are not whole. See `daybook recover`.")
        }
        let trees = LedgerSet.number(try row(LedgerSet.key, handle, meta))
        return MetaRows(format: format, ledgers: ledgers, trees: trees, identity: identity)
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
        // Most stores are never upgraded, and have one set only.
        if try trees != 0 || transaction.meta(LedgerSet.key) != nil {
            try transaction.putMeta(LedgerSet.key, [trees])
        }
    }

    /// Refuses a log of a newer form: what stands in it is for the release to say that made it.
    func requireReadable(_ path: String, _ own: StoreVersions) throws(LogError) {
        if let newer = MetaRows.newer(format, own, path) { throw newer }
    }

    static func newer(_ format: UInt32, _ own: StoreVersions, _ path: String) -> LogError? {
        guard format > own.format else { return nil }
        return LogError(
            .unusable,
            """
            \(path) has format \(format); this release writes \(own.format). Use the newer release that made it. If \
            none did, what says so is damaged: see `daybook recover`.
            """)
    }

    /// Refuses to write what another release has written; reading goes on.
    func requireWritable(_ path: String, _ own: StoreVersions) throws(LogError) {
        if let problem = problem(own, path) { throw problem }
    }

    /// Why the ledgers mean nothing to a release that writes `own`; nil if they do.
    func problem(_ own: StoreVersions, _ path: String) -> LogError? {
        problem("format", format, own.format, path) ?? problem("ledgers' version", ledgers, own.ledgers, path)
    }

    private func problem(_ what: String, _ found: UInt32, _ current: UInt32, _ path: String) -> LogError? {
        if found > current {
            return LogError(
                .unusable,
                """
                \(path) has \(what) \(found); this release writes \(current). Its log can be read, but to write use \
                the newer release that made it.
                """)
        }
        guard found < current else { return nil }
        return LogError(
            .unusable,
            "\(path) has the older \(what) \(found); this release writes \(current). Run `daybook upgrade` first.")
    }
}
