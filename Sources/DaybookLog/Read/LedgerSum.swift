internal import DaybookModel

/// The rows of the ledgers at hand, summed, beside what the commit at their head recorded.
struct LedgerSum: Sendable {
    let rows: LedgerDigest
    let recorded: LedgerDigest
    /// How many jobs they hold.
    let jobs: UInt64

    init(
        of log: any LogSnapshot, at last: SequenceNumber, rowsBetweenProgress: UInt64 = 65_536,
        _ progress: (ReadProgress) -> Void
    ) throws {
        var sum = LedgerDigest.empty
        var jobs: UInt64 = 0
        for table in Table.allCases {
            var count: UInt64 = 0
            progress(ReadProgress(in: table, at: 0))
            try log.forEachRow(of: table) { key, value in
                sum.add(table, key, value)
                count += 1
                if count % rowsBetweenProgress == 0 { progress(ReadProgress(in: table, at: count)) }
                if table == .jobs, !RowKey(key).isSentinel { jobs += 1 }
                return true
            }
        }
        rows = sum
        self.jobs = jobs
        recorded = last == 0 ? .empty : try log.seal(endingAt: last).ledgers
    }
}

extension Ledgers {
    /// All rows of a table, in the order of their keys, for as long as `body` answers true.
    func forEachRow(
        of table: Table, _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws -> Bool
    ) throws {
        // No key is empty, so the shortest possible one comes before all others.
        try withUnsafeBytes(of: UInt8(0)) { try scan(table, from: $0, body) }
    }
}
