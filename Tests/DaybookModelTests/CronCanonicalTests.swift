import DaybookModel
import Testing

@Suite("Canonical cron expressions")
struct CronCanonicalTests {
    @Test(arguments: [
        ("@hourly", "0 * * * *"), ("@every_second", "* * * * * *"), ("  0\t9 * * mon ", "0 9 * * 1"),
        ("0 */5 * * * *", "*/5 * * * *"), ("15 */5 * * * *", "15 */5 * * * *"), ("05 09 * * *", "5 9 * * *"),
        ("0-59/15 * * * ?", "*/15 * * * *"), ("0 9,12,10,11 1,3,2 * *", "0 9,10,11,12 1-3 * *"),
        ("0 22-2 * * FRI-MON", "0 0-2,22,23 * * 0,1,5,6"), ("0 0 * JAN-DEC SUN-SAT", "0 0 * * *"),
        ("0 0 1-31 * 1-7", "0 0 * * *"), ("0 0 * * 7", "0 0 * * 0"), ("0 0 */10 */3 *", "0 0 */10 */3 *"),
        ("0 0 l-3w * *", "0 0 L-3W * *"), ("0 0 L-0 * *", "0 0 L * *"), ("0 0 lw * *", "0 0 LW * *"),
        ("0 0 05W * *", "0 0 5W * *"), ("0 0 * * SUN#2", "0 0 * * 0#2"), ("0 0 * * FRIL", "0 0 * * 5L"),
        ("0 0 9 * * mon-FRI", "0 9 * * 1-5"), ("0-59/15 8 * * ?", "*/15 8 * * *"),
        ("0,15,30,45 8 * * *", "0,15,30,45 8 * * *"),
        // A list is not an interval and must not become one.
        ("0,20,40 3 * * *", "0,20,40 3 * * *"), ("1,2,3 3 * * *", "1,2,3 3 * * *"),
        // An interval must not be lost.
        ("5-5 3 * * *", "5-5 3 * * *"), ("5/59 3 * * *", "5-5 3 * * *"), ("5-6 3 * * *", "5-5,6 3 * * *"),
        ("0-0 5 3 * * *", "5-5 3 * * *"), ("5 3-3 * * *", "5-5 3 * * *"), ("0 0/23 * * *", "0-0 0,23 * * *"),
    ])
    func `one meaning has one text`(_ text: String, _ canonical: String) throws {
        #expect(try CronExpression(text).canonical == canonical)
        #expect(try CronExpression(canonical).canonical == canonical)
    }

    @Test func `the canonical text of any expression is its own and fires alike`() throws {
        let seed: UInt64 = 11
        var chance = CronChance(seed: seed)
        let zones = CronOracleZone.known
        for round in 0..<CronChance.rounds(quick: 500, all: 50_000) {
            let zone = zones[round % zones.count]
            let change = zone.changes[round % zone.changes.count].second
            let random = CronRandomExpression(
                hour: chance.value(0...23), day: CronNaiveDay(daysSince1970: chance.value(0...100)), chance: &chance)
            let expression = try CronExpression(random.text)
            let canonical = try CronExpression(expression.canonical)
            #expect(canonical.canonical == expression.canonical, "\(random.text), seed \(seed), round \(round)")
            var instant = Instant(wholeSeconds: change - 3_700)
            for _ in 0..<4 {
                let next = expression.next(after: instant, in: zone.table)
                #expect(canonical.next(after: instant, in: zone.table) == next, "\(random.text), seed \(seed)")
                instant = next ?? .maximum
            }
        }
    }
}
