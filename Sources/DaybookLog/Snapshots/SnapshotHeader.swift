// A file of `snapshots/` holds rows of the ledgers as of one event: of a whole snapshot all of them, of any other those
// that have changed since an earlier snapshot, or are gone since. Whoever wants the ledgers goes from a whole one on
// through those that begin where it ends.
//
// | offset | what |
// |---|---|
// | 0 | header, below, filled up with zeros to 4,096 bytes |
// | 4,096 | for each table: its rows in key order; where in them each row begins (4 bytes each); its filter |
//
// A row is the lengths of key (2) and value (4; all ones for a row that is gone), key, value. Numbers are
// little-endian. The header names the store, the event and the head of the chain there, and carries checksums of
// itself and of everything behind it: a file that is not whole, or of another log, is as good as none.

internal import CDaybookPlatform
internal import DaybookModel

/// A point of a log that ends a commit.
struct LogMark: Equatable, Sendable {
    var sequence: SequenceNumber
    var head: Hash

    static let beginning = LogMark(sequence: 0, head: .zero)
}

/// What a file of snapshots says of itself.
struct SnapshotHeader: Equatable, Sendable {
    /// Where the rows of a table stand in the file.
    struct Section: Equatable, Sendable {
        var rowCount: UInt64 = 0
        var rowsOffset: UInt64 = 0
        var indexOffset: UInt64 = 0
        var filterOffset: UInt64 = 0
        var filterWords: UInt64 = 0
    }

    static let byteCount = 4_096
    private static let magic: [UInt8] = Array("daybsnap".utf8)
    /// Also counts up whenever a release posts known events in another way than the one before: rows of a snapshot
    /// would then not be what the events make.
    private static let form: UInt32 = 1
    private static let checksumOffset = byteCount - 4
    private static let fieldsByteCount = 192
    private static let sectionByteCount = 40

    var identity: [UInt8]
    /// The snapshot that this one goes on from; the beginning if it holds all rows.
    var base: LogMark
    /// As of when the rows are what they are.
    var mark: LogMark
    /// The latest time of any event up to there: clocks step back, so it need not be the last one's.
    var latest: Instant
    var digest: LedgerDigest
    /// By the table's number less one.
    var sections = Array(repeating: Section(), count: Table.numberMax)
    var bodyByteCount: UInt64 = 0
    var bodyChecksum: UInt32 = 0

    /// Whether it holds all rows.
    var isWhole: Bool { base == .beginning }

    init(identity: [UInt8], base: LogMark, mark: LogMark, latest: Instant, digest: LedgerDigest) {
        self.identity = identity
        self.base = base
        self.mark = mark
        self.latest = latest
        self.digest = digest
    }

    var encoded: [UInt8] {
        var bytes = SnapshotHeader.magic
        bytes.reserveCapacity(SnapshotHeader.byteCount)
        bytes.add(SnapshotHeader.form)
        bytes.add(StoreVersions.current.ledgers)
        bytes += identity
        for point in [base, mark] {
            bytes.add(point.sequence)
            point.head.withBytes { bytes.append(contentsOf: $0) }
        }
        bytes.add(latest.microseconds)
        bytes.add(digest.first)
        bytes.add(digest.second)
        bytes.add(bodyByteCount)
        bytes.add(bodyChecksum)
        bytes.add(UInt32(sections.count))
        bytes += Array(repeating: 0, count: SnapshotHeader.fieldsByteCount - bytes.count)
        for section in sections {
            bytes.add(section.rowCount)
            bytes.add(section.rowsOffset)
            bytes.add(section.indexOffset)
            bytes.add(section.filterOffset)
            bytes.add(section.filterWords)
        }
        bytes += Array(repeating: 0, count: SnapshotHeader.checksumOffset - bytes.count)
        bytes.add(bytes.checksum)
        return bytes
    }

    /// Nil for anything that this release has not written, or that is not as it was written.
    init?(_ bytes: [UInt8]) {
        guard bytes.count == SnapshotHeader.byteCount, Array(bytes[..<8]) == SnapshotHeader.magic,
            bytes.number(at: 8) == SnapshotHeader.form, bytes.number(at: 12) == StoreVersions.current.ledgers,
            Array(bytes[..<SnapshotHeader.checksumOffset]).checksum == bytes.number(at: SnapshotHeader.checksumOffset),
            bytes.number(at: 148, as: UInt32.self) == UInt32(Table.numberMax)
        else { return nil }
        identity = Array(bytes[16..<32])
        base = SnapshotHeader.mark(bytes, at: 32)
        mark = SnapshotHeader.mark(bytes, at: 72)
        latest = Instant(microseconds: bytes.number(at: 112))
        digest = LedgerDigest(first: bytes.number(at: 120), second: bytes.number(at: 128))
        bodyByteCount = bytes.number(at: 136)
        bodyChecksum = bytes.number(at: 144)
        for index in sections.indices {
            let offset = SnapshotHeader.fieldsByteCount + index * SnapshotHeader.sectionByteCount
            sections[index] = Section(
                rowCount: bytes.number(at: offset), rowsOffset: bytes.number(at: offset + 8),
                indexOffset: bytes.number(at: offset + 16), filterOffset: bytes.number(at: offset + 24),
                filterWords: bytes.number(at: offset + 32))
        }
        guard isSound else { return nil }
    }

    /// Whether everything that it points to lies within the file.
    private var isSound: Bool {
        guard base.sequence < mark.sequence, bodyByteCount < 1 << 48 else { return false }
        let end = UInt64(SnapshotHeader.byteCount) + bodyByteCount
        return sections.allSatisfy { section in
            let (rows, words) = (section.rowCount, section.filterWords)
            guard rows < 1 << 40, words < 1 << 40, max(section.indexOffset, section.filterOffset) < 1 << 48 else {
                return false
            }
            return section.rowsOffset <= section.indexOffset && section.indexOffset + 4 * rows <= section.filterOffset
                && section.filterOffset + 8 * words <= end && (rows == 0 || words > 0)
        }
    }

    private static func mark(_ bytes: [UInt8], at offset: Int) -> LogMark {
        let head = bytes[(offset + 8)..<(offset + 40)].withUnsafeBytes { Hash($0) }
        return LogMark(sequence: bytes.number(at: offset), head: head)
    }
}
