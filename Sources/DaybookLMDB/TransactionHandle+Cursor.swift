// For code that holds a transaction's handle instead of the transaction, and answers for not outliving it.

extension TransactionHandle {
    /// A cursor that nothing ties to this transaction; see `UnsafeCursor`.
    @unsafe
    package func unsafeCursor(_ database: Database) throws(LMDBError) -> UnsafeCursor {
        try unsafe UnsafeCursor(opening: database, in: self)
    }

    package func put(
        _ database: Database, _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer, _ mode: PutMode
    ) throws(LMDBError) {
        try unsafe put(database, key, value, mode.flags)
    }
}
