// The ledgers of a fold: the same rows as in a store, kept so that ten million events can be posted in seconds and in
// bounded memory.
//
// Job records go to places given by the order of their ids. All other rows stand in hash tables, which are sorted when
// somebody wants them in order; when they outgrow their share of memory they move into a scratch environment, and the
// tables then hold what has changed since.
//
// To prove ledgers equal it is enough to know their digest, which needs no rows but those that `apply` reads back. The
// trees that it only ever writes, what is ready, due and running, need not be kept for that.

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
        package var otherBytesMax = 24 << 20

        package init() {}
    }

    @exclusivity(unchecked) package private(set) var digest = LedgerDigest.empty
    private let keeping: Keeping
    private let limits: Limits
    private let jobs: JobRows
    @exclusivity(unchecked) private var tables = Array(repeating: RowTable(), count: Table.numberMax)
    /// Of the tables that were scanned while their rows stood here: posting an event may look for the first of some
    /// rows, and would otherwise sort all of them each time.
    @exclusivity(unchecked) private var ordered: [OrderedKeys?] = Array(repeating: nil, count: Table.numberMax)
    @exclusivity(unchecked) private var scratch: ScratchRows?

    package init(_ keeping: Keeping, limits: Limits = Limits()) {
        self.keeping = keeping
        self.limits = limits
        jobs = JobRows(ScratchMemory(folder: limits.folder, plainBytesMax: limits.jobBytesMax))
    }

    package func read<R>(
        _ table: Table, _ key: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> R
    ) throws -> R? {
        if table == .jobs { return try jobs.value(FoldLedgers.number(key)).map(body) }
        try mustBeKept(table)
        switch tables[table.index].rows[RowBytes(key)] {
        case .there(let value, _): return try value.withBytes(body)
        case .removed: return nil
        case nil: return try scratch?.read(table, key, body)
        }
    }

    package func put(
        _ table: Table, _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer,
        replacing old: UnsafeRawBufferPointer?
    ) throws {
        if let old { digest.subtract(table, key, old) }
        digest.add(table, key, value)
        if table == .jobs { return try jobs.put(FoldLedgers.number(key), value) }
        guard keeps(table) else { return }
        tables[table.index].put(RowBytes(key), RowBytes(value), isBelow: old != nil && scratch != nil)
        if old == nil { ordered[table.index]?.insert(RowBytes(key)) }
        if otherBytes > limits.otherBytesMax { try moveOut() }
    }

    package func remove(_ table: Table, _ key: UnsafeRawBufferPointer, old: UnsafeRawBufferPointer) throws {
        digest.subtract(table, key, old)
        if table == .jobs { return jobs.remove(try FoldLedgers.number(key)) }
        guard keeps(table) else { return }
        tables[table.index].remove(RowBytes(key), isBelow: scratch != nil)
        ordered[table.index]?.remove(RowBytes(key))
    }

    package func scan(
        _ table: Table, from key: UnsafeRawBufferPointer,
        _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws -> Bool
    ) throws {
        if table == .jobs { return try scanJobs(from: key, body) }
        try mustBeKept(table)
        if let scratch {
            try moveOut()
            return try scratch.scan(table, from: key, body)
        }
        let keys = ordered[table.index] ?? OrderedKeys(tables[table.index].sorted().map(\.key))
        ordered[table.index] = keys
        let rows = tables[table.index].rows
        try keys.forEach(from: RowBytes(key)) { key in
            guard case .there(let value, _)? = rows[key] else { return true }
            return try key.withBytes { key in try value.withBytes { try body(key, $0) } }
        }
    }

    private func scanJobs(
        from key: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws -> Bool
    ) throws {
        // A shorter key is the first of all numbers that begin so.
        var first: SequenceNumber = 0
        withUnsafeMutableBytes(of: &first) { $0.copyBytes(from: key.prefix(8)) }
        try jobs.scan(from: SequenceNumber(bigEndian: first)) { id, value in
            try RowKey.number(id).withBytes { try body($0, value) }
        }
    }

    private var otherBytes: Int { tables.reduce(0) { $0 + $1.byteCost } }

    private func moveOut() throws {
        let scratch = try self.scratch ?? ScratchRows(in: limits.folder)
        self.scratch = scratch
        for table in Table.allCases where !tables[table.index].rows.isEmpty {
            try scratch.take(table, tables[table.index].sorted())
            tables[table.index].removeAll()
            ordered[table.index] = nil
        }
    }

    private func keeps(_ table: Table) -> Bool { keeping == .everything || table.isReadByApply }

    private func mustBeKept(_ table: Table) throws(LogError) {
        guard keeps(table) else {
            throw LogError(.unusable, "The rows of \(table.name) are not kept by this fold; only their digest is.")
        }
    }

    private static func number(_ key: UnsafeRawBufferPointer) throws(LogError) -> SequenceNumber {
        try SequenceKey.read(key)
    }
}

extension Table {
    fileprivate var index: Int { Int(rawValue) - 1 }

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
