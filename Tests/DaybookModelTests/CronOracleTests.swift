import DaybookModel
import Testing

@Suite("Cron against a second-by-second search")
struct CronOracleTests {
    @Test(arguments: CronOracleZone.known)
    func `every occurrence around a clock change is found`(_ zone: CronOracleZone) throws {
        let seed: UInt64 = 20_260_301
        var chance = CronChance(seed: seed)
        for round in 0..<CronChance.rounds(quick: 25, all: 1_000) {
            let change = zone.changes[round % zone.changes.count]
            let before = change.second - chance.value(60...4 * 3_600)
            let window = before..<max(before, change.second) + chance.value(60...4 * 3_600)
            try compare(zone, window, near: change.second + change.offset, &chance, "seed \(seed), round \(round)")
        }
    }

    @Test func `every occurrence is found among changes that no country would make`() throws {
        let seed: UInt64 = 7
        var chance = CronChance(seed: seed)
        for round in 0..<CronChance.rounds(quick: 60, all: 3_000) {
            let zone = CronOracleZone.wild(&chance)
            let first = zone.changes[0].second - 3_000
            let last = zone.changes[zone.changes.count - 1].second + 60_000
            let change = zone.changes[chance.value(0...5)]
            try compare(
                zone, first..<min(last, first + 60_000), near: change.second + change.offset, &chance,
                "seed \(seed), round \(round)")
        }
    }

    private func compare(
        _ zone: CronOracleZone, _ window: Range<Int>, near local: Int, _ chance: inout CronChance, _ story: String
    ) throws {
        let random = CronRandomExpression(
            hour: local / 3_600 % 24, day: CronNaiveDay(daysSince1970: local / 86_400), chance: &chance)
        let expression = try CronExpression(random.text)
        let expected = CronOracle(zone: zone, window: window).occurrences(of: random)
        let story = "\(zone.name), \(random.text), \(story)"

        var found: [Int] = []
        var instant = Instant(wholeSeconds: window.lowerBound)
        var inclusive = true
        while found.count <= min(expected.count, 200),
            let next = expression.next(after: instant, inclusive: inclusive, in: zone.table),
            next.secondsRoundedDown < window.upperBound
        {
            found.append(next.secondsRoundedDown)
            (instant, inclusive) = (next, false)
        }
        #expect(found == Array(expected.prefix(201)), "\(story)")
        try compareFromInside(expression, expected, window, zone.table, &chance, story)
    }

    /// From any moment in the window, to the microsecond.
    private func compareFromInside(
        _ expression: CronExpression, _ expected: [Int], _ window: Range<Int>, _ table: ZoneTable,
        _ chance: inout CronChance, _ story: String
    ) throws {
        for _ in 0..<5 {
            let anchor = chance.oneIn(2) ? expected.randomElement(using: &chance) : nil
            let second = anchor ?? chance.value(window.lowerBound...window.upperBound - 1)
            let from = Instant(microseconds: Int64(second) * 1_000_000 + Int64(chance.value(-1...1)))
            let inclusive = chance.oneIn(2)
            let first = expected.first {
                let occurrence = Instant(wholeSeconds: $0)
                return from < occurrence || (inclusive && from == occurrence)
            }
            guard from.secondsRoundedDown >= window.lowerBound else { continue }
            let found = expression.next(after: from, inclusive: inclusive, in: table)
                .map(\.secondsRoundedDown).flatMap { $0 < window.upperBound ? $0 : nil }
            #expect(found == first, "\(story), from \(from)")
        }
    }
}
