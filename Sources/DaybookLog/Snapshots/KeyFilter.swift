internal import CDaybookPlatform
internal import DaybookModel

/// Tells of most keys that are not among some thousands that they are not, with one look at memory. Ten bits for a key:
/// four of a hundred that are not there pass.
enum KeyFilter {
    /// What a key is looked up by, in every filter alike.
    static func hash(_ table: Table, _ key: UnsafeRawBufferPointer) -> UInt64 {
        var out: (UInt64, UInt64) = (0, 0)
        withUnsafeMutableBytes(of: &out) { out in
            daybook_row_hash(
                UInt64(table.rawValue), key.baseAddress, key.count, key.baseAddress, 0,
                out.baseAddress!.assumingMemoryBound(to: UInt64.self))
        }
        return out.0
    }

    static func wordCount(forKeys count: Int) -> Int { max(1, (count * 10 + 63) / 64) }

    static func word(_ hash: UInt64, of count: Int) -> Int {
        Int(hash.multipliedFullWidth(by: UInt64(count)).high)
    }

    /// The lower bits are as good as chance within a word, which is chosen by the upper ones.
    static func bits(_ hash: UInt64) -> UInt64 {
        1 << (hash & 63) | 1 << (hash >> 6 & 63) | 1 << (hash >> 12 & 63) | 1 << (hash >> 18 & 63)
    }
}
