/// A schedule made ready: it finds the occurrences. Make it once and keep it.
public struct Timetable: Hashable, Sendable {
    package enum Search: Hashable, Sendable {
        case interval(Interval)
        case cron(CronExpression)
    }

    package let search: Search

    package init(_ expression: CronExpression) {
        search = .cron(expression)
    }

    /// A fixed time on some weekdays (bits 0 to 6).
    init(source: String, time: TimeOfDay, weekdays: UInt64) throws(ScheduleError) {
        guard (0...23).contains(time.hour), (0...59).contains(time.minute), (0...59).contains(time.second) else {
            throw ScheduleError(
                description: "\(time) is not a time of day; hours go from 0 to 23, minutes and seconds to 59")
        }
        let fields = CronFields(
            seconds: 1 << UInt64(time.second), minutes: 1 << UInt64(time.minute), hours: 1 << UInt64(time.hour),
            daysOfMonth: .days(CronField.dayOfMonth.allValues), months: CronField.month.allValues,
            daysOfWeek: .days(weekdays), hasInterval: false)
        search = .cron(CronExpression(source: source, fields: fields))
    }

    init(every interval: Duration, anchor: Instant) throws(ScheduleError) {
        search = .interval(try Interval(interval, anchor: anchor))
    }

    /// The next occurrence after an instant (or at it, if `inclusive`), or nil if there is none before the end of the
    /// year 9999.
    public func next(after instant: Instant, inclusive: Bool = false, in zone: ZoneTable = .utc) -> Instant? {
        switch search {
        case .interval(let interval): interval.next(after: instant, inclusive: inclusive)
        case .cron(let expression): expression.next(after: instant, inclusive: inclusive, in: zone)
        }
    }

    /// The schedule in plain English.
    public var sentence: String {
        switch search {
        case .interval(let interval): interval.sentence
        case .cron(let expression): expression.sentence
        }
    }
}
