internal import DaybookLMDB
internal import DaybookModel

/// One LMDB transaction, seen as log and ledgers. It lives inside the closure that made it and nowhere else.
final class LMDBLogTransaction: LogTransaction {
    let handle: TransactionHandle
    let databases: LogDatabases
    let keyring: Keyring?
    let shelf: ArchiveShelf
    /// In which form the store was when this process opened it.
    private let openedAs: MetaRows?
    /// What `meta` says of archives, once somebody has asked.
    @exclusivity(unchecked) var knownArchivedThrough: SequenceNumber?
    @exclusivity(unchecked) var knownArchives: [ArchiveRecord]?
    /// A cursor for each table that a write transaction has touched, by its number: rows that are asked for,
    /// changed and taken out one after the other mostly lie on the page where the cursor stands already.
    @exclusivity(unchecked) private var tableCursors: [UnsafeCursor?] = []
    /// The same for the log, where jobs that are claimed together were mostly created together.
    @exclusivity(unchecked) private var eventCursor: UnsafeCursor?
    @exclusivity(unchecked) var ledgerDigest = LedgerDigest.empty
    /// Whether there is anything that others would want to know of: events, since ledgers follow from them.
    private(set) var hasChanged = false

    init(
        _ handle: TransactionHandle, _ databases: LogDatabases, _ shelf: ArchiveShelf, _ keyring: Keyring? = nil,
        _ openedAs: MetaRows? = nil
    ) {
        self.openedAs = openedAs
        self.keyring = keyring
        self.shelf = shelf
        self.handle = handle
        self.databases = databases
    }

    /// Cursors end before their transaction.
    func end() {
        for cursor in tableCursors { cursor?.close() }
        tableCursors = []
        eventCursor?.close()
        eventCursor = nil
    }

    /// Prepares for writing.
    func loadDigest() throws {
        tableCursors = Array(repeating: nil, count: Table.numberMax + 1)
        let last = try last
        guard last > 0 else { return }
        guard let seal = try event(last, { Seal(of: $0) }) ?? nil else {
            throw LogError(.damaged, "The last event, \(last), does not end a commit; run `daybook log verify`.")
        }
        ledgerDigest = seal.ledgers
    }

    // MARK: The log

    var last: SequenceNumber {
        get throws {
            try withCursor(databases.events) { cursor in
                try cursor.move(.last) ? SequenceKey.read(cursor.key) : 0
            }
        }
    }

    func event<R>(_ sequence: SequenceNumber, _ body: (UnsafeRawBufferPointer) throws -> R) throws -> R? {
        guard let value = try SequenceKey.with(sequence, { try storedEvent($0) }) else {
            return try archivedEvent(sequence, body)
        }
        return try body(value)
    }

    private func storedEvent(_ key: UnsafeRawBufferPointer) throws -> UnsafeRawBufferPointer? {
        // One look in a snapshot is not worth a cursor.
        guard !tableCursors.isEmpty else { return try handle.get(databases.events, key) }
        var cursor = try eventCursor ?? handle.unsafeCursor(databases.events)
        if eventCursor == nil { eventCursor = cursor }
        return try cursor.find(key) ? cursor.value : nil
    }

    func events(
        from first: SequenceNumber, _ body: (SequenceNumber, UnsafeRawBufferPointer) throws -> Bool
    ) throws {
        var first = first
        if try first < firstAtHand {
            guard try archivedEvents(from: first, body) else { return }
            first = try firstAtHand
        }
        try withCursor(databases.events) { cursor in
            var found = try cursor.seek(first)
            while found, try body(try SequenceKey.read(cursor.key), cursor.value) { found = try cursor.move(.next) }
        }
    }

    func eventsBackward(
        from last: SequenceNumber, _ body: (SequenceNumber, UnsafeRawBufferPointer) throws -> Bool
    ) throws {
        let bottom = try firstAtHand
        let goesOn = try withCursor(databases.events) { cursor in
            // The first row after `last`, or the end of the log; either way the row before it is where to begin.
            var found = last == .max ? false : try cursor.seek(last + 1)
            found = found ? try cursor.move(.previous) : try cursor.move(.last)
            while found {
                let sequence = try SequenceKey.read(cursor.key)
                guard sequence >= bottom else { break }
                guard try body(sequence, cursor.value) else { return false }
                found = try cursor.move(.previous)
            }
            return true
        }
        if goesOn, bottom > 1 { try archivedEventsBackward(from: min(last, bottom - 1), body) }
    }

    func node(_ level: UInt8, _ index: UInt64) throws -> Hash? {
        try SequenceKey.with(LMDBLogTransaction.nodeKey(level, index)) { key in
            guard let value = try handle.get(databases.nodes, key) else { return nil }
            guard value.count == Hash.byteCount else {
                throw LogError(.damaged, "Node \(level)/\(index) of the history tree has the wrong size.")
            }
            return Hash(value)
        }
    }

