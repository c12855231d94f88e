// The expression in plain English, as a person would say it to another: first the time of day, then the days, then the
// months. The sentence is made from what matches, not from how it was written, and says all of it.

extension CronExpression {
    /// What the expression means: `*/15 9-17 * * MON-FRI` is "every 15 minutes, from 09:00 to 17:59, Monday to Friday".
    public var sentence: String {
        let days = CronDaySentence(
            daysOfMonth: fields.daysOfMonth, daysOfWeek: fields.daysOfWeek, months: fields.months)
        let time = CronTimeSentence(fields)
        let prefix = time.namesMoments && days.isEveryDay ? "every day " : ""
        return prefix + (time.parts + days.parts).joined(separator: ", ")
    }
}

enum EnglishText {
    /// `a, b and c`.
    static func list(_ items: [String]) -> String {
        guard let last = items.last, items.count > 1 else { return items.first ?? "" }
        return items.dropLast().joined(separator: ", ") + " and " + last
    }

    /// `09`.
    static func twoDigits(_ value: Int) -> String {
        value < 10 ? "0\(value)" : "\(value)"
    }

    /// `1st`, `22nd`, `13th`.
    static func ordinal(_ value: Int) -> String {
        switch (value % 100, value % 10) {
        case (11...13, _): "\(value)th"
        case (_, 1): "\(value)st"
        case (_, 2): "\(value)nd"
        case (_, 3): "\(value)rd"
        default: "\(value)th"
        }
    }
}
