import DaybookModel
import Foundation
import Testing

@Suite("Schedules")
struct CronScheduleTests {
    private func next(_ schedule: Schedule, _ count: Int, after text: String, in zone: ZoneTable = .utc) throws
        -> [String]
    {
        let timetable = try schedule.compiled()
        var instant = try Instant(iso8601: text)
        return (0..<count).compactMap { _ in
            guard let next = timetable.next(after: instant, in: zone) else { return nil }
            instant = next
            return next.iso8601(in: zone)
        }
    }

    @Test func `an interval counts from its anchor, before it and after it`() throws {
        let anchor = try Instant(iso8601: "2026-03-01T12:00:10Z")
        let found = try next(.every(.seconds(90), anchor: anchor), 3, after: "2026-03-01T11:58:00Z")
        #expect(found == ["2026-03-01T11:58:40+00:00", "2026-03-01T12:00:10+00:00", "2026-03-01T12:01:40+00:00"])
    }

    @Test func `an interval counts from 1970 if it has no other anchor`() throws {
        #expect(try next(.every(.seconds(7_200)), 1, after: "2026-03-01T12:34:56Z") == ["2026-03-01T14:00:00+00:00"])
    }

    @Test func `an interval may be shorter than a second`() throws {
        let found = try next(.every(.milliseconds(250)), 2, after: "2026-03-01T12:00:00.1Z")
        #expect(found == ["2026-03-01T12:00:00.25+00:00", "2026-03-01T12:00:00.5+00:00"])
    }

    @Test func `an interval's own moments count only if asked`() throws {
        let timetable = try Schedule.every(.seconds(60)).compiled()
        #expect(timetable.next(after: .epoch, inclusive: true) == .epoch)
        #expect(timetable.next(after: .epoch) == Instant(microseconds: 60_000_000))
    }

    @Test func `an interval ends with the year 9999 and begins with the year 1`() throws {
        let timetable = try Schedule.every(.seconds(86_400)).compiled()
        #expect(timetable.next(after: .maximum) == nil)
        #expect(timetable.next(after: Instant(microseconds: .max), inclusive: true) == nil)
        #expect(timetable.next(after: Instant(microseconds: .min)) == .minimum)
    }

    @Test(arguments: [
        Duration.zero, .seconds(-1), .microseconds(999), .nanoseconds(1_500_001), .seconds(400_000 * 86_400),
        .seconds(Int64.max),
    ])
    func `an interval that cannot be kept is refused`(_ interval: Duration) {
        #expect(throws: ScheduleError.self) { try Schedule.every(interval).compiled() }
    }

    @Test func `a daily schedule follows the clock like cron`() throws {
        let newYork = CronOracleZone.known[0].table
        #expect(
            try next(.daily(at: TimeOfDay(2, 30)), 2, after: "2016-03-12T12:00:00-05:00", in: newYork)
                == ["2016-03-13T03:00:00-04:00", "2016-03-14T02:30:00-04:00"])
        #expect(
            try next(.daily(at: TimeOfDay(1, 30)), 2, after: "2016-11-05T12:00:00-04:00", in: newYork)
                == ["2016-11-06T01:30:00-04:00", "2016-11-07T01:30:00-05:00"])
    }

    @Test func `a weekly schedule names its days`() throws {
        #expect(
            try next(.weekly(on: [.monday, .friday], at: .noon), 3, after: "2026-03-02T12:00:00Z")
                == ["2026-03-06T12:00:00+00:00", "2026-03-09T12:00:00+00:00", "2026-03-13T12:00:00+00:00"])
        #expect(
            try next(.weekly(on: .sunday, at: .midnight), 1, after: "2026-03-02T12:00:00Z")
                == ["2026-03-08T00:00:00+00:00"])
    }

    @Test func `a cron schedule is its expression`() throws {
        #expect(
            try next(.cron(CronExpression("0 9 * * MON-FRI")), 1, after: "2026-03-06T12:00:00Z")
                == ["2026-03-09T09:00:00+00:00"])
    }

    @Test(arguments: [TimeOfDay(24), TimeOfDay(-1), TimeOfDay(9, 60), TimeOfDay(9, 0, 60), TimeOfDay(.max, .min)])
    func `a time that no clock shows is refused`(_ time: TimeOfDay) {
        #expect(throws: ScheduleError.self) { try Schedule.daily(at: time).compiled() }
        #expect(throws: ScheduleError.self) { try Schedule.weekly(on: .monday, at: time).compiled() }
    }

    @Test func `a week without days is refused`() {
        #expect(throws: ScheduleError.self) { try Schedule.weekly(on: [], at: .noon).compiled() }
        #expect(throws: ScheduleError.self) { try Schedule.weekly(on: Weekdays(rawValue: 0x80), at: .noon).compiled() }
    }

    @Test func `a schedule is stored as text and read back`() throws {
        let anchor = try Instant(iso8601: "2026-03-01T12:00:00.5Z")
        let stories: [(Schedule, String)] = [
            (.every(.seconds(90)), "every 90s from 1970-01-01T00:00:00Z"),
            (.every(.milliseconds(1_500), anchor: anchor), "every 1500000us from 2026-03-01T12:00:00.5Z"),
            (.daily(at: TimeOfDay(9, 30)), "daily at 09:30"),
            (.daily(at: TimeOfDay(9, 30, 5)), "daily at 09:30:05"),
            (.weekly(on: [.monday, .friday], at: .noon), "weekly on MON,FRI at 12:00"),
            (.cron(try CronExpression("*/15 9-17 * * MON-FRI")), "*/15 9-17 * * MON-FRI"),
        ]
        for (schedule, text) in stories {
            #expect(schedule.description == text)
            #expect(try Schedule(text) == schedule)
            #expect(try JSONDecoder().decode([Schedule].self, from: JSONEncoder().encode([schedule])) == [schedule])
        }
    }

    @Test(arguments: [
        "", "every", "every 90s", "every 90 from 1970-01-01T00:00:00Z", "every s from 1970-01-01T00:00:00Z",
        "every 0s from 1970-01-01T00:00:00Z", "every 90s from today", "daily", "daily at", "daily at 9",
        "daily at 25:00",
        "daily at 9:3x", "daily at 09:30:00:00", "weekly on at 09:30", "weekly on MON, at 09:30",
        "weekly on MAN at 09:30",
        "weekly on MON at 09:30 ", "yearly at 09:30", "* * * *",
    ])
    func `a text that is no schedule is refused`(_ text: String) {
        #expect(throws: ScheduleError.self) { try Schedule(text) }
    }

    @Test(arguments: [
        (Schedule.every(.seconds(90)), "every 90 seconds, counted from 1970-01-01T00:00:00Z"),
        (.every(.seconds(86_400)), "every day, counted from 1970-01-01T00:00:00Z"),
        (.every(.seconds(7_200)), "every 2 hours, counted from 1970-01-01T00:00:00Z"),
        (.every(.microseconds(1_001)), "every 1001 microseconds, counted from 1970-01-01T00:00:00Z"),
        (.daily(at: TimeOfDay(9, 30)), "every day at 09:30"),
        (.weekly(on: .mondayToFriday, at: .noon), "at 12:00, Monday to Friday"),
        (.weekly(on: .weekend, at: .midnight), "at 00:00, on Saturday and Sunday"),
    ])
    func `a schedule is said as a person would`(_ schedule: Schedule, _ sentence: String) throws {
        #expect(try schedule.compiled().sentence == sentence)
    }
}
