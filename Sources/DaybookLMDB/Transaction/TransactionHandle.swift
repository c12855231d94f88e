public import CDaybookLMDB

/// LMDB's handle of a transaction. It means nothing outside this module, so holding one does no harm.
///
/// Sendable because it is only a number here: which thread may use it is settled by `TransactionGate` and
/// `LMDBEnvironment`.
@safe
@usableFromInline
package struct TransactionHandle: @unchecked Sendable {
    @usableFromInline let pointer: OpaquePointer
    @usableFromInline let environment: UInt

    init(_ pointer: OpaquePointer) {
        unsafe self.pointer = pointer
        environment = unsafe UInt(bitPattern: mdb_txn_env(pointer))
    }

    /// LMDB's number of a database, if it is one of this transaction's environment.
    @inlinable
    func identifier(
        of database: Database, for operation: LMDBError.Operation
    ) throws(LMDBError) -> UInt32 {
        guard database.environment == environment else {
            throw unsafe failure(MDB_BAD_DBI, operation, in: pointer)
        }
        return database.identifier
    }
}

/// The C calls, one each, with their errors turned.
extension TransactionHandle {
    @inlinable
    package func get(
        _ database: Database, _ key: UnsafeRawBufferPointer
    ) throws(LMDBError) -> UnsafeRawBufferPointer? {
        let identifier = try identifier(of: database, for: .get)
        var key = unsafe MDB_val(key)
        var value = unsafe MDB_val()
        let code = unsafe mdb_get(pointer, identifier, &key, &value)
        if code == 0 { return unsafe value.bytes }
        if code == MDB_NOTFOUND { return nil }
        throw unsafe failure(code, .get, in: pointer)
    }

    @inlinable
    package func put(
        _ database: Database, _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer, _ flags: UInt32
    ) throws(LMDBError) {
        let identifier = try identifier(of: database, for: .put)
        var key = unsafe MDB_val(key)
        var value = unsafe MDB_val(value)
        let code = unsafe mdb_put(pointer, identifier, &key, &value, flags)
        if code != 0 { throw unsafe failure(code, .put, in: pointer) }
    }

    @inlinable
    package func reserve(
        _ database: Database, _ key: UnsafeRawBufferPointer, _ byteCount: Int, _ flags: UInt32
    ) throws(LMDBError) -> UnsafeMutableRawBufferPointer {
        let identifier = try identifier(of: database, for: .put)
        var key = unsafe MDB_val(key)
        var value = unsafe MDB_val(mv_size: byteCount, mv_data: nil)
        let code = unsafe mdb_put(pointer, identifier, &key, &value, flags | UInt32(MDB_RESERVE))
        if code != 0 { throw unsafe failure(code, .put, in: pointer) }
        return unsafe UnsafeMutableRawBufferPointer(start: value.mv_data, count: byteCount)
    }

    @inlinable
    package func delete(_ database: Database, _ key: UnsafeRawBufferPointer) throws(LMDBError) -> Bool {
        let identifier = try identifier(of: database, for: .delete)
        var key = unsafe MDB_val(key)
        let code = unsafe mdb_del(pointer, identifier, &key, nil)
        if code == 0 { return true }
        if code == MDB_NOTFOUND { return false }
        throw unsafe failure(code, .delete, in: pointer)
    }
}

/// Makes the error, and notes a full map beside the environment, so that `write` grows it whatever the body throws.
@usableFromInline
package func failure(_ code: Int32, _ operation: LMDBError.Operation, in transaction: OpaquePointer) -> LMDBError {
    if code == MDB_MAP_FULL { unsafe EnvironmentHandle.noteFullMap(in: transaction) }
    return LMDBError(code: code, operation: operation)
}
