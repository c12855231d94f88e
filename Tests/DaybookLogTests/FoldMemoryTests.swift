import DaybookModel
import Testing

@testable import DaybookLog

@Suite struct `The memory of a fold` {
    private let bytesMax = 1 << 20

    private func ledgers() -> FoldLedgers {
        var limits = FoldLedgers.Limits()
        limits.otherBytesMax = bytesMax
        return FoldLedgers(.everything, limits: limits)
    }

    private func memory(of ledgers: FoldLedgers) -> Int {
        Table.allCases.reduce(0) { sum, table in
            let rows = ledgers.tables[table.index]
            let order = ledgers.ordered[table.index] == nil ? 0 : rows.rows.count * OrderedKeys.keyBytesMax
            return sum + rows.byteCost + order
        }
    }

    /// Short keys and long ones, in two tables, as they come when an archive's ledgers are taken in.
    private func put(_ number: UInt64, in ledgers: FoldLedgers) throws {
        let long = Array("key:a-unique-key-of-some-length-\(number)".utf8)
        try RowKey.number(number).withBytes { key in
            try ledgers.put(.archives, key, key, replacing: nil)
            try long.withUnsafeBytes { try ledgers.put(.keys, $0, key, replacing: nil) }
        }
    }

    @Test func `stays within its share while tables grow`() throws {
        let ledgers = ledgers()
        var highest = 0
        for number in 1...30_000 as ClosedRange<UInt64> {
            try put(number, in: ledgers)
            highest = max(highest, memory(of: ledgers))
        }
        // A look at all tables comes a little later than the row that was too much.
        #expect(highest <= bytesMax + bytesMax / 32)
        #expect(highest > bytesMax / 4)
        var count = 0
        try ledgers.forEachRow(of: .keys) { _, _ in
            count += 1
            return true
        }
        #expect(count == 30_000)
    }

    @Test func `has room for the order of keys, or moves them out`() throws {
        let ledgers = ledgers()
        var number: UInt64 = 0
        while ledgers.scratch == nil, memory(of: ledgers) < bytesMax * 3 / 4 {
            number += 1
            try put(number, in: ledgers)
        }
        var last: UInt64 = 0
        for table in [Table.archives, .keys] {
            try ledgers.forEachRow(of: table) { _, value in
                last = max(last, UInt64(bigEndian: value.loadUnaligned(as: UInt64.self)))
                return true
            }
        }
        #expect(last == number)
        #expect(memory(of: ledgers) <= bytesMax)
    }

    @Test func `has no more than a cache line for each row that is short`() {
        #expect(MemoryLayout<RowBytes>.stride + MemoryLayout<RowTable.Row>.stride == 64)
    }
}
