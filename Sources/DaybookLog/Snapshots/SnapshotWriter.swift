internal import CDaybookPlatform
internal import DaybookModel

/// Writes one file of `snapshots/`: table by table in the order of their numbers, and each in key order.
///
/// It is not flushed: what a failure of the machine leaves of it does not match its checksum.
struct SnapshotWriter: ~Copyable {
    private let file: FileDescriptor
    private var header: SnapshotHeader
    private var buffer: [UInt8] = []
    private var offset = UInt64(SnapshotHeader.byteCount)
    private var checksum: UInt32 = 0
    /// Of the table that is being written: where its rows begin, relative to the first, and its filter.
    private var starts: [UInt32] = []
    private var filter: [UInt64] = []

    private static let bytesAtOnce = 1 << 20
    /// Stands for the length of a value that is not there any more.
    static let removed = UInt32.max

    init(_ file: consuming FileDescriptor, _ header: SnapshotHeader) {
        self.file = file
        self.header = header
        buffer.reserveCapacity(SnapshotWriter.bytesAtOnce + 4_096)
    }

    private var position: UInt64 { offset + UInt64(buffer.count) }

    /// `rowsMax` is how many rows there will be at most; their filter is made for so many.
    mutating func begin(_ table: Table, rowsMax: Int) {
        header.sections[table.index].rowsOffset = position
        starts.removeAll(keepingCapacity: true)
        filter = rowsMax == 0 ? [] : Array(repeating: 0, count: KeyFilter.wordCount(forKeys: rowsMax))
    }

    /// Nil for a row that is gone.
    mutating func add(
        _ table: Table, _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?
    ) throws(LogError) {
        let start = position - header.sections[table.index].rowsOffset
        let count = value?.count ?? 0
        guard start < UInt64(UInt32.max), key.count <= UInt16.max, count < SnapshotWriter.removed else {
            throw LogError(.unusable, "The rows of \(table.name) are too many for one snapshot.")
        }
        starts.append(UInt32(start))
        let hash = KeyFilter.hash(table, key)
        filter[KeyFilter.word(hash, of: filter.count)] |= KeyFilter.bits(hash)
        buffer.add(UInt16(key.count))
        buffer.add(value == nil ? SnapshotWriter.removed : UInt32(count))
        buffer.append(contentsOf: key)
        if let value { buffer.append(contentsOf: value) }
        if buffer.count >= SnapshotWriter.bytesAtOnce { try writeOut() }
    }

    mutating func end(_ table: Table) throws(LogError) {
        header.sections[table.index].rowCount = UInt64(starts.count)
        header.sections[table.index].indexOffset = position
        for start in starts { buffer.add(start) }
        header.sections[table.index].filterOffset = position
        header.sections[table.index].filterWords = UInt64(filter.count)
        for word in filter { buffer.add(word) }
        try writeOut()
    }

    consuming func finish() throws(LogError) {
        header.bodyByteCount = offset - UInt64(SnapshotHeader.byteCount)
        header.bodyChecksum = checksum
        try file.write(header.encoded, at: 0)
    }

    private mutating func writeOut() throws(LogError) {
        checksum = buffer.withUnsafeBytes { daybook_crc32c(checksum, $0.baseAddress, $0.count) }
        try file.write(buffer, at: offset)
        offset += UInt64(buffer.count)
        buffer.removeAll(keepingCapacity: true)
    }
}