    func append(_ batch: EventBatch, ifHeadIs head: SequenceNumber) throws -> AppendResult {
        let last = try last
        guard last == head, batch.first == head + 1 else { return .headMoved(to: last) }
        hasChanged = true
        try withCursor(databases.events) { cursor in
            for index in 0..<batch.count {
                try cursor.put(key: batch.first + UInt64(index), batch.value(index), .append)
            }
        }
        for node in batch.nodes {
            try SequenceKey.with(LMDBLogTransaction.nodeKey(node.level, node.index)) { key in
                try node.hash.withBytes { try handle.put(databases.nodes, key, $0, .overwrite) }
            }
        }
        return .appended
    }

    private static func nodeKey(_ level: UInt8, _ index: UInt64) -> UInt64 { UInt64(level) << 56 | index }

    // MARK: The ledgers

    func read<R>(
        _ table: Table, _ key: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> R
    ) throws -> R? {
        // One look in a snapshot is not worth a cursor.
        guard !tableCursors.isEmpty else {
            guard let value = try handle.get(try databases[table], key) else { return nil }
            return try body(value)
        }
        return try withCursor(table) { cursor in
            guard try cursor.find(key) else { return nil }
            return try body(cursor.value)
        }
    }

    func put(
        _ table: Table, _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer,
        replacing old: UnsafeRawBufferPointer?
    ) throws {
        // A copy, so that the property is touched for an instant only and needs no tracked access.
        var digest = ledgerDigest
        if let old { digest.subtract(table, key, old) }
        digest.add(table, key, value)
        ledgerDigest = digest
        // Job ids only grow, so a new job's row always goes to the end, where pages are filled instead of split in
        // half. What waits for what mostly does.
        try withCursor(table) { cursor in
            if old == nil, table == .conditions || table == .children, try cursor.putLast(key: key, value) { return }
            try cursor.put(key: key, value, table == .jobs && old == nil ? .append : .overwrite)
        }
    }

    func remove(_ table: Table, _ key: UnsafeRawBufferPointer, old: UnsafeRawBufferPointer) throws {
        var digest = ledgerDigest
        digest.subtract(table, key, old)
        ledgerDigest = digest
        try withCursor(table) { cursor in
            guard try cursor.find(key) else { throw LedgerError.missingRow(table) }
            try cursor.deleteCurrent()
        }
    }

    @inline(__always)
    private func withCursor<R>(_ table: Table, _ body: (inout UnsafeCursor) throws -> R) throws -> R {
        let place = Int(table.rawValue)
        var cursor = try tableCursors[place] ?? handle.unsafeCursor(try databases[table])
        // The struct beside the pointer only remembers the last row, which nobody asks for twice.
        if tableCursors[place] == nil { tableCursors[place] = cursor }
        return try body(&cursor)
    }

    func scan(
        _ table: Table, from key: UnsafeRawBufferPointer,
        _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws -> Bool
    ) throws {
        try withCursor(try databases[table]) { cursor in
            var found = try cursor.seek(RawKey(key))
            while found, try body(cursor.key, cursor.value) { found = try cursor.move(.next) }
        }
    }

    // MARK: What the store says of itself

    func requireUnchangedForm() throws {
        guard let openedAs, let now = try MetaRows.read(handle, databases.meta), now != openedAs else { return }
        throw LogError(
            .upgraded,
            """
            The store was upgraded to \(now.versions.text) while this process had it open as \
            \(openedAs.versions.text). Start this program anew, in the release that upgraded it.
            """)
    }

    var knowsLedgers: Bool { databases.ledgersProblem == nil }

    private static let strangeKey = "strange"

    var strangeMark: [UInt8]? { get throws { try meta(LMDBLogTransaction.strangeKey) } }

    func putStrangeMark(_ mark: [UInt8]) throws { try putMeta(LMDBLogTransaction.strangeKey, mark) }

    func meta(_ key: String) throws -> [UInt8]? {
        var key = key
        return try key.withUTF8 { try handle.get(databases.meta, UnsafeRawBufferPointer($0)) }.map(Array.init)
    }

    func putMeta(_ key: String, _ value: [UInt8]) throws {
        hasChanged = true
        var key = key
        try key.withUTF8 { key in
            try value.withUnsafeBytes {
                try handle.put(databases.meta, UnsafeRawBufferPointer(key), $0, .overwrite)
            }
        }
    }

    func withCursor<R>(_ database: Database, _ body: (inout UnsafeCursor) throws -> R) throws -> R {
        var cursor = try handle.unsafeCursor(database)
        defer { cursor.close() }
        return try body(&cursor)
    }
}

/// Bytes that are a key as they are.
struct RawKey: LMDBKey {
    let bytes: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    init?(keyBytes: RawSpan) { nil }

    func withKeyBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(bytes)
    }
}

enum SequenceKey {
    @inline(__always)
    static func with<R>(_ sequence: UInt64, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try withUnsafeBytes(of: sequence.bigEndian) { try body($0) }
    }

    @inline(__always)
    static func read(_ key: UnsafeRawBufferPointer) throws(LogError) -> SequenceNumber {
        guard key.count == 8 else { throw LogError(.damaged, "A key of the log has \(key.count) bytes instead of 8.") }
        return UInt64(bigEndian: key.loadUnaligned(as: UInt64.self))
    }
}
