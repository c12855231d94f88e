// Days and months in words: "on day 13 of the month, only if it is a Friday", "in June and July".

struct CronDaySentence {
    let daysOfMonth: DaysOfMonth
    let daysOfWeek: DaysOfWeek
    let months: UInt64

    var parts: [String] {
        let monthDay = daysOfMonthWords
        let weekday = monthDay == nil ? weekdayWords : weekdayCondition
        return [monthDay, weekday, monthWords].compactMap(\.self)
    }

    /// Apart from the months.
    var isEveryDay: Bool { daysOfMonthWords == nil && weekdayWords == nil }

    private var daysOfMonthWords: String? {
        switch daysOfMonth {
        case .days(let bits): Self.words(CronPattern(bits, in: .dayOfMonth))
        case .beforeLast(let offset): "on the \(Self.lastDay(offset)) of the month"
        case .weekdayNearest(let day): "on the weekday nearest to day \(day) of the month"
        case .weekdayNearestBeforeLast(0): "on the last weekday of the month"
        case .weekdayNearestBeforeLast(let offset): "on the weekday nearest to the \(Self.lastDay(offset)) of the month"
        }
    }

    private static func words(_ days: CronPattern) -> String? {
        switch days {
        case .every: nil
        case .one(let day): "on day \(day) of the month"
        case .run(let from, let to): "on days \(from) to \(to) of the month"
        case .steps(let step, let from):
            "on every \(EnglishText.ordinal(step)) day of the month from day \(from)"
        case .partialSteps(let step, let from, let to):
            "on every \(EnglishText.ordinal(step)) day of the month from day \(from) to \(to)"
        case .list(let days): "on days \(EnglishText.list(days.map(String.init))) of the month"
        }
    }

    private static func lastDay(_ offset: Int) -> String {
        switch offset {
        case 0: "last day"
        case 1: "day before the last day"
        default: "day \(offset) days before the last day"
        }
    }

    private var weekdayWords: String? {
        switch daysOfWeek {
        case .days(let bits):
            switch CronPattern(bits, in: .dayOfWeek) {
            case .every: nil
            case .run(let from, let to): "\(Self.weekdays[from]) to \(Self.weekdays[to])"
            default: "on " + EnglishText.list(Self.fromMonday(bits))
            }
        case .nth(let weekday, let number):
            "on the \(EnglishText.ordinal(number)) \(Self.weekdays[weekday]) of the month"
        case .last(let weekday): "on the last \(Self.weekdays[weekday]) of the month"
        }
    }

    private var weekdayCondition: String? {
        switch daysOfWeek {
        case .days(let bits):
            switch CronPattern(bits, in: .dayOfWeek) {
            case .every: nil
            case .run(let from, let to): "only from \(Self.weekdays[from]) to \(Self.weekdays[to])"
            default: "only if it is a " + Self.alternatives(Self.fromMonday(bits))
            }
        case .nth(let weekday, let number):
            "only if it is the \(EnglishText.ordinal(number)) \(Self.weekdays[weekday]) of the month"
        case .last(let weekday): "only if it is the last \(Self.weekdays[weekday]) of the month"
        }
    }

    private var monthWords: String? {
        switch CronPattern(months, in: .month) {
        case .every: nil
        case .run(let from, let to): "from \(Self.months[from - 1]) to \(Self.months[to - 1])"
        default: "in " + EnglishText.list(months.positions.map { Self.months[$0 - 1] })
        }
    }

    private static func alternatives(_ names: [String]) -> String {
        guard let last = names.last, names.count > 1 else { return names.first ?? "" }
        return names.dropLast().joined(separator: ", ") + " or " + last
    }

    /// People begin their week on Monday when they list days, whatever cron does.
    private static func fromMonday(_ bits: UInt64) -> [String] {
        let values = bits.positions
        return (values.filter { $0 > 0 } + values.filter { $0 == 0 }).map { weekdays[$0] }
    }

    private static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
    private static let months = [
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ]
}
