// The ledgers of a fold: the same rows as in a store, kept so that ten million events can be posted in seconds and in
// bounded memory.
//
// Job records go to places given by the order of their ids. All other rows stand in hash tables, which are sorted when
// somebody wants them in order; when they outgrow their share of memory they move into a scratch environment, and the
// tables then hold what has changed since.
//
// To prove ledgers equal it is enough to know their digest, which needs no rows but those that `apply` reads back. The
// trees that it only ever writes, what is ready, due and running, need not be kept for that.
//
// A fold may begin with a snapshot. The tables that can be large then stay in its files, and only what has changed
// since stands here above them.

package import DaybookModel

/// Not Sendable: one thread at a time.
package final class FoldLedgers: Ledgers {
    package enum Keeping: Sendable {
        /// Everything: the ledgers can be read afterwards.
        case everything
        /// What `apply` reads, and the digest of all.
        case digest
    }

    package struct Limits: Sendable {
        /// Where rows go that outgrow memory.
        package var folder = TemporaryFolder.path
        package var jobBytesMax = 24 << 20
        package var otherBytesMax = 32 << 20
        /// What may stand in memory above the files of a snapshot.
        package var aboveSnapshotBytesMax = 24 << 20

        package init() {}

        /// For each of two folds that are held side by side.
        package static var ofTwo: Limits {
            var limits = Limits()
            limits.jobBytesMax /= 2
            limits.otherBytesMax /= 2
            return limits
        }
    }

    @exclusivity(unchecked) package internal(set) var digest = LedgerDigest.empty
    private let keeping: Keeping
    let limits: Limits
    @exclusivity(unchecked) var jobs: JobRows
    @exclusivity(unchecked) var tables = Array(repeating: RowTable(), count: Table.numberMax)
    /// Of the tables that were scanned while their rows stood here: posting an event may look for the first of some
    /// rows, and would otherwise sort all of them each time.
    @exclusivity(unchecked) var ordered: [OrderedKeys?] = Array(repeating: nil, count: Table.numberMax)
    @exclusivity(unchecked) var scratch: ScratchRows?
    /// The snapshot that the fold began with, for as long as rows of it are wanted.
    @exclusivity(unchecked) var base: SnapshotRows?
    /// The last event that it knows of; 0 without one.
    @exclusivity(unchecked) var baseEnd: SequenceNumber = 0
    /// Of a table that stays in the snapshot, what stands above it, for as long as nothing changes.
    @exclusivity(unchecked) var sortedAbove: (table: Table, keys: [RowBytes])?
    /// What has changed since the last snapshot was taken; nil while nobody wants to know.
    @exclusivity(unchecked) var changed: ChangedRows?

    /// What was put since somebody last looked how much memory all tables take. A small part of what they may take, so
    /// that looking at all of them costs nothing.
    @exclusivity(unchecked) private var bytesSinceLook = 0
    private let bytesBetweenLooks: Int

    package init(_ keeping: Keeping, limits: Limits = Limits()) {
        self.keeping = keeping
        self.limits = limits
        bytesBetweenLooks = min(limits.otherBytesMax, limits.aboveSnapshotBytesMax) / 64
        jobs = JobRows(folder: limits.folder, plainBytesMax: limits.jobBytesMax)
    }

    package func read<R>(
        _ table: Table, _ key: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> R
    ) throws -> R? {
        if table == .jobs {
            if let value = try jobs.value(FoldLedgers.number(key)) { return try body(value) }
            guard base != nil else { return nil }
        }
        try mustBeKept(table)
        switch tables[table.index].rows[RowBytes(key)] {
        case .there(let value, _): return try value.withBytes(body)
        case .removed: return nil
        case nil: return try below(table)?.read(table, key, body)
        }
    }

    package func put(
        _ table: Table, _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer,
        replacing old: UnsafeRawBufferPointer?
    ) throws {
        if let old { digest.subtract(table, key, old) }
        digest.add(table, key, value)
        if table == .jobs {
            let id = try FoldLedgers.number(key)
            changed?.put(job: id, wasThere: old != nil)
            guard id <= baseEnd else { return try jobs.put(id, value) }
        }
        guard keeps(table) else { return }
        // Before anything is looked up: rows may move.
        if old == nil, tables[table.index].isFull { try keepWithinLimits(growing: table) }
        let row = RowBytes(key)
        if table != .jobs { changed?.put(table, row, wasThere: old != nil) }
        tables[table.index].put(row, RowBytes(value), isBelow: old != nil && below(table) != nil)
        if old == nil { ordered[table.index]?.insert(row) }
        if base != nil { sortedAbove = nil }
        bytesSinceLook += row.longBytes + value.count
        if bytesSinceLook > bytesBetweenLooks { try keepWithinLimits() }
    }

    package func remove(_ table: Table, _ key: UnsafeRawBufferPointer, old: UnsafeRawBufferPointer) throws {
        digest.subtract(table, key, old)
        if table == .jobs {
            let id = try FoldLedgers.number(key)
            changed?.remove(job: id)
            guard id <= baseEnd else { return try jobs.remove(id) }
        }
        guard keeps(table) else { return }
        let row = RowBytes(key)
        if table != .jobs { changed?.remove(table, row) }
        tables[table.index].remove(row, isBelow: below(table) != nil)
        ordered[table.index]?.remove(row)
        if base != nil { sortedAbove = nil }
    }

    package func scan(
        _ table: Table, from key: UnsafeRawBufferPointer,
        _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws -> Bool
    ) throws {
        if let base, table.staysInSnapshot { return try scan(table, from: key, above: base, body) }
        if table == .jobs { return try scanJobs(from: key, body) }
        try mustBeKept(table)
        if ordered[table.index] == nil { try keepWithinLimits(ordering: table) }
        if let scratch {
            try moveOut()
            return try scratch.scan(table, from: key, body)
        }
        let keys = ordered[table.index] ?? OrderedKeys(tables[table.index].sortedKeys())
        ordered[table.index] = keys
        let rows = tables[table.index].rows
        try keys.forEach(from: RowBytes(key)) { key in
            guard case .there(let value, _)? = rows[key] else { return true }
            return try key.withBytes { key in try value.withBytes { try body(key, $0) } }
        }
    }

    func scanJobs(
        from key: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws -> Bool
    ) throws {
        // A shorter key is the first of all numbers that begin so.
        var first: SequenceNumber = 0
        withUnsafeMutableBytes(of: &first) { $0.copyBytes(from: key.prefix(8)) }
        try jobs.scan(from: SequenceNumber(bigEndian: first)) { id, value in
            try RowKey.number(id).withBytes { try body($0, value) }
        }
    }

    /// Where a row may be that is not in memory.
    private func below(_ table: Table) -> (any RowsBelow)? {
        if let base, table.staysInSnapshot { return base }
        return scratch
    }

    /// Moves rows out of memory when they outgrow their share of it, or are about to since this table gets another row,
    /// or has its keys put in order.
    func keepWithinLimits(growing: Table? = nil, ordering: Table? = nil) throws {
        bytesSinceLook = 0
        var (above, others) = (0, 0)
        for table in Table.allCases {
            var cost = tables[table.index].byteCost
            if table == growing { cost += tables[table.index].growthByteCost }
            if table == ordering || ordered[table.index] != nil {
                cost += tables[table.index].rows.count * OrderedKeys.keyBytesMax
            }
            if base != nil, table.staysInSnapshot { above += cost } else { others += cost }
        }
        if others > limits.otherBytesMax { try moveOut() }
        if above > limits.aboveSnapshotBytesMax { try leaveSnapshot() }
    }

    /// Moves the rows of all tables to scratch, but those that stay in the snapshot.
    func moveOut() throws {
        let scratch = try self.scratch ?? ScratchRows(in: limits.folder)
        self.scratch = scratch
        for table in Table.allCases where !tables[table.index].rows.isEmpty {
            guard base == nil || !table.staysInSnapshot else { continue }
            ordered[table.index] = nil
            try scratch.take(table, tables[table.index])
            tables[table.index].removeAll()
        }
    }

    private func keeps(_ table: Table) -> Bool { keeping == .everything || table.isReadByApply }

    private func mustBeKept(_ table: Table) throws(LogError) {
        guard keeps(table) else {
            throw LogError(.unusable, "The rows of \(table.name) are not kept by this fold; only their digest is.")
        }
    }

    static func number(_ key: UnsafeRawBufferPointer) throws(LogError) -> SequenceNumber {
        try SequenceKey.read(key)
    }
}

extension Table {
    /// Whether posting an event ever asks for rows of this table.
    fileprivate var isReadByApply: Bool {
        switch self {
        case .jobs, .queues, .names, .keys, .processes, .steps, .recurring, .recurringDue, .recurringKeys, .children,
            .conditions, .batches, .members, .limits, .limitWaits, .jobLimits, .running, .retention, .archives:
            true
        case .ready, .due: false
        }
    }
}
