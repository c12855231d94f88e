package import DaybookModel

/// A row that is not what the log makes it.
package struct LedgerDifference: Equatable, Sendable {
    package let table: Table
    package let key: [UInt8]
    /// What stands there; `nil` if there is no such row.
    package let found: [UInt8]?
    /// What should stand there; `nil` if there should be no such row.
    package let expected: [UInt8]?
    /// What stands there and what should, for a person; empty if the comparison was asked not to write any.
    package let sentence: String

    /// The job it is about, where the table is one of jobs.
    var job: SequenceNumber? {
        guard table == .jobs, key.count == 8 else { return nil }
        return key.withUnsafeBytes { SequenceNumber(bigEndian: $0.loadUnaligned(as: SequenceNumber.self)) }
    }
}

/// Compares two sets of ledgers row by row, by walking both in key order side by side.
package struct LedgerComparison {
    private let found: any Ledgers
    private let expected: any Ledgers
    private let foundText: LedgerRowText
    private let expectedText: LedgerRowText
    private let writesSentences: Bool

    package init(_ found: any Ledgers, expected: any Ledgers, writesSentences: Bool = true) {
        self.found = found
        self.expected = expected
        self.writesSentences = writesSentences
        foundText = LedgerRowText(found)
        expectedText = LedgerRowText(expected)
    }

    /// Calls `body` with each row of these tables that differs, in table and key order, for as long as it answers true.
    package func forEachDifference(
        in tables: [Table] = Table.allCases, _ body: (LedgerDifference) throws -> Bool
    ) throws {
        for table in tables {
            guard try compare(table, body) else { return }
        }
    }

    private func compare(_ table: Table, _ body: (LedgerDifference) throws -> Bool) throws -> Bool {
        let (live, folded) = (RowWalk(found, table), RowWalk(expected, table))
        while true {
            let (isThere, shouldBe) = (try live.current(), try folded.current())
            guard isThere != nil || shouldBe != nil else { return true }
            let order = RowWalk.order(isThere, shouldBe)
            if order <= 0 { live.advance() }
            if order >= 0 { folded.advance() }
            guard order != 0 || isThere?.value != shouldBe?.value else { continue }
            let difference = try difference(table, order <= 0 ? isThere : nil, order >= 0 ? shouldBe : nil)
            guard try body(difference) else { return false }
        }
    }

    private func difference(_ table: Table, _ isThere: RowWalk.Row?, _ shouldBe: RowWalk.Row?) throws
        -> LedgerDifference
    {
        LedgerDifference(
            table: table, key: isThere?.key ?? shouldBe?.key ?? [], found: isThere?.value, expected: shouldBe?.value,
            sentence: writesSentences ? try sentence(table, isThere, shouldBe) : "")
    }

    private func sentence(_ table: Table, _ isThere: RowWalk.Row?, _ shouldBe: RowWalk.Row?) throws -> String {
        let there = try isThere.map { try text(foundText, table, $0) }
        let wanted = try shouldBe.map { try text(expectedText, table, $0) }
        guard let wanted else { return "A row of \(table.name) should not be there: \(there ?? "")." }
        guard let there else { return "A row of \(table.name) is missing: \(wanted)." }
        return "A row of \(table.name) is \(there) and should be \(wanted)."
    }

    private func text(_ rows: LedgerRowText, _ table: Table, _ row: RowWalk.Row) throws -> String {
        try row.key.withUnsafeBytes { key in try row.value.withUnsafeBytes { try rows.text(table, key, $0) } }
    }
}

/// Walks the rows of a table, some at a time, so that two walks can go side by side.
private final class RowWalk {
    struct Row {
        let key: [UInt8]
        let value: [UInt8]
    }

    private let ledgers: any Ledgers
    private let table: Table
    private var rows: [Row] = []
    private var next = 0
    private var isAtEnd = false

    private static let rowsAtOnce = 2_000

    init(_ ledgers: any Ledgers, _ table: Table) {
        self.ledgers = ledgers
        self.table = table
    }

    /// The row it stands on; `nil` at the end.
    func current() throws -> Row? {
        if next == rows.count, !isAtEnd { try readOn() }
        return next < rows.count ? rows[next] : nil
    }

    func advance() { next += 1 }

    /// Negative if the first comes before the second. No row comes after every row.
    static func order(_ first: Row?, _ second: Row?) -> Int {
        guard let first else { return 1 }
        guard let second else { return -1 }
        if first.key == second.key { return 0 }
        return first.key.lexicographicallyPrecedes(second.key) ? -1 : 1
    }

    private func readOn() throws {
        let last = rows.last?.key
        rows.removeAll(keepingCapacity: true)
        next = 0
        try (last ?? [0]).withUnsafeBytes { start in
            try ledgers.scan(table, from: start) { key, value in
                if let last, key.elementsEqual(last) { return true }
                rows.append(Row(key: Array(key), value: Array(value)))
                return rows.count < RowWalk.rowsAtOnce
            }
        }
        isAtEnd = rows.count < RowWalk.rowsAtOnce
    }
}
