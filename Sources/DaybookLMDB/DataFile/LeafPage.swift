// One leaf page of a data file, read for what it is: bytes that may be damaged. Nothing is believed that lies outside
// the page, so there is nothing here to crash on.
//
// | offset | size | what |
// |---|---|---|
// | 0 | 8 | number of the page |
// | 10 | 2 | flags: 1 branch, 2 leaf, 4 overflow |
// | 12 | 2 | end of the list of slots, which begins behind the header |
// | 14 | 2 | beginning of the nodes, which lie at the end of the page |
//
// A slot is the offset of a node within the page; a node is the length of its value in two halves (2 + 2), flags (2),
// the length of its key (2), the key and the value. A value that is too long for the page lies on overflow pages, and
// the number of the first of them stands in its place. In LMDB 1.0 the header has 24 bytes and offsets begin behind it.

/// The rows of a leaf page, as far as they hold together.
package struct LeafPage: Sendable {
    package struct Row: Sendable {
        package let key: Range<Int>
        package let value: Value
        /// Whether the value describes a named database.
        let isDatabase: Bool
        /// Its place among the rows that the page has, of which some may not hold together.
        package let slot: Int
    }

    package enum Value: Sendable {
        case inline(Range<Int>)
        case overflow(page: UInt64, byteCount: Int)
    }

    package let bytes: [UInt8]
    /// In the order of their keys, if the page is whole.
    package let rows: [Row]
    /// How many rows the page has by its own account.
    package let slotCount: Int

    /// Nil if the bytes are no leaf page.
    init?(_ bytes: [UInt8], header: Int) {
        guard let slots = PageSlots(bytes, header: header), slots.flags & PageSlots.leaf != 0,
            slots.flags & PageSlots.withFixedKeys == 0
        else { return nil }
        self.bytes = bytes
        rows = slots.nodes.compactMap { LeafPage.row(bytes, $0.node, slot: $0.slot) }
        slotCount = slots.count
    }

    private static func row(_ bytes: [UInt8], _ node: Int, slot: Int) -> Row? {
        let isOnOverflowPages: UInt16 = 0x01
        let isDatabase: UInt16 = 0x02
        let flags = bytes.number(at: node + 4, UInt16.self)
        let byteCount = Int(bytes.number(at: node, UInt16.self)) | Int(bytes.number(at: node + 2, UInt16.self)) << 16
        let key = node + 8..<node + 8 + Int(bytes.number(at: node + 6, UInt16.self))
        guard key.upperBound <= bytes.count else { return nil }
        if flags & isOnOverflowPages != 0 {
            guard key.upperBound + 8 <= bytes.count else { return nil }
            let page = bytes.number(at: key.upperBound, UInt64.self)
            return Row(key: key, value: .overflow(page: page, byteCount: byteCount), isDatabase: false, slot: slot)
        }
        guard byteCount <= bytes.count - key.upperBound else { return nil }
        return Row(
            key: key, value: .inline(key.upperBound..<key.upperBound + byteCount), isDatabase: flags & isDatabase != 0,
            slot: slot)
    }
}

/// What branch and leaf pages have in common.
struct PageSlots {
    static let branch: UInt16 = 0x01
    static let leaf: UInt16 = 0x02
    static let withFixedKeys: UInt16 = 0x20

    let flags: UInt16
    /// How many there are.
    let count: Int
    /// Where the nodes begin whose fixed part lies within the page, and in which slot each stands.
    let nodes: [(slot: Int, node: Int)]

    init?(_ bytes: [UInt8], header: Int) {
        guard bytes.count > header else { return nil }
        let base = header == 24 ? header : 0
        flags = bytes.number(at: header - 6, UInt16.self)
        let end = Int(bytes.number(at: header - 4, UInt16.self)) + base
        guard flags & (PageSlots.branch | PageSlots.leaf) != 0, header...bytes.count ~= end else { return nil }
        count = (end - header) / 2
        nodes = (0..<count).compactMap { slot in
            let node = Int(bytes.number(at: header + 2 * slot, UInt16.self)) + base
            return node >= end && node + 8 <= bytes.count ? (slot, node) : nil
        }
    }
}
