package import DaybookModel

internal import CDaybookPlatform

/// One number for all rows of all ledgers, whatever their order: the sum of the rows' hashes.
///
/// A row that changes is one subtraction and one addition, so each commit can record it, and a check that runs
/// while others write compares two numbers at a head. It finds accidents, not forgers: the ledgers follow from the
/// log, and the log has its own hashes.
package struct LedgerDigest: Equatable, Sendable {
    package private(set) var first: UInt64
    package private(set) var second: UInt64

    static let byteCount = 16
    package static let empty = LedgerDigest(first: 0, second: 0)

    init(first: UInt64, second: UInt64) {
        self.first = first
        self.second = second
    }

    package mutating func add(_ table: Table, _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
        let (one, two) = LedgerDigest.row(table, key, value)
        first &+= one
        second &+= two
    }

    package mutating func subtract(_ table: Table, _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
        let (one, two) = LedgerDigest.row(table, key, value)
        first &-= one
        second &-= two
    }

    @inline(__always)
    private static func row(
        _ table: Table, _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer
    ) -> (UInt64, UInt64) {
        var out: (UInt64, UInt64) = (0, 0)
        withUnsafeMutableBytes(of: &out) { out in
            daybook_row_hash(
                UInt64(table.rawValue), key.baseAddress, key.count, value.baseAddress, value.count,
                out.baseAddress!.assumingMemoryBound(to: UInt64.self))
        }
        return out
    }

    package var hex: String {
        withUnsafeBytes(of: (first.littleEndian, second.littleEndian)) { Hexadecimal.text($0) }
    }

    package init?(hex: some StringProtocol) {
        guard let bytes = Hexadecimal.bytes(hex), bytes.count == LedgerDigest.byteCount else { return nil }
        self = bytes.withUnsafeBytes {
            LedgerDigest(
                first: UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)),
                second: UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
        }
    }
}
