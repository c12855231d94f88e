internal import DaybookModel

/// Some whole commits on their way from the log into lines. Its memory is kept for the next ones.
///
/// Sendable unchecked: blocks are handed from thread to thread under a lock, and one thread at a time works on each.
final class ExportBlock: @unchecked Sendable {
    private struct Entry {
        let head: EventHead
        let value: Range<Int>
    }

    /// Blocks are written out in this order.
    var index = 0
    private(set) var first: SequenceNumber = 0
    private var values = ByteBuffer(capacity: 1 << 20)
    private var entries: [Entry] = []
    /// For each commit: how many events there are up to its end.
    private var commitEnds: [Int] = []
    private let lines: EventJSON
    private let hasher = LeafHasher()

    /// A block ends with the commit that brings it to either of these.
    private static let eventsMin = 2_048
    private static let bytesMin = 512 << 10
    /// What one commit may take: far more than any writer makes, and enough to know a log that was never sealed.
    static let commitBytesMax = 1 << 28
    /// Leaves hashed at once, as in a verification: enough for two lanes, few enough for the nearest caches.
    private static let leavesAtOnce = 128

    init(isRedacted: Bool) {
        lines = EventJSON(isRedacted: isRedacted)
    }

    var last: SequenceNumber { first + UInt64(entries.count) - 1 }
    var bytes: UnsafeRawBufferPointer { lines.bytes }

    /// Reads the commits from event `first` on. The block ends with a commit, and not before event `end`, or when
    /// it is full.
    func read(_ log: any LogSnapshot, from first: SequenceNumber, through end: SequenceNumber) throws {
        self.first = first
        values.cut(to: 0)
        entries.removeAll(keepingCapacity: true)
        commitEnds.removeAll(keepingCapacity: true)
        try log.events(from: first) { sequence, value in
            guard sequence == last + 1 else { throw ExportBlock.missing(last + 1) }
            try add(sequence, value)
            guard commitEnds.last == entries.count else { return true }
            return sequence < end && entries.count < ExportBlock.eventsMin && values.count < ExportBlock.bytesMin
        }
        guard commitEnds.last == entries.count else {
            throw LogError(
                .damaged,
                "The log ends inside a commit: event \(last) carries no seal; run `daybook log "
                    + "verify`.", at: last)
        }
    }

    private func add(_ sequence: SequenceNumber, _ value: UnsafeRawBufferPointer) throws {
        guard EventChecksum.matches(value, at: sequence) else { throw ExportBlock.damaged(.badChecksum, sequence) }
        let start = values.count
        values.append(value)
        let head: EventHead
        do throws(EventDamage) { head = try EventHead(value, at: sequence) } catch {
            throw ExportBlock.damaged(error, sequence)
        }
        entries.append(Entry(head: head, value: start..<values.count))
        if head.isCommitEnd { commitEnds.append(entries.count) }
        guard values.count <= ExportBlock.commitBytesMax else {
            throw LogError(
                .damaged, "No commit ends within 256 MB from event \(first) on; run `daybook log verify`.", at: sequence
            )
        }
    }

    /// Turns the events from `first` to `last`, as far as they are in the block, into lines.
    func format(_ first: SequenceNumber, _ last: SequenceNumber) {
        lines.removeAll()
        var commit = 0
        var next = 0
        while next < entries.count {
            let end = min(next + ExportBlock.leavesAtOnce, entries.count)
            for index in next..<end {
                let entry = entries[index]
                hasher.add(LeafHasher.Input(values.bytes(entry.value), entry.head, at: self.first + UInt64(index)))
            }
            hasher.finish { leaf in
                if next == commitEnds[commit] { commit += 1 }
                addLine(next, leaf, commit: self.first + UInt64(commitEnds[commit]) - 1, first, last)
                next += 1
            }
        }
    }

    private func addLine(
        _ index: Int, _ leaf: Hash, commit: SequenceNumber, _ first: SequenceNumber, _ last: SequenceNumber
    ) {
        let sequence = self.first + UInt64(index)
        guard sequence >= first, sequence <= last else { return }
        lines.add(
            values.bytes(entries[index].value), entries[index].head, at: sequence,
            EventJSON.Place(commit: commit, leaf: leaf))
    }

    private static func missing(_ sequence: SequenceNumber) -> LogError {
        LogError(.damaged, "Event \(sequence) is missing; run `daybook log verify`.", at: sequence)
    }

    private static func damaged(_ damage: EventDamage, _ sequence: SequenceNumber) -> LogError {
        LogError(.damaged, "Event \(sequence) is damaged: \(damage.sentence); run `daybook log verify`.", at: sequence)
    }
}
