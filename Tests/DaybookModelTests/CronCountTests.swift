import DaybookModel
import Testing

@Suite("Occurrences counted without visiting them")
struct CronCountTests {
    @Test(arguments: CronOracleZone.known)
    func `are as many as the search finds one by one`(_ zone: CronOracleZone) throws {
        let seed: UInt64 = 20_261_121
        var chance = CronChance(seed: seed)
        for round in 0..<CronChance.rounds(quick: 40, all: 2_000) {
            let change = zone.changes[round % zone.changes.count]
            let local = change.second + change.offset
            let random = CronRandomExpression(
                hour: local / 3_600 % 24, day: CronNaiveDay(daysSince1970: local / 86_400), chance: &chance)
            let table = try Timetable(CronExpression(random.text))
            let first = change.second - chance.value(0...40 * 3_600)
            let start = Instant(microseconds: Int64(first) * 1_000_000 + Int64(chance.value(0...2)))
            let length = chance.oneIn(3) ? chance.value(0...90 * 86_400) : chance.value(0...60 * 3_600)
            let end = Instant(microseconds: start.microseconds + Int64(length) * 1_000_000)
            let story: Comment = "\(zone.name), \(random.text), seed \(seed), round \(round)"

            var found: [Instant] = []
            var next = table.next(after: start, inclusive: true, in: zone.table)
            while let at = next, at <= end, found.count < 20_000 {
                found.append(at)
                next = table.next(after: at, in: zone.table)
            }
            guard found.count < 20_000 else { continue }
            #expect(table.count(from: start, through: end, in: zone.table) == found.count, story)
            for skipped in [0, 1, 2, found.count / 2, found.count - 1, found.count] where skipped >= 0 {
                let expected = skipped < found.count ? found[found.count - 1 - skipped] : nil
                #expect(table.latest(skipping: skipped, from: start, through: end, in: zone.table) == expected, story)
            }
        }
    }

    @Test func `of an interval are counted from its anchor`() throws {
        let table = try Schedule.every(.seconds(90), anchor: Instant(microseconds: 7)).compiled()
        let start = Instant(microseconds: 7)
        let week = Instant(microseconds: 7 + 604_800_000_000)
        #expect(table.count(from: start, through: week) == 6_721)
        #expect(table.latest(from: start, through: week) == week)
        #expect(table.latest(skipping: 6_720, from: start, through: week) == start)
        #expect(table.latest(skipping: 6_721, from: start, through: week) == nil)
        #expect(table.count(from: week, through: start) == 0)
    }

    @Test func `of every second in a week are 604,801`() throws {
        let table = try Timetable(CronExpression("@every_second"))
        let week = Instant(microseconds: 604_800_000_000)
        #expect(table.count(from: .epoch, through: week) == 604_801)
        #expect(table.latest(skipping: 1, from: .epoch, through: week)?.microseconds == 604_799_000_000)
        #expect(table.count(from: .minimum, through: .maximum) > 300_000_000_000)
    }
}
