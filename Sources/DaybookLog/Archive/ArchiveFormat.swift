// The file of an archive: a header, blocks of events as they stood in the log, each compressed for itself, and an index
// of the blocks. One event is found by reading the index once and one block; all are read by reading on.
//
// Docs/FileFormat.md has the table. Numbers are little-endian.

internal import CDaybookPlatform
internal import DaybookModel

/// What stands at the beginning of an archive.
struct ArchiveHeader: Equatable {
    static let magic = Array("DAYBOOK ARCHIVE\n".utf8)
    static let version: UInt32 = 1
    static let byteCount = 16 + 8 + 16 + 16 + 32

    let identity: [UInt8]
    let first: SequenceNumber
    let last: SequenceNumber
    /// The head of the commit that ends with `last`: nothing else tells an archive of this log from one of another.
    let head: [UInt8]

    init(identity: [UInt8], first: SequenceNumber, last: SequenceNumber, head: [UInt8]) {
        self.identity = identity
        self.first = first
        self.last = last
        self.head = head
    }

    init?(_ bytes: [UInt8]) {
        guard bytes.count >= ArchiveHeader.byteCount, Array(bytes[..<16]) == ArchiveHeader.magic,
            bytes.number(at: 16, as: UInt32.self) == ArchiveHeader.version
        else { return nil }
        identity = Array(bytes[24..<40])
        first = bytes.number(at: 40)
        last = bytes.number(at: 48)
        head = Array(bytes[56..<88])
    }

    var encoded: [UInt8] {
        var bytes = ArchiveHeader.magic
        bytes.add(ArchiveHeader.version)
        bytes.add(UInt32(0))
        bytes += identity
        bytes.add(first)
        bytes.add(last)
        return bytes + head
    }
}

/// Where a block lies, and what it holds.
struct ArchiveIndexEntry: Equatable {
    static let byteCount = 32

    let first: SequenceNumber
    let offset: UInt64
    let storedCount: UInt32
    let rawCount: UInt32
    let eventCount: UInt32
    /// CRC32C of the block as it is stored.
    let checksum: UInt32

    func write(to bytes: inout [UInt8]) {
        bytes.add(first)
        bytes.add(offset)
        bytes.add(storedCount)
        bytes.add(rawCount)
        bytes.add(eventCount)
        bytes.add(checksum)
    }

    init(
        first: SequenceNumber, offset: UInt64, storedCount: UInt32, rawCount: UInt32, eventCount: UInt32,
        checksum: UInt32
    ) {
        self.first = first
        self.offset = offset
        self.storedCount = storedCount
        self.rawCount = rawCount
        self.eventCount = eventCount
        self.checksum = checksum
    }

    init(_ bytes: [UInt8], at offset: Int) {
        first = bytes.number(at: offset)
        self.offset = bytes.number(at: offset + 8)
        storedCount = bytes.number(at: offset + 16)
        rawCount = bytes.number(at: offset + 20)
        eventCount = bytes.number(at: offset + 24)
        checksum = bytes.number(at: offset + 28)
    }
}

/// What stands at the end of an archive.
struct ArchiveTrailer {
    static let magic = Array("END OF ARCHIVE.\n".utf8)
    static let byteCount = 8 + 4 + 4 + 16

    let indexOffset: UInt64
    let blockCount: UInt32
    /// CRC32C of the index.
    let checksum: UInt32

    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.add(indexOffset)
        bytes.add(blockCount)
        bytes.add(checksum)
        return bytes + ArchiveTrailer.magic
    }

    init(indexOffset: UInt64, blockCount: UInt32, checksum: UInt32) {
        self.indexOffset = indexOffset
        self.blockCount = blockCount
        self.checksum = checksum
    }

    init?(_ bytes: [UInt8]) {
        guard bytes.count == ArchiveTrailer.byteCount, Array(bytes[16...]) == ArchiveTrailer.magic else { return nil }
        indexOffset = bytes.number(at: 0)
        blockCount = bytes.number(at: 8)
        checksum = bytes.number(at: 12)
    }

    /// The index of a file of so many bytes; nil if it or what leads to it is not what was written.
    static func index(of file: borrowing FileDescriptor, _ byteCount: Int) -> [ArchiveIndexEntry]? {
        guard byteCount >= ArchiveTrailer.byteCount,
            let end = try? file.read(ArchiveTrailer.byteCount, at: byteCount - ArchiveTrailer.byteCount),
            let trailer = ArchiveTrailer(end)
        else { return nil }
        let indexBytes = Int(trailer.blockCount) * ArchiveIndexEntry.byteCount
        guard
            trailer.indexOffset.addingReportingOverflow(UInt64(indexBytes)).partialValue
                == UInt64(byteCount - ArchiveTrailer.byteCount),
            let bytes = try? file.read(indexBytes, at: Int(trailer.indexOffset)), bytes.count == indexBytes,
            bytes.checksum == trailer.checksum
        else { return nil }
        return (0..<Int(trailer.blockCount)).map { ArchiveIndexEntry(bytes, at: $0 * ArchiveIndexEntry.byteCount) }
    }
}

extension [UInt8] {
    mutating func add<T: FixedWidthInteger>(_ number: T) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }

    func number<T: FixedWidthInteger>(at offset: Int, as type: T.Type = T.self) -> T {
        withUnsafeBytes { T(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: T.self)) }
    }

    var checksum: UInt32 { withUnsafeBytes { daybook_crc32c(0, $0.baseAddress, $0.count) } }
}
