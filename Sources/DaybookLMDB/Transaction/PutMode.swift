public import CDaybookLMDB

/// How a row is put.
@usableFromInline
package struct PutMode: Sendable {
    @usableFromInline let flags: UInt32

    @inlinable
    init(flags: UInt32) {
        self.flags = flags
    }

    /// Replace what is there.
    @inlinable package static var overwrite: PutMode { PutMode(flags: 0) }
    /// The key is greater than every key there: no search, and pages are filled to the brim. Refused if it is not
    /// greater.
    @inlinable package static var append: PutMode { PutMode(flags: UInt32(MDB_APPEND)) }
    /// Fail with `isKeyExisting` if the key is there.
    @inlinable package static var noOverwrite: PutMode { PutMode(flags: UInt32(MDB_NOOVERWRITE)) }
}
