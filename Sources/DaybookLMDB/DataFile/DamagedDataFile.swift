// A data file that LMDB cannot be trusted with, or that LMDB cannot be trusted not to die of. It is read page by page
// with plain reads: a page that the disk does not give, or that makes no sense, is passed over, and the next one is
// looked at all the same.

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A data file, whatever is left of it.
package final class DamagedDataFile: Sendable {
    package let pageSizeBytes: Int
    /// Whole pages that the file has.
    package let pageCount: UInt64
    /// The meta pages that can be read, the newer one first.
    package let metaPages: [MetaPage]

    private let descriptor: Int32
    private var file: DataFile { DataFile(descriptor: descriptor) }
    private var header: Int { metaPages.first?.pageHeaderByteCount ?? 16 }

    package init(_ path: String) throws(LMDBError) {
        descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw LMDBError(code: errno, operation: .open) }
        let file = DataFile(descriptor: descriptor)
        var found: [MetaPage] = []
        for offset in [0] + (9...16).map({ 1 << $0 as Int }) {
            guard let bytes = try? file.read(MetaPage.byteCount, at: UInt64(offset)),
                case .page(let page) = MetaPage.read(bytes), offset == 0 || offset == page.pageSizeBytes,
                !found.contains(where: { $0.pageSizeBytes != page.pageSizeBytes })
            else { continue }
            found.append(page)
        }
        metaPages = Self.newestFirst(found, in: file)
        pageSizeBytes = metaPages.first?.pageSizeBytes ?? Int(sysconf(Int32(_SC_PAGESIZE)))
        pageCount = ((try? file.byteCount()) ?? 0) / UInt64(pageSizeBytes)
    }

    deinit { close(descriptor) }

    /// Where the transaction numbers cannot both be right, the free lists say which page was written last.
    private static func newestFirst(_ found: [MetaPage], in file: DataFile) -> [MetaPage] {
        let byNumber = found.sorted { $0.transactionID > $1.transactionID }
        guard found.count == 2, (try? MetaPagePair(first: found[0], second: found[1]).agrees(in: file)) == false,
            let newest = try? FreeList(file: file, meta: byNumber[0]).newestTransaction(),
            let other = try? FreeList(file: file, meta: byNumber[1]).newestTransaction()
        else { return byNumber }
        return other > newest ? byNumber.reversed() : byNumber
    }

    /// The rows of a page, if it is a leaf and can be read.
    package func leaf(_ page: UInt64) -> LeafPage? {
        pageBytes(page).flatMap { LeafPage($0, header: header) }
    }

    /// A value that lies on pages of its own, as far as they can be read; nil if they are not all there.
    package func overflow(_ page: UInt64, byteCount: Int) -> [UInt8]? {
        guard page < pageCount, UInt64(byteCount) <= (pageCount - page) * UInt64(pageSizeBytes) else { return nil }
        let bytes = try? file.read(byteCount, at: page * UInt64(pageSizeBytes) + UInt64(header))
        return bytes?.count == byteCount ? bytes : nil
    }

    private func pageBytes(_ page: UInt64) -> [UInt8]? {
        guard page < pageCount, let bytes = try? file.read(pageSizeBytes, at: page * UInt64(pageSizeBytes)) else {
            return nil
        }
        return bytes.count == pageSizeBytes ? bytes : nil
    }
}

extension DamagedDataFile {
    /// What a meta page leads to of one named database.
    package struct Tree: Sendable {
        /// The leaf pages that can be reached.
        package var leaves: Set<UInt64> = []
        /// Whether every page that it leads to can be read.
        package var isWhole = true
        /// The leaf page with the highest keys, if every page on the way to it can be read.
        package var lastLeaf: UInt64?
        /// How many rows the database has, by its own account.
        package var rows: UInt64 = 0
    }

    /// The tree of the database `name` as a meta page has it; nil if nothing leads to it any more.
    package func tree(of name: String, in meta: MetaPage) -> Tree? {
        var mainLeaves: Set<UInt64> = []
        var seen: Set<UInt64> = []
        walk(meta.mainRoot, depth: 0, &seen, &mainLeaves)
        for page in mainLeaves.sorted() {
            guard let leaf = leaf(page) else { continue }
            for row in leaf.rows where row.isDatabase && leaf.bytes[row.key].elementsEqual(name.utf8) {
                guard case .inline(let place) = row.value, place.count >= 48 else { continue }
                var tree = Tree()
                tree.rows = leaf.bytes.number(at: place.lowerBound + 32, UInt64.self)
                let root = leaf.bytes.number(at: place.lowerBound + 40, UInt64.self)
                seen = []
                tree.isWhole = walk(root, depth: 0, &seen, &tree.leaves)
                tree.lastLeaf = lastLeaf(below: root)
                return tree
            }
        }
        return nil
    }

    private static let depthMax = 32

    /// Answers whether every page could be read.
    @discardableResult
    private func walk(_ page: UInt64, depth: Int, _ seen: inout Set<UInt64>, _ leaves: inout Set<UInt64>) -> Bool {
        guard depth < Self.depthMax, page < pageCount, seen.insert(page).inserted, let bytes = pageBytes(page),
            let slots = PageSlots(bytes, header: header)
        else { return false }
        guard slots.flags & PageSlots.branch != 0 else {
            leaves.insert(page)
            return true
        }
        var isWhole = slots.nodes.count == slots.count
        for (_, node) in slots.nodes where !walk(child(of: node, bytes), depth: depth + 1, &seen, &leaves) {
            isWhole = false
        }
        return isWhole
    }

    private func lastLeaf(below root: UInt64) -> UInt64? {
        var page = root
        for _ in 0..<Self.depthMax {
            guard let bytes = pageBytes(page), let slots = PageSlots(bytes, header: header) else { return nil }
            guard slots.flags & PageSlots.branch != 0 else { return page }
            guard let last = slots.nodes.last, last.slot == slots.count - 1 else { return nil }
            page = child(of: last.node, bytes)
        }
        return nil
    }

    /// A branch node spreads the number of the page below it over its first six bytes.
    private func child(of node: Int, _ bytes: [UInt8]) -> UInt64 {
        UInt64(bytes.number(at: node, UInt16.self)) | UInt64(bytes.number(at: node + 2, UInt16.self)) << 16
            | UInt64(bytes.number(at: node + 4, UInt16.self)) << 32
    }
}
