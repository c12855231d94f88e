// The first two pages of a data file, read without LMDB.
//
// LMDB opens a file that lost its tail as if nothing were wrong, and the process dies of SIGBUS when it touches
// what is not there; it takes an empty file for a new database; and it says "invalid" for a dozen different things.
// So the file is looked at with plain reads before LMDB maps it.
//
// Both pages have the same form; commits write them in turn, and the one with the higher transaction number counts.
// The numbers are in the machine's own order and width. LMDB 1.0 has a page header eight bytes longer than 0.9's,
// which is how the two formats are told apart: the magic number stands at another place.
//
// | offset after the header | size | what |
// |---|---|---|
// | 0 | 4 | magic number |
// | 4 | 4 | data version: 1 in LMDB 0.9 |
// | 16 | 8 | size of the map |
// | 24 | 4 | page size |
// | 64 | 8 | root page of the free list's tree |
// | 112 | 8 | root page of the tree that names the databases |
// | 120 | 8 | number of the last page |
// | 128 | 8 | transaction that wrote this page |

/// One of the two, as far as it could be read.
package struct MetaPage: Equatable, Sendable {
    package let dataVersion: UInt32
    package let pageSizeBytes: Int
    package let mapSizeBytes: UInt64
    package let lastPage: UInt64
    package let transactionID: UInt64
    let freeListRoot: UInt64
    let mainRoot: UInt64
    /// Length of the header in front of every page: 16 in LMDB 0.9, 24 in 1.0.
    let pageHeaderByteCount: Int

    static let magic: UInt32 = 0xBEEF_C0DE
    /// All of a meta page that carries meaning, in the longer of the two forms.
    static let byteCount = 160

    enum Reading: Equatable {
        case page(MetaPage)
        case otherByteOrder
        case otherWordSize
        case damaged
    }

    /// What the bytes of a page say.
    static func read(_ bytes: [UInt8]) -> Reading {
        guard bytes.count >= byteCount else { return .damaged }
        if let headerByteCount = [16, 24].first(where: { bytes.number(at: $0, UInt32.self) == magic }) {
            return MetaPage(bytes, headerByteCount).map(Reading.page) ?? .damaged
        }
        let isSwapped = [16, 24].contains { bytes.number(at: $0, UInt32.self) == magic.byteSwapped }
        if isSwapped { return .otherByteOrder }
        if bytes.number(at: 12, UInt32.self) == magic { return .otherWordSize }
        return .damaged
    }

    private init?(_ bytes: [UInt8], _ headerByteCount: Int) {
        let metaFlag: UInt16 = 0x08
        guard bytes.number(at: headerByteCount - 6, UInt16.self) & metaFlag != 0 else { return nil }
        dataVersion = bytes.number(at: headerByteCount + 4, UInt32.self)
        mapSizeBytes = bytes.number(at: headerByteCount + 16, UInt64.self)
        pageSizeBytes = Int(bytes.number(at: headerByteCount + 24, UInt32.self))
        freeListRoot = bytes.number(at: headerByteCount + 64, UInt64.self)
        mainRoot = bytes.number(at: headerByteCount + 112, UInt64.self)
        lastPage = bytes.number(at: headerByteCount + 120, UInt64.self)
        transactionID = bytes.number(at: headerByteCount + 128, UInt64.self)
        pageHeaderByteCount = headerByteCount
        let isPlausible = pageSizeBytes.nonzeroBitCount == 1 && 512...65_536 ~= pageSizeBytes && 1..<1 << 48 ~= lastPage
        guard isPlausible else { return nil }
    }
}

extension [UInt8] {
    /// The number at `offset`, wherever it may lie, in the machine's own byte order.
    func number<Number: FixedWidthInteger & BitwiseCopyable>(at offset: Int, _: Number.Type) -> Number {
        // Safe because the bounds are checked here and any bytes make an integer.
        precondition(offset >= 0 && offset + MemoryLayout<Number>.size <= count)
        return unsafe span.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: Number.self)
    }
}
