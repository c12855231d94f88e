internal import DaybookModel

/// Writes the file of an archive, from its beginning to its end.
struct ArchiveWriter: ~Copyable {
    private let file: FileDescriptor
    private let header: ArchiveHeader
    private let sha = Sha256()
    private var offset: UInt64 = 0
    private var index: [ArchiveIndexEntry] = []
    private var block: [UInt8] = []
    private var blockFirst: SequenceNumber = 0
    private var blockEvents: UInt32 = 0

    /// A block is compressed, checked and read as one.
    private static let blockBytes = 256 << 10

    init(_ file: consuming FileDescriptor, _ header: ArchiveHeader) throws(LogError) {
        self.file = file
        self.header = header
        sha.begin()
        try write(header.encoded)
    }

    mutating func add(_ sequence: SequenceNumber, _ value: UnsafeRawBufferPointer) throws(LogError) {
        if blockEvents == 0 { blockFirst = sequence }
        block.add(UInt32(value.count))
        block.append(contentsOf: value)
        blockEvents += 1
        if block.count >= ArchiveWriter.blockBytes { try endBlock() }
    }

    /// Ends the file and flushes it. Answers its digest.
    mutating func finish() throws(LogError) -> [UInt8] {
        try endBlock()
        var bytes: [UInt8] = []
        for entry in index { entry.write(to: &bytes) }
        let trailer = ArchiveTrailer(
            indexOffset: offset, blockCount: UInt32(index.count), checksum: bytes.checksum)
        try write(bytes)
        try write(trailer.encoded)
        try file.flush()
        return sha.end().withBytes { Array($0) }
    }

    private mutating func endBlock() throws(LogError) {
        guard blockEvents > 0 else { return }
        let stored = try Deflate.compressed(block)
        index.append(
            ArchiveIndexEntry(
                first: blockFirst, offset: offset, storedCount: UInt32(stored.count), rawCount: UInt32(block.count),
                eventCount: blockEvents, checksum: stored.checksum))
        try write(stored)
        block.removeAll(keepingCapacity: true)
        blockEvents = 0
    }

    private mutating func write(_ bytes: [UInt8]) throws(LogError) {
        try file.write(bytes, at: offset)
        bytes.withUnsafeBytes { sha.add($0) }
        offset += UInt64(bytes.count)
    }
}
