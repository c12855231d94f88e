/// When something recurs, as a readable value.
///
///     .every(.seconds(90))
///     .daily(at: TimeOfDay(9, 30))
///     .weekly(on: [.monday, .friday], at: .noon)
///     .cron(try CronExpression("*/15 9-17 * * MON-FRI"))
///
/// A schedule is plain data; ``compiled()`` checks it and makes the ``Timetable`` that finds its occurrences.
public enum Schedule: Hashable, Sendable {
    /// At the anchor and at every multiple of the interval before and after it. Clock changes do not matter.
    case every(Duration, anchor: Instant = .epoch)
    /// Every day at a time by the zone's clocks.
    case daily(at: TimeOfDay)
    /// On some days of the week at a time by the zone's clocks.
    case weekly(on: Weekdays, at: TimeOfDay)
    case cron(CronExpression)
}

/// Why a schedule cannot be followed.
public struct ScheduleError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, and what is allowed.
    public let description: String
}

extension Schedule {
    /// Checks the schedule and prepares the search for its occurrences.
    public func compiled() throws(ScheduleError) -> Timetable {
        switch self {
        case .every(let interval, let anchor):
            return try Timetable(every: interval, anchor: anchor)
        case .daily(let time):
            return try Timetable(source: description, time: time, weekdays: CronField.dayOfWeek.allValues)
        case .weekly(let days, let time):
            let weekdays = UInt64(days.rawValue) & CronField.dayOfWeek.allValues
            guard weekdays != 0 else {
                throw ScheduleError(description: "a weekly schedule needs at least one day of the week")
            }
            return try Timetable(source: description, time: time, weekdays: weekdays)
        case .cron(let expression):
            return Timetable(expression)
        }
    }
}
