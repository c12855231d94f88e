internal import CDaybookLMDB

/// The one write transaction of the moment, among all processes. It commits when its closure returns and aborts
/// when the closure throws. It cannot be copied, kept or taken across an `await`.
///
/// Everything that changes something is `mutating`: the compiler refuses a span from `get` that is used after a write.
@safe
@usableFromInline
package struct WriteTransaction: ~Copyable, ~Escapable, LMDBTransaction {
    @usableFromInline package let handle: TransactionHandle

    @_lifetime(immortal)
    init(unsafePointer pointer: OpaquePointer) {
        handle = unsafe TransactionHandle(pointer)
    }
}

extension WriteTransaction {
    /// Puts `value` under `key`.
    @inlinable
    @_lifetime(self: copy self)
    package mutating func put(
        _ database: Database, key: some LMDBKey, _ value: UnsafeRawBufferPointer, _ mode: PutMode = .overwrite
    ) throws(LMDBError) {
        let handle = handle
        try unsafe key.withKeyBytes { (bytes) throws(LMDBError) in
            try unsafe handle.put(database, bytes, value, mode.flags)
        }
    }

    /// Puts `value` under `key`.
    @inlinable
    @_lifetime(self: copy self)
    package mutating func put(
        _ database: Database, key: some LMDBKey, _ value: RawSpan, _ mode: PutMode = .overwrite
    ) throws(LMDBError) {
        let handle = handle
        try unsafe key.withKeyBytes { (keyBytes) throws(LMDBError) in
            try unsafe value.withUnsafeBytes { (bytes) throws(LMDBError) in
                try unsafe handle.put(database, keyBytes, bytes, mode.flags)
            }
        }
    }

    /// Puts `value` under `key`, encoding it in its place.
    @inlinable
    @_lifetime(self: copy self)
    package mutating func put(
        _ database: Database, key: some LMDBKey, _ value: some LMDBValue, _ mode: PutMode = .overwrite
    ) throws(LMDBError) {
        try unsafe putReserved(database, key: key, byteCount: value.encodedByteCount, mode) { room in
            var bytes = unsafe MutableRawSpan(_unsafeBytes: room)
            value.encode(into: &bytes)
        }
    }

    /// Makes room for `byteCount` bytes under `key` and lets `fill` write them where they will lie: no copy. `fill`
    /// must write every byte, and must not touch the transaction.
    @inlinable
    @_lifetime(self: copy self)
    package mutating func putReserved(
        _ database: Database, key: some LMDBKey, byteCount: Int, _ mode: PutMode = .overwrite,
        _ fill: (UnsafeMutableRawBufferPointer) -> Void
    ) throws(LMDBError) {
        let handle = handle
        let room = try unsafe key.withKeyBytes { (bytes) throws(LMDBError) in
            try unsafe handle.reserve(database, bytes, byteCount, mode.flags)
        }
        unsafe fill(room)
    }

    /// Deletes the row under `key`. False if there is none.
    @inlinable @discardableResult
    @_lifetime(self: copy self)
    package mutating func delete(_ database: Database, key: some LMDBKey) throws(LMDBError) -> Bool {
        let handle = handle
        return try unsafe key.withKeyBytes { (bytes) throws(LMDBError) in try unsafe handle.delete(database, bytes) }
    }

    /// Deletes every row.
    @_lifetime(self: copy self)
    package mutating func clear(_ database: Database) throws(LMDBError) {
        let identifier = try handle.identifier(of: database, for: .clear)
        let code = unsafe mdb_drop(handle.pointer, identifier, 0)
        if code != 0 { throw unsafe failure(code, .clear, in: handle.pointer) }
    }
}

/// For hot loops that build their keys in a buffer of their own.
extension WriteTransaction {
    @inlinable
    @_lifetime(self: copy self)
    package mutating func unsafePut(
        _ database: Database, key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer, _ mode: PutMode = .overwrite
    ) throws(LMDBError) {
        try unsafe handle.put(database, key, value, mode.flags)
    }

    /// The room for `byteCount` bytes under `key`, to be filled completely before the next call.
    @inlinable
    @_lifetime(self: copy self)
    package mutating func unsafeReserve(
        _ database: Database, key: UnsafeRawBufferPointer, byteCount: Int, _ mode: PutMode = .overwrite
    ) throws(LMDBError) -> UnsafeMutableRawBufferPointer {
        try unsafe handle.reserve(database, key, byteCount, mode.flags)
    }

    @inlinable @discardableResult
    @_lifetime(self: copy self)
    package mutating func unsafeDelete(_ database: Database, key: UnsafeRawBufferPointer) throws(LMDBError) -> Bool {
        try unsafe handle.delete(database, key)
    }
}
