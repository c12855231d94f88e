// As far as day fields can see, there are only 28 different months: four lengths, each beginning on one of seven
// weekdays. An expression works out once which days match in each of them; a search then looks a month up instead of
// testing its days.

struct MonthShape: Hashable, Sendable {
    /// 0 is Sunday.
    var firstWeekday: Int
    /// 28 to 31.
    var length: Int

    var index: Int { firstWeekday * 4 + length - 28 }

    static let all: [MonthShape] = (0...6).flatMap { firstWeekday in
        (28...31).map { MonthShape(firstWeekday: firstWeekday, length: $0) }
    }

    func weekday(ofDay day: Int) -> Int {
        (firstWeekday + day - 1) % 7
    }

    /// The days (bits 1 to 31) that match both day fields.
    func days(matching fields: CronFields) -> UInt32 {
        days(matching: fields.daysOfMonth) & days(matching: fields.daysOfWeek)
    }

    private func days(matching rule: DaysOfMonth) -> UInt32 {
        switch rule {
        case .days(let days): UInt32(truncatingIfNeeded: days) & allDays
        case .beforeLast(let offset): bit(length - offset)
        case .weekdayNearest(let day): bit(weekdayNearest(day))
        case .weekdayNearestBeforeLast(let offset): bit(weekdayNearest(length - offset))
        }
    }

    private func days(matching rule: DaysOfWeek) -> UInt32 {
        switch rule {
        case .days(let weekdays):
            (1...length).reduce(0) { days, day in
                weekdays >> UInt64(weekday(ofDay: day)) & 1 == 1 ? days | bit(day) : days
            }
        case .nth(let weekday, let number): bit(firstDay(on: weekday) + (number - 1) * 7)
        case .last(let weekday): bit(firstDay(on: weekday) + (length - firstDay(on: weekday)) / 7 * 7)
        }
    }

    private func firstDay(on weekday: Int) -> Int {
        (weekday - firstWeekday + 7) % 7 + 1
    }

    /// Saturday moves to the Friday before, Sunday to the Monday after, unless that leaves the month.
    private func weekdayNearest(_ day: Int) -> Int {
        guard (1...length).contains(day) else { return 0 }
        switch weekday(ofDay: day) {
        case 6: return day == 1 ? 3 : day - 1
        case 0: return day == length ? day - 2 : day + 1
        default: return day
        }
    }

    private var allDays: UInt32 { UInt32.max >> UInt32(31 - length) & ~1 }

    /// Nothing for a day that the month does not have.
    private func bit(_ day: Int) -> UInt32 {
        (1...length).contains(day) ? 1 << UInt32(day) : 0
    }
}
