// A healthy data file may be shorter than its meta page says: pages that were taken and given back within one
// transaction are counted but never written, and stand in the free list instead. So when the file is short, the
// free list decides: if every page that is not there is free, nothing is missing. Otherwise a page in use is gone.
//
// The free list is a B-tree like the others. Its rows are keyed by transaction; a value is a count and as many page
// numbers, eight bytes each. It is read here with plain reads and is taken for what it is, bytes from a file that
// may be damaged: nothing is believed that lies outside its page, and depth and size are bounded.

/// The list of unused pages as one meta page has it.
struct FreeList {
    let file: DataFile
    let meta: MetaPage

    private static let depthMax = 32
    private static let noPage = UInt64.max

    /// Whether every page from `firstMissingPage` to the last is free.
    func covers(firstMissingPage: UInt64) throws(DataFile.ReadFailure) -> Bool {
        guard firstMissingPage > 1, firstMissingPage <= meta.lastPage else { return false }
        let missing = firstMissingPage...meta.lastPage
        return try freePages(in: missing)?.count == missing.count
    }

    /// The free pages among `wanted`, or nil if the list cannot be read.
    func freePages(in wanted: ClosedRange<UInt64>) throws(DataFile.ReadFailure) -> Set<UInt64>? {
        var search = Search(wanted: wanted)
        guard meta.freeListRoot != Self.noPage else { return search.found }
        return try visit(meta.freeListRoot, depth: 0, &search) ? search.found : nil
    }

    /// The last transaction that the list has pages of; 0 if it has none, nil if the list cannot be read.
    func newestTransaction() throws(DataFile.ReadFailure) -> UInt64? {
        guard meta.freeListRoot != Self.noPage else { return 0 }
        var page = meta.freeListRoot
        for _ in 0..<Self.depthMax {
            guard let bytes = try pageBytes(page), let nodes = nodes(of: bytes), let last = nodes.offsets.last else {
                return nil
            }
            if nodes.areLeaves {
                guard last + 16 <= bytes.count, bytes.number(at: last + 6, UInt16.self) == 8 else { return nil }
                return bytes.number(at: last + 8, UInt64.self)
            }
            page = child(bytes, last)
        }
        return nil
    }

    fileprivate struct Search {
        let wanted: ClosedRange<UInt64>
        var found: Set<UInt64> = []
    }

    /// Walks the tree under `page`. False if it does not hold together.
    private func visit(_ page: UInt64, depth: Int, _ search: inout Search) throws(DataFile.ReadFailure) -> Bool {
        guard depth < Self.depthMax, let bytes = try pageBytes(page), let nodes = nodes(of: bytes) else { return false }
        for node in nodes.offsets {
            if nodes.areLeaves {
                guard try collect(bytes, node, &search) else { return false }
            } else {
                guard try visit(child(bytes, node), depth: depth + 1, &search) else { return false }
            }
        }
        return true
    }

    /// Where the nodes of a page begin; nil if they do not all lie in it.
    private func nodes(of bytes: [UInt8]) -> (offsets: [Int], areLeaves: Bool)? {
        let isBranch: UInt16 = 0x01
        let isLeaf: UInt16 = 0x02
        let flags = bytes.number(at: header - 6, UInt16.self)
        let slotsEnd = Int(bytes.number(at: header - 4, UInt16.self)) + offsetBase
        guard flags & (isBranch | isLeaf) != 0, header...bytes.count ~= slotsEnd else { return nil }
        let offsets = (0..<(slotsEnd - header) / 2).map { slot in
            Int(bytes.number(at: header + slot * 2, UInt16.self)) + offsetBase
        }
        return offsets.allSatisfy { $0 + 8 <= bytes.count } ? (offsets, flags & isBranch == 0) : nil
    }

    private var header: Int { meta.pageHeaderByteCount }

    /// Offsets within a page count from its beginning in LMDB 0.9, from the end of its header in 1.0.
    private var offsetBase: Int { header == 24 ? header : 0 }

    /// A branch node spreads the number of the page below it over its first six bytes.
    private func child(_ bytes: [UInt8], _ node: Int) -> UInt64 {
        return UInt64(bytes.number(at: node, UInt16.self))
            | UInt64(bytes.number(at: node + 2, UInt16.self)) << 16
            | UInt64(bytes.number(at: node + 4, UInt16.self)) << 32
    }

    /// Adds the page numbers of a leaf node, which holds them itself or names the overflow pages that do.
    private func collect(_ bytes: [UInt8], _ node: Int, _ search: inout Search) throws(DataFile.ReadFailure) -> Bool {
        let isOnOverflowPages: UInt16 = 0x01
        let valueBytes = Int(bytes.number(at: node, UInt16.self)) | Int(bytes.number(at: node + 2, UInt16.self)) << 16
        let flags = bytes.number(at: node + 4, UInt16.self)
        let value = node + 8 + Int(bytes.number(at: node + 6, UInt16.self))
        if flags & isOnOverflowPages == 0 {
            guard value + valueBytes <= bytes.count else { return false }
            return search.add(bytes, from: value, valueBytes)
        }
        guard value + 8 <= bytes.count, try UInt64(valueBytes) <= file.byteCount() else { return false }
        let start = bytes.number(at: value, UInt64.self)
        guard start <= meta.lastPage else { return false }
        let offset = start * UInt64(meta.pageSizeBytes) + UInt64(header)
        let overflow = try file.read(valueBytes, at: offset)
        return overflow.count == valueBytes && search.add(overflow, from: 0, valueBytes)
    }

    private func pageBytes(_ page: UInt64) throws(DataFile.ReadFailure) -> [UInt8]? {
        guard page <= meta.lastPage else { return nil }
        let bytes = try file.read(meta.pageSizeBytes, at: page * UInt64(meta.pageSizeBytes))
        return bytes.count == meta.pageSizeBytes ? bytes : nil
    }
}

extension FreeList.Search {
    fileprivate mutating func add(_ bytes: [UInt8], from start: Int, _ byteCount: Int) -> Bool {
        guard byteCount >= 8 else { return false }
        let count = bytes.number(at: start, UInt64.self)
        guard count <= UInt64(byteCount / 8 - 1) else { return false }
        for index in 0..<Int(count) {
            let page = bytes.number(at: start + 8 + index * 8, UInt64.self)
            if wanted.contains(page) { found.insert(page) }
        }
        return true
    }
}
