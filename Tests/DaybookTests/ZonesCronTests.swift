import Daybook
import DaybookModel
import Testing

@Suite("Cron over the machine's zones")
struct ZonesCronTests {
    private static let zones = Zones()

    @Test func `the table of known answers is there`() {
        #expect(KnownAnswer.all.count > 800)
    }

    @Test(arguments: KnownAnswer.all)
    func `a known answer is found`(_ answer: KnownAnswer) throws {
        switch answer.expectation {
        case .occurrences(let zone, let from, let inclusive, let expected):
            let table = try Self.zones.table(named: zone)
            let expression = try CronExpression(answer.expression)
            var found: [String] = []
            var instant = try Instant(iso8601: from)
            var isIncluded = inclusive
            while found.count < expected.count {
                guard let next = expression.next(after: instant, inclusive: isIncluded, in: table) else {
                    found.append("none")
                    break
                }
                found.append(next.iso8601(in: table))
                (instant, isIncluded) = (next, false)
            }
            #expect(found == expected)
        case .mistake(let field):
            let error = #expect(throws: CronSyntaxError.self) { try CronExpression(answer.expression) }
            #expect(error?.field?.rawValue == field)
            #expect(error?.description.hasPrefix(field) == true)
        }
    }

    @Test(arguments: KnownAnswer.all)
    func `the canonical text has the same known answer`(_ answer: KnownAnswer) throws {
        guard case .occurrences(let zone, let from, let inclusive, let expected) = answer.expectation else { return }
        let canonical = try CronExpression(CronExpression(answer.expression).canonical)
        let table = try Self.zones.table(named: zone)
        let next = canonical.next(after: try Instant(iso8601: from), inclusive: inclusive, in: table)
        #expect((next?.iso8601(in: table) ?? "none") == expected[0])
    }
}
