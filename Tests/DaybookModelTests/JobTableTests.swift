import Testing

@testable import DaybookModel

@Suite struct `A table of jobs` {
    /// Ids that fall on one another's slots come with the small numbers and the many removals.
    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `holds what a dictionary would`(seed: UInt64) {
        var random = CronChance(seed: seed)
        var table = JobTable<String>()
        var expected: [SequenceNumber: String] = [:]
        for step in 0..<20_000 {
            let id = SequenceNumber.random(in: 1...(seed.isMultiple(of: 2) ? 300 : 1 << 40), using: &random)
            let known =
                expected.isEmpty || Bool.random(using: &random) ? id : expected.keys.randomElement(using: &random)!
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<5:
                table.insert(known, "\(step)")
                expected[known] = "\(step)"
            case 5..<9:
                table.remove(known)
                expected[known] = nil
            default:
                if let index = table.index(of: known) { table[index] += "!" }
                expected[known]? += "!"
            }
            #expect(table.index(of: known).map { table[$0] } == expected[known], "seed \(seed), step \(step)")
        }
        #expect(table.count == expected.count)
        #expect(table.allIDs.sorted() == expected.keys.sorted())
        for (id, value) in expected {
            #expect(table.index(of: id).map { table[$0] } == value, "seed \(seed), job \(id)")
        }
        table.removeAll()
        #expect(table.count == 0)
        #expect(expected.keys.allSatisfy { table.index(of: $0) == nil })
    }
}
