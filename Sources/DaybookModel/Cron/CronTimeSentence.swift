// The time of day in words. Three ways, the first that fits:
//
// - one second and minute, many hours: "every hour from 09:30 to 17:30"
// - few enough moments to name each: "at 09:00, 12:00 and 15:30"
// - the seconds, the minutes, the hours, each with its own words: "every 15 minutes, from 09:00 to 17:59"

struct CronTimeSentence {
    private let fields: CronFields
    private let second: CronPattern
    private let minute: CronPattern
    private let hour: CronPattern

    init(_ fields: CronFields) {
        self.fields = fields
        second = CronPattern(fields.seconds, in: .second)
        minute = CronPattern(fields.minutes, in: .minute)
        hour = CronPattern(fields.hours, in: .hour)
    }

    var parts: [String] {
        if case (.one(let second), .one(let minute)) = (second, minute) {
            return [hourly(atMinute: minute, second: second)]
        }
        if let moments = fewMoments { return ["at " + EnglishText.list(moments)] }
        return [secondsAndMinutes] + hours
    }

    /// Whether the sentence begins "at 09:00".
    var namesMoments: Bool { parts.count == 1 && parts[0].hasPrefix("at ") && hour != .every }

    /// `09:30`, or `09:30:15` where seconds matter.
    private func clock(_ hour: Int, _ minute: Int, _ second: Int) -> String {
        let text = "\(EnglishText.twoDigits(hour)):\(EnglishText.twoDigits(minute))"
        return fields.seconds == 1 ? text : text + ":\(EnglishText.twoDigits(second))"
    }

    private func hourly(atMinute minute: Int, second: Int) -> String {
        func at(_ hour: Int) -> String { clock(hour, minute, second) }
        switch hour {
        case .every:
            let atSecond = second == 0 ? "" : ", second \(second)"
            return minute == 0 && second == 0 ? "every hour" : "every hour at minute \(minute)" + atSecond
        case .run(let from, let to):
            return "every hour from \(at(from)) to \(at(to))"
        case .steps(let step, let from) where step < 6:
            return "every \(step) hours" + (from == 0 && minute == 0 && second == 0 ? "" : " from \(at(from))")
        default:
            return "at " + EnglishText.list(fields.hours.positions.map(at))
        }
    }

    private var fewMoments: [String]? {
        for pattern in [second, minute, hour] {
            switch pattern {
            case .one, .list: break
            default: return nil
            }
        }
        let moments = fields.hours.positions.flatMap { hour in
            fields.minutes.positions.flatMap { minute in
                fields.seconds.positions.map { clock(hour, minute, $0) }
            }
        }
        return moments.count <= 8 ? moments : nil
    }

    private var secondsAndMinutes: String {
        let minutes = Self.words(minute, unit: "minute", whole: "hour")
        guard fields.seconds != 1 else { return minutes }
        let seconds = Self.words(second, unit: "second", whole: "minute")
        return minute == .every ? seconds : seconds + ", " + Self.restriction(minute)
    }

    private static func words(_ pattern: CronPattern, unit: String, whole: String) -> String {
        switch pattern {
        case .every: "every \(unit)"
        case .one(let value): "at \(unit) \(value) of each \(whole)"
        case .run(let from, let to): "every \(unit) from \(from) to \(to) of each \(whole)"
        case .steps(let step, let from): "every \(step) \(unit)s" + (from == 0 ? "" : " from \(unit) \(from)")
        case .partialSteps(let step, let from, let to):
            "every \(step) \(unit)s from \(unit) \(from) to \(to) of each \(whole)"
        case .list(let values): "at \(unit)s \(EnglishText.list(values.map(String.init))) of each \(whole)"
        }
    }

    /// In which minutes the seconds just named count.
    private static func restriction(_ minute: CronPattern) -> String {
        switch minute {
        case .every: "in every minute"
        case .one(let value): "in minute \(value) of each hour"
        case .run(let from, let to): "in minutes \(from) to \(to) of each hour"
        case .steps(let step, let from): "in every \(EnglishText.ordinal(step)) minute from minute \(from) of each hour"
        case .partialSteps(let step, let from, let to):
            "in every \(EnglishText.ordinal(step)) minute from minute \(from) to \(to) of each hour"
        case .list(let values): "in minutes \(EnglishText.list(values.map(String.init))) of each hour"
        }
    }

    /// In which hours the minutes just named count.
    private var hours: [String] {
        func from(_ start: Int, to end: Int) -> String {
            "from \(EnglishText.twoDigits(start)):00 to \(EnglishText.twoDigits(end)):59"
        }
        switch hour {
        case .every: return []
        case .one(let value): return [from(value, to: value)]
        case .run(let start, let end): return [from(start, to: end)]
        case .steps(let step, let start):
            return ["during every \(EnglishText.ordinal(step)) hour from \(EnglishText.twoDigits(start)):00"]
        case .partialSteps(let step, let start, let end):
            return ["during every \(EnglishText.ordinal(step)) hour " + from(start, to: end)]
        case .list(let values): return [EnglishText.list(values.map { from($0, to: $0) })]
        }
    }
}
