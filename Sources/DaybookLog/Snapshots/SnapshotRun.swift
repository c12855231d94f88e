internal import CDaybookPlatform
internal import DaybookModel

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// One file of `snapshots/`, read once from end to end to see that it is what was written, and then mapped.
///
/// Unchecked because of the mapping: it is never written to, and goes when nobody has the run any more. The file under
/// its name is never changed either; a newer one takes its place.
final class SnapshotRun: @unchecked Sendable {
    let header: SnapshotHeader
    let status: EntryStatus
    private let bytes: UnsafeRawBufferPointer

    private static let bytesAtOnce = 1 << 20

    /// Nil for a file that is not whole, not this store's, or not its owner's alone.
    init?(_ name: String, in folder: FolderDescriptor, identity: [UInt8]) throws(LogError) {
        let file = try folder.openFile(name, .toRead)
        status = try file.status()
        guard let header = try SnapshotRun.header(of: file, identity),
            status.form == .file, !status.isWritableByOthers, status.owner == (try folder.status().owner),
            UInt64(status.byteCount) == UInt64(SnapshotHeader.byteCount) + header.bodyByteCount,
            try SnapshotRun.checksum(of: file, through: status.byteCount) == header.bodyChecksum
        else { return nil }
        self.header = header
        let address = mmap(nil, status.byteCount, PROT_READ, MAP_SHARED, file.number, 0)
        guard let address, address != MAP_FAILED else { throw LogError(errno: errno, doing: "map \(file.path)") }
        bytes = UnsafeRawBufferPointer(start: address, count: status.byteCount)
    }

    deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress!), bytes.count) }

    /// What the file says of itself, without a look at the rest; nil if it is not this store's.
    static func header(
        _ name: String, in folder: FolderDescriptor, identity: [UInt8]
    ) throws(LogError) -> SnapshotHeader? {
        try header(of: try folder.openFile(name, .toRead), identity)
    }

    private static func header(
        of file: borrowing FileDescriptor, _ identity: [UInt8]
    ) throws(LogError) -> SnapshotHeader? {
        guard let header = SnapshotHeader(try file.read(SnapshotHeader.byteCount)), header.identity == identity else {
            return nil
        }
        return header
    }

    /// Read, not mapped: pages that are looked at once need not stay with the process.
    private static func checksum(of file: borrowing FileDescriptor, through end: Int) throws(LogError) -> UInt32 {
        var (offset, sum) = (SnapshotHeader.byteCount, UInt32(0))
        while offset < end {
            let part = try file.read(min(bytesAtOnce, end - offset), at: offset)
            guard !part.isEmpty else { break }
            sum = part.withUnsafeBytes { daybook_crc32c(sum, $0.baseAddress, $0.count) }
            offset += part.count
        }
        return sum
    }

    // MARK: Rows

    struct Row {
        let key: UnsafeRawBufferPointer
        /// Nil for a row that is gone.
        let value: UnsafeRawBufferPointer?
    }

    func count(_ table: Table) -> Int { Int(header.sections[table.index].rowCount) }

    func row(_ table: Table, _ index: Int) -> Row {
        let section = header.sections[table.index]
        let start = Int(section.rowsOffset) + Int(load(Int(section.indexOffset) + 4 * index, as: UInt32.self))
        let keyStart = start + 6
        let keyEnd = keyStart + Int(load(start, as: UInt16.self))
        let key = UnsafeRawBufferPointer(rebasing: bytes[keyStart..<keyEnd])
        let valueCount = load(start + 2, as: UInt32.self)
        guard valueCount != SnapshotWriter.removed else { return Row(key: key, value: nil) }
        return Row(key: key, value: UnsafeRawBufferPointer(rebasing: bytes[keyEnd..<keyEnd + Int(valueCount)]))
    }

    /// The row under `key`, if this run knows of one or of its end. `hash` is that of the key.
    func find(_ table: Table, _ key: UnsafeRawBufferPointer, _ hash: UInt64) -> Row? {
        let section = header.sections[table.index]
        guard section.rowCount > 0 else { return nil }
        let word = Int(section.filterOffset) + 8 * KeyFilter.word(hash, of: Int(section.filterWords))
        let bits = KeyFilter.bits(hash)
        guard load(word, as: UInt64.self) & bits == bits else { return nil }
        let index = firstIndex(table, notBefore: key)
        guard index < count(table) else { return nil }
        let row = row(table, index)
        return KeyOrder.compare(row.key, key) == 0 ? row : nil
    }

    /// The place of the first row that does not come before `key`.
    func firstIndex(_ table: Table, notBefore key: UnsafeRawBufferPointer) -> Int {
        var (low, high) = (0, count(table))
        while low < high {
            let middle = (low + high) / 2
            if KeyOrder.compare(row(table, middle).key, key) < 0 { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func load<T: FixedWidthInteger & BitwiseCopyable>(_ offset: Int, as type: T.Type) -> T {
        T(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: T.self))
    }
}

/// Keys order as bytes do.
enum KeyOrder {
    @inline(__always)
    static func compare(_ one: UnsafeRawBufferPointer, _ other: UnsafeRawBufferPointer) -> Int {
        let count = min(one.count, other.count)
        if count > 0 {
            let order = memcmp(one.baseAddress!, other.baseAddress!, count)
            if order != 0 { return Int(order) }
        }
        return one.count - other.count
    }
}
