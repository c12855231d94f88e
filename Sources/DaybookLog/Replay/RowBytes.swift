/// A key or value of a ledger row, held in place if it is short. Orders as its bytes do.
struct RowBytes: Hashable, Comparable {
    /// Up to 16 bytes, big-endian and filled up with zeros, so that numbers compare as bytes do.
    private let high: UInt64
    private let low: UInt64
    /// All bytes, if there are more than 16.
    private let long: [UInt8]?
    // Small, and behind the others, so that a table has room for more in each of its places.
    private let byteCount: UInt32

    init(_ bytes: UnsafeRawBufferPointer) {
        var words: (UInt64, UInt64) = (0, 0)
        withUnsafeMutableBytes(of: &words) { $0.copyBytes(from: bytes.prefix(16)) }
        high = UInt64(bigEndian: words.0)
        low = UInt64(bigEndian: words.1)
        byteCount = UInt32(bytes.count)
        long = bytes.count > 16 ? Array(bytes) : nil
    }

    var count: Int { Int(byteCount) }

    static func == (left: RowBytes, right: RowBytes) -> Bool {
        left.high == right.high && left.low == right.low && left.byteCount == right.byteCount && left.long == right.long
    }

    static func < (left: RowBytes, right: RowBytes) -> Bool {
        if left.high != right.high { return left.high < right.high }
        if left.low != right.low { return left.low < right.low }
        guard let one = left.long, let other = right.long else { return left.byteCount < right.byteCount }
        return one.lexicographicallyPrecedes(other)
    }

    func hash(into hasher: inout Hasher) {
        // One word costs half of two, and equal keys are found by all of their bytes.
        hasher.combine(high ^ low &* 0x9E37_79B9_7F4A_7C15)
        if let long { hasher.combine(long) }
    }

    func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        if let long { return try long.withUnsafeBytes(body) }
        return try withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) {
            try body(UnsafeRawBufferPointer(rebasing: $0[..<count]))
        }
    }

    /// About how much memory it takes beside its place in a table.
    var longBytes: Int { long == nil ? 0 : 48 + count }
}
