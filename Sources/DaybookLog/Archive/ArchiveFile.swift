#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

internal import CDaybookPlatform
internal import DaybookModel
internal import Synchronization

/// The events of a block, in memory.
final class ArchiveBlock: Sendable {
    let first: SequenceNumber
    private let bytes: [UInt8]
    private let starts: [Int]

    var count: Int { starts.count }
    var last: SequenceNumber { first + UInt64(count) - 1 }

    /// Nil if the bytes are not so many events.
    init?(first: SequenceNumber, _ bytes: [UInt8], eventCount: Int) {
        var starts: [Int] = []
        starts.reserveCapacity(eventCount)
        var place = 0
        while place < bytes.count {
            guard place + 4 <= bytes.count else { return nil }
            let count = Int(bytes.number(at: place, as: UInt32.self))
            guard place + 4 + count <= bytes.count else { return nil }
            starts.append(place)
            place += 4 + count
        }
        guard starts.count == eventCount, eventCount > 0 else { return nil }
        self.first = first
        self.bytes = bytes
        self.starts = starts
    }

    func with<R>(_ sequence: SequenceNumber, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        let start = starts[Int(sequence - first)]
        let count = Int(bytes.number(at: start, as: UInt32.self))
        return try bytes.withUnsafeBytes {
            try body(UnsafeRawBufferPointer(rebasing: $0[(start + 4)..<(start + 4 + count)]))
        }
    }
}

/// The file of an archive, open to be read by any thread. Blocks that were read last are kept.
final class ArchiveFile: Sendable {
    let header: ArchiveHeader
    let path: String
    let byteCount: Int
    private let file: FileDescriptor
    private let index: [ArchiveIndexEntry]
    private let latest = Mutex<[(place: Int, block: ArchiveBlock)]>([])

    /// As many as threads may read at once, and a few.
    private static let blocksKept = 12

    init(_ folder: FolderDescriptor, _ name: String) throws(LogError) {
        let file = try folder.openFile(name, .toRead)
        let path = file.path
        let byteCount = try file.status().byteCount
        guard let header = ArchiveHeader(try file.read(ArchiveHeader.byteCount)) else {
            throw LogError(.damaged, "\(path) is no archive of a log, or its beginning is damaged.")
        }
        guard let index = ArchiveTrailer.index(of: file, byteCount) else {
            throw LogError(.damaged, "\(path) was cut off, or its end is damaged.")
        }
        self.header = header
        self.index = index
        self.path = path
        self.byteCount = byteCount
        self.file = file
    }

    /// The block with this event.
    func block(with sequence: SequenceNumber) throws(LogError) -> ArchiveBlock {
        // The last block that does not begin behind it.
        var low = 0
        var high = index.count
        while low < high {
            let middle = (low + high) / 2
            if index[middle].first <= sequence { low = middle + 1 } else { high = middle }
        }
        guard low > 0 else { throw LogError(.damaged, "Event \(sequence) is not in \(path).", at: sequence) }
        let block = try block(at: low - 1)
        guard sequence <= block.last else {
            throw LogError(.damaged, "Event \(sequence) is not in \(path).", at: sequence)
        }
        return block
    }

    private func block(at place: Int) throws(LogError) -> ArchiveBlock {
        if let kept = latest.withLock({ $0.first { $0.place == place }?.block }) { return kept }
        let entry = index[place]
        let stored = try file.read(Int(entry.storedCount), at: Int(entry.offset))
        guard stored.count == Int(entry.storedCount), stored.checksum == entry.checksum,
            let raw = stored.withUnsafeBytes({ Deflate.expanded($0, count: Int(entry.rawCount)) }),
            let block = ArchiveBlock(first: entry.first, raw, eventCount: Int(entry.eventCount))
        else {
            throw LogError(
                .damaged,
                "\(path) is damaged where events \(entry.first) to \(entry.first + UInt64(entry.eventCount) - 1) are.",
                at: entry.first)
        }
        latest.withLock { latest in
            if latest.count >= ArchiveFile.blocksKept { latest.removeFirst() }
            latest.append((place, block))
        }
        return block
    }

    /// SHA-256 of the whole file.
    func digest() throws(LogError) -> [UInt8] {
        let sha = Sha256()
        sha.begin()
        var offset = 0
        while offset < byteCount {
            let bytes = try file.read(min(1 << 20, byteCount - offset), at: offset)
            guard !bytes.isEmpty else { throw LogError(.damaged, "\(path) became shorter while it was read.") }
            bytes.withUnsafeBytes { sha.add($0) }
            offset += bytes.count
        }
        return sha.end().withBytes { Array($0) }
    }

    /// Calls `body` with the file's bytes, a piece at a time.
    func forEachPiece(_ body: ([UInt8], Int) throws(LogError) -> Void) throws(LogError) {
        var offset = 0
        while offset < byteCount {
            let bytes = try file.read(min(1 << 20, byteCount - offset), at: offset)
            guard !bytes.isEmpty else { throw LogError(.damaged, "\(path) became shorter while it was read.") }
            try body(bytes, offset)
            offset += bytes.count
        }
    }
}
