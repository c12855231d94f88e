internal import DaybookModel

/// What a commit says of itself, at the end of its last event's value.
package struct Seal: Equatable, Sendable {
    package var count: UInt32
    package var ledgers: LedgerDigest
    package var head: Hash

    static let byteCount = 4 + LedgerDigest.byteCount + Hash.byteCount

    func write(to start: UnsafeMutableRawPointer) {
        var out = ByteWriter(at: start)
        out.fixed(count)
        out.fixed(ledgers.first)
        out.fixed(ledgers.second)
        head.withBytes { out.bytes($0) }
    }

    /// The seal of a value that ends a commit; `nil` if it does not, or is too short for one.
    package init?(of value: UnsafeRawBufferPointer) {
        guard value.count >= EventHead.Offset.variable + Seal.byteCount, value[EventHead.Offset.mark] == 1 else {
            return nil
        }
        let start = value.count - Seal.byteCount
        func load<T: FixedWidthInteger>(_ offset: Int, as type: T.Type = T.self) -> T {
            T(littleEndian: value.loadUnaligned(fromByteOffset: start + offset, as: T.self))
        }
        count = load(0)
        ledgers = LedgerDigest(first: load(4), second: load(12))
        head = Hash(UnsafeRawBufferPointer(rebasing: value[(start + 20)...]))
    }

    init(count: UInt32, ledgers: LedgerDigest, head: Hash) {
        self.count = count
        self.ledgers = ledgers
        self.head = head
    }

    /// The head of a commit: the head before it, the root after it, and what else the seal says.
    static func head(
        after previous: Hash, root: Hash, count: UInt32, ledgers: LedgerDigest, _ sha: Sha256
    ) -> Hash {
        sha.begin()
        sha.add(HashedAs.head)
        sha.add(previous)
        sha.add(root)
        sha.add(count.bigEndian)
        sha.add(ledgers.first.littleEndian)
        sha.add(ledgers.second.littleEndian)
        return sha.end()
    }
}
