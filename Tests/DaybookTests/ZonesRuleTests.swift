import Daybook
import DaybookModel
import Testing

@Suite("The rule at the end of a zone file")
struct ZonesRuleTests {
    private func rule(_ text: String) throws -> ZoneRule { try ZoneRule(posix: text.utf8) }

    @Test func `names are skipped and hours behind UTC become hours ahead`() throws {
        #expect(try rule("UTC0") == ZoneRule(standardOffsetSeconds: 0))
        #expect(try rule("EST5") == ZoneRule(standardOffsetSeconds: -5 * 3_600))
        #expect(try rule("<+0545>-5:45") == ZoneRule(standardOffsetSeconds: 20_700))
        #expect(try rule("LMT0:53:28") == ZoneRule(standardOffsetSeconds: -3_208))
        #expect(try rule("AAA+3") == ZoneRule(standardOffsetSeconds: -3 * 3_600))
    }

    @Test func `daylight saving is an hour ahead and begins at two unless it says otherwise`() throws {
        let found = try rule("EST5EDT,M3.2.0,M11.1.0").daylight
        #expect(
            found
                == ZoneRule.Daylight(
                    offsetSeconds: -4 * 3_600,
                    begins: .init(.weekday(0, week: 2, month: 3), secondsAfterMidnight: 7_200),
                    ends: .init(.weekday(0, week: 1, month: 11), secondsAfterMidnight: 7_200)))
        let howe = try rule("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0").daylight
        #expect(howe?.offsetSeconds == 39_600)
    }

    @Test func `times may be negative, longer than a day, and have minutes`() throws {
        let found = try rule("<-02>2<-01>,M3.5.0/-1,M10.5.0/167:59:59").daylight
        #expect(found?.begins.secondsAfterMidnight == -3_600)
        #expect(found?.ends.secondsAfterMidnight == 167 * 3_600 + 3_599)
    }

    @Test func `days may be numbers`() throws {
        let found = try rule("AAA0BBB,J60/0,365/0").daylight
        #expect(found?.begins.day == .numberWithoutLeapDay(60))
        #expect(found?.ends.day == .numberFromZero(365))
    }

    @Test(arguments: [
        "A", "AB0", "ABC", "ABC25", "ABC0DEF", "ABC0DEF,M3.2.0", "ABC0DEF,M13.1.0,M1.1.0", "ABC0DEF,M1.6.0,M2.1.0",
        "ABC0DEF,M1.1.7,M2.1.0", "ABC0DEF,J0,J1", "ABC0DEF,J366,J1", "ABC0DEF,366,1", "ABC0DEF,M1.1.0/168,M2.1.0",
        "ABC0DEF,M1.1.0,M2.1.0x", "<AB0", "ABC0:60", "ABC99999999999999999999", ",", "ABC-",
    ])
    func `a rule that makes no sense is refused`(_ text: String) {
        #expect(throws: MalformedZone.self) { try rule(text) }
    }

    @Test func `daylight saving that never ends holds all year`() throws {
        let table = try ZoneTable(
            name: "Test", initialOffsetSeconds: 0, transitions: [], rule: rule("XXX3EDT4,0/0,J365/23"))
        for year in [1990, 2025, 2400] {
            for month in 1...12 {
                let instant = try Instant(iso8601: "\(year)-\(month < 10 ? "0" : "")\(month)-01T00:00:00Z")
                #expect(table.offsetSeconds(at: instant) == -4 * 3_600)
            }
        }
    }
}
