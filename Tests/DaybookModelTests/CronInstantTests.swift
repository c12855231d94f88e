import DaybookModel
import Foundation
import Testing

@Suite("Instants as text")
struct CronInstantTests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("1970-01-01T00:00:00.000001Z", 1), ("1969-12-31T23:59:59.999999Z", -1),
            ("2026-03-01T12:00:00+01:00", 1_772_362_800_000_000), ("2026-03-01T12:00:00-0130", 1_772_371_800_000_000),
            ("2026-03-01T12:00:00+01", 1_772_362_800_000_000), ("2026-03-01 12:00z", 1_772_366_400_000_000),
            // As other languages write it: what is finer than a microsecond is cut, and stays before the next second.
            ("2026-03-01T12:00:00.9999999Z", 1_772_366_400_999_999),
            ("2026-03-01T12:00:00.000000001Z", 1_772_366_400_000_000),
            ("2026-03-01t12:00:00,5Z", 1_772_366_400_500_000), ("2000-02-29T00:00:00Z", 951_782_400_000_000),
            ("1883-11-18T12:00:00-04:56:02", -2_717_651_038_000_000),
            ("0001-01-01T00:00:00Z", -62_135_596_800_000_000), ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999),
        ] as [(String, Int64)])
    func `a time with its zone is read`(_ text: String, _ microseconds: Int64) throws {
        #expect(try Instant(iso8601: text).microseconds == microseconds)
    }

    @Test(arguments: [
        "", "2026", "2026-03-01", "2026-03-01T12:00:00", "2026-03-01T12Z", "2026-3-1T12:00:00Z", "26-03-01T12:00:00Z",
        "2026-02-29T12:00:00Z", "1900-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
        "2026-04-31T00:00:00Z", "2026-01-00T00:00:00Z", "2026-03-01T24:00:00Z", "2026-03-01T23:60:00Z",
        "2026-03-01T23:59:60Z", "2026-03-01T12:00:00.Z", "2026-03-01T12:00:00+26:00",
        "2026-03-01T12:00:00+1", "2026-03-01T12:00:00+01:", "2026-03-01T12:00:00+01:0", "2026-03-01T12:00:00Zx",
        "2026-03-01T12:00:00 Z", " 2026-03-01T12:00:00Z", "0000-01-01T00:00:00Z", "10000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "-2026-03-01T12:00:00Z", "٢٠٢٦-03-01T12:00:00Z",
        "2026-03-01T12:00:00Z" + String(repeating: " ", count: 100),
    ])
    func `what is no time with a zone is refused with how to write it`(_ text: String) {
        let error = #expect(throws: InstantSyntaxError.self) { try Instant(iso8601: text) }
        #expect(error?.description.contains("write it like 2026-03-01T12:00:00Z") == true)
    }

    @Test func `a mistake is named`() {
        let error = #expect(throws: InstantSyntaxError.self) { try Instant(iso8601: "2026-02-29T12:00:00Z") }
        #expect(error?.description.contains("the day is 1 to 28, not 29") == true)
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000000Z"),
            (-1, "1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"),
            (1_500_000, "1970-01-01T00:00:01.5Z", "1970-01-01T00:00:01.500000Z"),
            (-62_135_596_800_000_000, "0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000Z"),
            // Outside the years that can be read, for a log that a broken clock wrote.
            (253_402_300_800_000_000, "+10000-01-01T00:00:00Z", "+10000-01-01T00:00:00.000000Z"),
            (-62_198_755_200_000_000, "-0001-01-01T00:00:00Z", "-0001-01-01T00:00:00.000000Z"),
        ] as [(Int64, String, String)])
    func `an instant is written in UTC`(_ microseconds: Int64, _ short: String, _ long: String) {
        let instant = Instant(microseconds: microseconds)
        #expect(instant.description == short)
        #expect(instant.iso8601(fraction: .six) == long)
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00+00:00"), (-14_400, "1969-12-31T20:00:00-04:00"), (20_700, "1970-01-01T05:45:00+05:45"),
        (-3_208, "1969-12-31T23:06:32-00:53:28"), (-59, "1969-12-31T23:59:01-00:00:59"),
    ])
    func `an instant is written with an offset and read back`(_ offset: Int, _ text: String) throws {
        #expect(Instant.epoch.iso8601(offsetSeconds: offset) == text)
        #expect(try Instant(iso8601: text) == .epoch)
    }

    @Test func `an impossible offset is cut, not a crash`() {
        #expect(Instant.epoch.iso8601(offsetSeconds: .max) == "1970-01-02T01:59:59+25:59:59")
        #expect(Instant(microseconds: .min).iso8601(offsetSeconds: .min).hasPrefix("-290308-12-2"))
    }

    @Test func `dates are those that counting days gives`() {
        var naive = CronNaiveDay(daysSince1970: 0)
        for day in 0..<200_000 {
            let date = CivilDate(daysSince1970: day)
            guard date == CivilDate(year: naive.year, month: naive.month, day: naive.day), date.daysSince1970 == day,
                CivilDate.weekday(daysSince1970: day) == naive.weekday,
                CivilDate.length(ofMonth: date.month, year: date.year) == naive.length
            else {
                Issue.record("day \(day) is \(date)")
                return
            }
            naive.advance()
        }
    }

    @Test func `the calendar repeats every 400 years in both directions`() {
        for day in stride(from: -800_000, through: 3_000_000, by: 37) {
            let date = CivilDate(daysSince1970: day)
            let later = CivilDate(daysSince1970: day + 146_097)
            #expect(later == CivilDate(year: date.year + 400, month: date.month, day: date.day))
            #expect(date.daysSince1970 == day)
        }
    }
}
