import DaybookModel
import Testing

@Suite("Zone tables")
struct CronZoneTableTests {
    private let summer = ZoneRule(
        standardOffsetSeconds: 3_600,
        daylight: .init(
            offsetSeconds: 7_200, begins: .init(.weekday(0, week: 5, month: 3), secondsAfterMidnight: 7_200),
            ends: .init(.weekday(0, week: 5, month: 10), secondsAfterMidnight: 10_800)))

    private func offset(_ table: ZoneTable, _ text: String) throws -> Int {
        table.offsetSeconds(at: try Instant(iso8601: text))
    }

    @Test func `a rule holds after the last change and for ever`() throws {
        let end = try Instant(iso8601: "2000-01-01T00:00:00Z").secondsRoundedDown
        let table = try ZoneTable(
            name: "Test", initialOffsetSeconds: -60, transitions: [.init(secondsSince1970: end, offsetSeconds: 3_600)],
            rule: summer)
        #expect(try offset(table, "1999-07-01T00:00:00Z") == -60)
        // Last Sundays of March and October, the change at 01:00 UTC.
        for (year, march, october) in [(2000, 26, 29), (2026, 29, 25), (2399, 28, 31), (2400, 26, 29), (2800, 26, 29)] {
            #expect(try offset(table, "\(year)-03-\(march)T00:59:59.999999Z") == 3_600)
            #expect(try offset(table, "\(year)-03-\(march)T01:00:00Z") == 7_200)
            #expect(try offset(table, "\(year)-10-\(october)T00:59:59.999999Z") == 7_200)
            #expect(try offset(table, "\(year)-10-\(october)T01:00:00Z") == 3_600)
        }
        #expect(try offset(table, "9999-07-01T00:00:00Z") == 7_200)
        #expect(try offset(table, "9999-12-31T23:59:59Z") == 3_600)
    }

    @Test func `a year by the rule is the same 400 years later`() throws {
        let table = try ZoneTable(name: "Test", initialOffsetSeconds: 3_600, transitions: [], rule: summer)
        let period = 146_097 * 86_400
        let start = try Instant(iso8601: "1600-01-01T00:00:00Z").secondsRoundedDown
        // Steps that meet every hour of the year sooner or later, over more than one period.
        for second in stride(from: start, to: start + period + period / 2, by: 500_021) {
            let early = table.span(at: second)
            let late = table.span(at: second + period)
            #expect(late.offset == early.offset)
            #expect(late.start == early.start + period)
            #expect(late.end == early.end + period)
            #expect(late.reached == early.reached + period)
        }
    }

    @Test func `days of a rule may be numbers, with and without the leap day`() throws {
        func table(_ day: ZoneRule.DayOfYear) throws -> ZoneTable {
            try ZoneTable(
                name: "Test", initialOffsetSeconds: 0, transitions: [],
                rule: ZoneRule(
                    standardOffsetSeconds: 0,
                    daylight: .init(
                        offsetSeconds: 3_600, begins: .init(day, secondsAfterMidnight: 0),
                        ends: .init(.numberFromZero(300), secondsAfterMidnight: 0))))
        }
        let first = try table(.numberWithoutLeapDay(60))
        #expect(try offset(first, "2024-02-29T23:59:59Z") == 0)
        #expect(try offset(first, "2024-03-01T00:00:00Z") == 3_600)
        #expect(try offset(first, "2025-03-01T00:00:00Z") == 3_600)
        let second = try table(.numberFromZero(59))
        #expect(try offset(second, "2024-02-29T00:00:00Z") == 3_600)
        #expect(try offset(second, "2025-02-28T23:59:59Z") == 0)
        #expect(try offset(second, "2025-03-01T00:00:00Z") == 3_600)
    }

    @Test func `nonsense is refused`() {
        func refused(_ initial: Int, _ transitions: [ZoneTable.Transition], _ rule: ZoneRule? = nil) {
            #expect(throws: ZoneTableError.self) {
                try ZoneTable(name: "Test", initialOffsetSeconds: initial, transitions: transitions, rule: rule)
            }
        }
        refused(93_600, [])
        refused(.min, [])
        refused(0, [.init(secondsSince1970: 0, offsetSeconds: .min)])
        refused(0, [.init(secondsSince1970: 5, offsetSeconds: 0), .init(secondsSince1970: 5, offsetSeconds: 60)])
        refused(0, [.init(secondsSince1970: .min, offsetSeconds: 0)])
        refused(0, [.init(secondsSince1970: .max, offsetSeconds: 0)])
        refused(0, [], ZoneRule(standardOffsetSeconds: .max))
        for day in [
            ZoneRule.DayOfYear.weekday(7, week: 1, month: 1), .weekday(0, week: 6, month: 1),
            .weekday(0, week: 1, month: 13), .numberWithoutLeapDay(0), .numberWithoutLeapDay(366), .numberFromZero(366),
        ] {
            var rule = summer
            rule.daylight?.begins.day = day
            refused(0, [], rule)
        }
        var rule = summer
        rule.daylight?.ends.secondsAfterMidnight = .min
        refused(0, [], rule)
        rule = summer
        rule.daylight?.offsetSeconds = .max
        refused(0, [], rule)
    }

    @Test func `an offset beyond what clocks show is cut`() {
        #expect(ZoneTable(name: "Far", offsetSeconds: .max).offsetSeconds(at: .epoch) == 93_599)
        #expect(ZoneTable(name: "Far", offsetSeconds: .min).offsetSeconds(at: .epoch) == -93_599)
    }
}
