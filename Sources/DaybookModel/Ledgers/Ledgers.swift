/// Ordered tables of bytes: what the rules read and post to, inside one transaction.
///
/// The log's transaction is one; a fold of an export in memory is another. Keys order as bytes do. Nothing handed
/// to a closure may be kept beyond it.
package protocol Ledgers: AnyObject {
    /// Calls `body` with the value under `key`, if there is one.
    func read<R>(_ table: Table, _ key: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> R) throws
        -> R?

    /// Stores `value` under `key`. `old` is what stood there, if anything did: it is not looked up, only taken out
    /// of the digest.
    func put(
        _ table: Table, _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer,
        replacing old: UnsafeRawBufferPointer?)
        throws

    /// Takes out the row under `key`, whose value is `old`.
    func remove(_ table: Table, _ key: UnsafeRawBufferPointer, old: UnsafeRawBufferPointer) throws

    /// Calls `body` with the rows from `key` on, in order, for as long as it answers true.
    func scan(
        _ table: Table, from key: UnsafeRawBufferPointer,
        _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws -> Bool) throws
}
