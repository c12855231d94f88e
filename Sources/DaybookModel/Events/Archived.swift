/// A prefix of the log has been moved to an archive, from behind the one before it: what is needed to prove the rest
/// of the log without it, and to recognize it.
package struct Archived: Equatable, Sendable {
    /// The events in the archive.
    package var first: SequenceNumber
    package var last: SequenceNumber
    /// SHA-256 of the archive's file.
    package var digest: [UInt8]
    /// The head of the commit that ends with `last`, and the root of the history tree there.
    package var head: [UInt8]
    package var root: [UInt8]
    /// The digest of the ledgers as of `last`.
    package var base: [UInt8]
    /// The latest time of any event up to `last`.
    package var until: Instant
    /// How many jobs were carried on.
    package var carried: UInt64

    package init(
        first: SequenceNumber, last: SequenceNumber, digest: [UInt8], head: [UInt8], root: [UInt8], base: [UInt8],
        until: Instant, carried: UInt64 = 0
    ) {
        self.first = first
        self.last = last
        self.digest = digest
        self.head = head
        self.root = root
        self.base = base
        self.until = until
        self.carried = carried
    }
}
