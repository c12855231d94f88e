public import CDaybookLMDB

/// The cursor underneath `Cursor` and `WriteCursor`: nothing keeps it from outliving its transaction, so it is for
/// loops that need several at once beside other writes. Close it before the transaction ends.
@unsafe
@usableFromInline
package struct UnsafeCursor {
    @usableFromInline let pointer: OpaquePointer
    @usableFromInline var currentKey = unsafe MDB_val()
    @usableFromInline var currentValue = unsafe MDB_val()

    @usableFromInline
    init(opening database: Database, in transaction: TransactionHandle) throws(LMDBError) {
        var opened: OpaquePointer?
        let identifier = try transaction.identifier(of: database, for: .cursor)
        let code = unsafe mdb_cursor_open(transaction.pointer, identifier, &opened)
        guard code == 0, let opened = unsafe opened else { throw LMDBError(code: code, operation: .cursor) }
        unsafe pointer = opened
    }

    package func close() { unsafe mdb_cursor_close(pointer) }

    @usableFromInline
    package enum Move {
        case first, last, next, previous, current

        @usableFromInline var operation: MDB_cursor_op {
            switch self {
            case .first: MDB_FIRST
            case .last: MDB_LAST
            case .next: MDB_NEXT
            case .previous: MDB_PREV
            case .current: MDB_GET_CURRENT
            }
        }
    }

    @inlinable
    package var key: UnsafeRawBufferPointer { unsafe currentKey.bytes }

    @inlinable
    package var value: UnsafeRawBufferPointer { unsafe currentValue.bytes }

    @inlinable
    package mutating func move(_ move: Move) throws(LMDBError) -> Bool {
        try unsafe found(mdb_cursor_get(pointer, &currentKey, &currentValue, move.operation))
    }

    /// Moves to the first row whose key is `key` or greater.
    @inlinable
    package mutating func seek(_ key: UnsafeRawBufferPointer) throws(LMDBError) -> Bool {
        unsafe currentKey = MDB_val(key)
        return try unsafe found(mdb_cursor_get(pointer, &currentKey, &currentValue, MDB_SET_RANGE))
    }

    @inlinable
    package mutating func seek(_ key: some LMDBKey) throws(LMDBError) -> Bool {
        let code = unsafe key.withKeyBytes { (bytes) -> Int32 in
            unsafe currentKey = MDB_val(bytes)
            return unsafe mdb_cursor_get(pointer, &currentKey, &currentValue, MDB_SET_RANGE)
        }
        return try unsafe found(code)
    }

    /// Moves to the row with this key. A cursor that stands near it need not begin at the root.
    @inlinable
    package mutating func find(_ key: UnsafeRawBufferPointer) throws(LMDBError) -> Bool {
        unsafe currentKey = MDB_val(key)
        return try unsafe found(mdb_cursor_get(pointer, &currentKey, &currentValue, MDB_SET))
    }

    @usableFromInline
    mutating func found(_ code: Int32) throws(LMDBError) -> Bool {
        if code == 0 { return true }
        unsafe currentKey = MDB_val()
        unsafe currentValue = MDB_val()
        if code == MDB_NOTFOUND { return false }
        throw LMDBError(code: code, operation: .cursor)
    }
}

extension LMDBTransaction where Self: ~Copyable & ~Escapable {
    /// A cursor over `database`, placed before its first row.
    @inlinable
    @_lifetime(borrow self)
    package func cursor(_ database: Database) throws(LMDBError) -> Cursor {
        let cursor = unsafe Cursor(try UnsafeCursor(opening: database, in: handle))
        return unsafe _overrideLifetime(cursor, borrowing: self)
    }
}

extension WriteTransaction {
    /// A cursor that is not tied to this transaction by the compiler; see `UnsafeCursor`.
    @unsafe
    package func unsafeCursor(_ database: Database) throws(LMDBError) -> UnsafeCursor {
        try unsafe UnsafeCursor(opening: database, in: handle)
    }
}

extension UnsafeCursor {
    /// Puts a row and stands on it; `key` and `value` are empty afterwards.
    @inlinable
    package mutating func put(
        key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer, _ mode: PutMode = .overwrite
    ) throws(LMDBError) {
        var key = unsafe MDB_val(key)
        var value = unsafe MDB_val(value)
        let code = unsafe mdb_cursor_put(pointer, &key, &value, mode.flags)
        unsafe currentKey = MDB_val()
        unsafe currentValue = MDB_val()
        if code != 0 { throw unsafe failure(code, .put, in: mdb_cursor_txn(pointer)) }
    }

    /// Puts a row behind all others and stands on it. False, and nothing is changed, if its key is not the greatest.
    @inlinable
    package mutating func putLast(
        key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer
    ) throws(LMDBError) -> Bool {
        var key = unsafe MDB_val(key)
        var value = unsafe MDB_val(value)
        let code = unsafe mdb_cursor_put(pointer, &key, &value, PutMode.append.flags)
        unsafe currentKey = MDB_val()
        unsafe currentValue = MDB_val()
        if code == MDB_KEYEXIST { return false }
        if code != 0 { throw unsafe failure(code, .put, in: mdb_cursor_txn(pointer)) }
        return true
    }

    @inlinable
    package mutating func put(
        key: some LMDBKey, _ value: UnsafeRawBufferPointer, _ mode: PutMode = .overwrite
    ) throws(LMDBError) {
        try unsafe key.withKeyBytes { (bytes) throws(LMDBError) in try unsafe put(key: bytes, value, mode) }
    }

    /// Replaces the value of the row the cursor stands on.
    @usableFromInline
    package mutating func replaceCurrent(_ value: UnsafeRawBufferPointer) throws(LMDBError) {
        var key = unsafe currentKey
        var value = unsafe MDB_val(value)
        let code = unsafe mdb_cursor_put(pointer, &key, &value, UInt32(MDB_CURRENT))
        unsafe currentKey = MDB_val()
        unsafe currentValue = MDB_val()
        if code != 0 { throw unsafe failure(code, .put, in: mdb_cursor_txn(pointer)) }
    }

    /// Deletes the row the cursor stands on. The next `next` gives the row after it.
    @usableFromInline
    package mutating func deleteCurrent() throws(LMDBError) {
        let code = unsafe mdb_cursor_del(pointer, 0)
        unsafe currentKey = MDB_val()
        unsafe currentValue = MDB_val()
        if code != 0 { throw unsafe failure(code, .delete, in: mdb_cursor_txn(pointer)) }
    }
}
