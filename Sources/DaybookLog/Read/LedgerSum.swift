internal import DaybookModel

/// The rows of the ledgers at hand, summed, beside what the commit at their head recorded.
struct LedgerSum: Sendable {
    let rows: LedgerDigest
    let recorded: LedgerDigest

    private static let rowsBetweenProgress: UInt64 = 65_536

    init(of log: any LogSnapshot, at last: SequenceNumber, _ progress: (ReadProgress) -> Void) throws {
        var sum = LedgerDigest.empty
        var count: UInt64 = 0
        progress(ReadProgress(.ledgers, at: 0, of: 0))
        for table in Table.allCases {
            try log.forEachRow(of: table) { key, value in
                sum.add(table, key, value)
                count += 1
                if count % LedgerSum.rowsBetweenProgress == 0 { progress(ReadProgress(.ledgers, at: count, of: 0)) }
                return true
            }
        }
        rows = sum
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
