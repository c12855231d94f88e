// The text form of a schedule, in which it is stored and shown:
//
//     every 90s from 1970-01-01T00:00:00Z
//     daily at 09:30
//     weekly on MON,FRI at 12:00
//     */15 9-17 * * MON-FRI
//
// Anything that does not begin with one of the three words is a cron expression.

extension Schedule: CustomStringConvertible {
    /// The schedule as text that ``init(_:)`` reads back.
    public var description: String {
        switch self {
        case .every(let interval, let anchor): "every \(Self.text(of: interval)) from \(anchor)"
        case .daily(let time): "daily at \(time)"
        case .weekly(let days, let time): "weekly on \(days) at \(time)"
        case .cron(let expression): expression.source
        }
    }

    /// Reads a schedule that ``description`` wrote, and checks it.
    public init(_ text: String) throws(ScheduleError) {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        switch words.first {
        case "every" where words.count == 4 && words[2] == "from":
            self = .every(try Self.interval(words[1]), anchor: try Self.anchor(words[3]))
        case "daily" where words.count == 3 && words[1] == "at":
            self = .daily(at: try Self.time(words[2]))
        case "weekly" where words.count == 5 && words[1] == "on" && words[3] == "at":
            self = .weekly(on: try Self.weekdays(words[2]), at: try Self.time(words[4]))
        default:
            self = .cron(try Self.expression(text))
        }
        _ = try compiled()
    }

    private static func text(of interval: Duration) -> String {
        let (seconds, attoseconds) = interval.components
        if attoseconds == 0 { return "\(seconds)s" }
        return interval.wholeMicroseconds.map { "\($0)us" } ?? "\(interval)"
    }

    private static func interval(_ word: Substring) throws(ScheduleError) -> Duration {
        if word.hasSuffix("us"), let number = Int64(word.dropLast(2)) { return .microseconds(number) }
        if word.hasSuffix("s"), let number = Int64(word.dropLast()) { return .seconds(number) }
        throw ScheduleError(description: "\(quoted(word.utf8)) is not an interval such as 90s or 1500us")
    }

    private static func anchor(_ word: Substring) throws(ScheduleError) -> Instant {
        do {
            return try Instant(iso8601: String(word))
        } catch {
            throw ScheduleError(description: error.description)
        }
    }

    private static func time(_ word: Substring) throws(ScheduleError) -> TimeOfDay {
        let numbers = word.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) ?? -1 }
        guard (2...3).contains(numbers.count) else {
            throw ScheduleError(description: "\(quoted(word.utf8)) is not a time of day such as 09:30 or 09:30:15")
        }
        return TimeOfDay(numbers[0], numbers[1], numbers.count == 3 ? numbers[2] : 0)
    }

    private static func weekdays(_ word: Substring) throws(ScheduleError) -> Weekdays {
        let names = CronField.dayOfWeek.names
        var days: Weekdays = []
        for name in word.split(separator: ",", omittingEmptySubsequences: false) {
            guard let index = names.firstIndex(of: name.lowercased()) else {
                throw ScheduleError(
                    description:
                        "\(quoted(name.utf8)) is not a day of the week such as MON, TUE, WED, THU, FRI, SAT, SUN")
            }
            days.insert(Weekdays(rawValue: 1 << UInt8(index)))
        }
        return days
    }

    private static func expression(_ text: String) throws(ScheduleError) -> CronExpression {
        do {
            return try CronExpression(text)
        } catch {
            throw ScheduleError(description: error.description)
        }
    }
}

extension Schedule: Codable {
    /// Reads the text form.
    public init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    /// Writes the text form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
