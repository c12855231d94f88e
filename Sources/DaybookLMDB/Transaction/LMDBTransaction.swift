internal import CDaybookLMDB

/// What a read and a write transaction have in common: a snapshot that can be read.
///
/// Functions written over `some LMDBTransaction & ~Copyable & ~Escapable` read through either.
@usableFromInline
package protocol LMDBTransaction: ~Copyable, ~Escapable {
    var handle: TransactionHandle { get }
}

extension LMDBTransaction where Self: ~Copyable & ~Escapable {
    /// The value under `key`, or nil. The bytes lie in the map and are gone when the transaction ends **or
    /// writes**: copy them, or do not touch them afterwards. Nothing enforces that here; `get` does.
    @inlinable
    package func unsafeGet(
        _ database: Database, key: UnsafeRawBufferPointer
    ) throws(LMDBError) -> UnsafeRawBufferPointer? {
        try unsafe handle.get(database, key)
    }

    /// As above, for any key.
    @inlinable
    package func unsafeGet(
        _ database: Database, key: some LMDBKey
    ) throws(LMDBError) -> UnsafeRawBufferPointer? {
        try unsafe key.withKeyBytes { (bytes) throws(LMDBError) in try unsafe unsafeGet(database, key: bytes) }
    }

    /// The value under `key`, or nil. The span cannot outlive the transaction, nor a write in it.
    @inlinable
    @_lifetime(borrow self)
    package func get(_ database: Database, key: some LMDBKey) throws(LMDBError) -> RawSpan? {
        guard let bytes = try unsafe unsafeGet(database, key: key) else { return nil }
        let span = unsafe RawSpan(_unsafeBytes: bytes)
        return unsafe _overrideLifetime(span, borrowing: self)
    }

    /// Whether there is a row under `key`.
    @inlinable
    package func contains(_ database: Database, key: some LMDBKey) throws(LMDBError) -> Bool {
        try unsafe unsafeGet(database, key: key) != nil
    }

    /// The shape of one database as this transaction sees it.
    package func statistics(_ database: Database) throws(LMDBError) -> DatabaseStatistics {
        var found = MDB_stat()
        let identifier = try handle.identifier(of: database, for: .statistics)
        let code = unsafe mdb_stat(handle.pointer, identifier, &found)
        guard code == 0 else { throw LMDBError(code: code, operation: .statistics) }
        return DatabaseStatistics(found)
    }

    /// Number of rows; constant time.
    package func count(_ database: Database) throws(LMDBError) -> Int {
        try statistics(database).rows
    }
}
