// Where a damaged file's log ends. The rightmost leaf of the events' tree has the last event. Where nothing leads to
// that leaf any more, or it cannot be read, the tree still says how many rows it has: as many as events, if none has
// been archived. Where some have, nobody can tell; and to take a number that is too small for the end would throw away
// what is whole.

internal import DaybookLMDB
internal import DaybookModel

/// What the trees of a damaged file say of the log's end.
struct LogEnd {
    /// The pages that the events' tree leads to.
    let reached: Set<UInt64>
    /// The rows that the tree has by its own account, if that can be.
    private let rows: SequenceNumber?
    /// The last event on the pages that can be reached.
    private let lastReached: SequenceNumber
    /// The rightmost leaf is among them, as far as can be seen.
    private let reachesEnd: Bool
    /// Rows are missing, of which it cannot be said on which page they were.
    private let missesRows: Bool
    /// By the row that says up to where the log is archived; also if that may be the one that cannot be read.
    private let mayBeArchived: Bool

    init(_ file: DamagedDataFile, _ ledgers: DamagedLedgers, lastPossible: SequenceNumber) {
        // The newer meta page tells; the older one only if it is all there is, and then the log may go on behind it.
        let tree = file.metaPages.lazy.compactMap { file.tree(of: LogDatabases.events, in: $0) }.first
        let isNewest = file.metaPages.count == 2
        let newest = isNewest ? file.tree(of: LogDatabases.events, in: file.metaPages[0]) : nil
        reached = tree?.leaves ?? []
        rows = newest.map(\.rows).flatMap { 1...lastPossible ~= $0 ? $0 : nil }
        mayBeArchived = ledgers.mayBeArchived
        var (last, slots, isDamaged): (SequenceNumber, UInt64, Bool) = (0, 0, !(tree?.isWhole ?? false))
        var lastOfLeaf: SequenceNumber?
        for page in reached {
            guard let leaf = file.leaf(page), let end = LogEnd.end(of: leaf, file, lastPossible) else {
                isDamaged = true
                continue
            }
            slots += UInt64(leaf.slotCount)
            last = max(last, end)
            if page == newest?.lastLeaf { lastOfLeaf = end }
        }
        lastReached = last
        missesRows = slots != newest?.rows
        // Rows that are missing and on no page that is damaged are missing on one that looks whole: on the last, maybe.
        reachesEnd = lastOfLeaf == last && last > 0 && (isDamaged || !missesRows)
    }

    /// The last event that was committed, or nil if nothing tells. `found` is the last that is on any page.
    func last(found: SequenceNumber) -> SequenceNumber? {
        // What is found behind the last leaf was never committed, or the way to that leaf is a wrong one.
        let isDoubtful = mayBeArchived && missesRows && found > lastReached
        if reachesEnd, !isDoubtful { return max(rows ?? 0, lastReached) }
        // With a part in archives there are fewer rows than events. That events speak of archives says nothing: a log
        // that was imported is whole.
        return mayBeArchived ? nil : rows.map { max($0, lastReached) }
    }

    /// The last event of a leaf, also if only one before it can be read: they follow each other.
    private static func end(
        of leaf: LeafPage, _ file: DamagedDataFile, _ lastPossible: SequenceNumber
    ) -> SequenceNumber? {
        for row in leaf.rows.reversed() {
            guard let sequence = EventRow.sequence(row, leaf), 1...lastPossible ~= sequence,
                EventRow.isEvent(row, leaf, sequence, file)
            else { continue }
            return sequence + SequenceNumber(leaf.slotCount - 1 - row.slot)
        }
        return nil
    }
}
