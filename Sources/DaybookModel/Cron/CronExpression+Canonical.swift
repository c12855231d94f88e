// One text for one meaning. Fields are written from their bits, so `0-59/15`, `*/15` and `0,15,30,45` look alike where
// they mean the same. They do not always: a range or step in a time field makes an expression one with intervals, which
// fires twice in a repeated hour. So an expression without intervals lists its times plainly, and one whose intervals
// would not show keeps one in the minutes (`5-5`).

extension CronExpression {
    /// The same text however names, lists, ranges, steps, macros and white space were written: five fields, or six if
    /// seconds matter, with numbers for names. Expressions with the same canonical text fire at the same moments in
    /// every zone. Read again, it is its own canonical text.
    public var canonical: String {
        let withIntervals = fields.hasInterval
        let second = Self.text(of: fields.seconds, in: .second, mayAbbreviate: withIntervals)
        var minute = Self.text(of: fields.minutes, in: .minute, mayAbbreviate: withIntervals)
        let hour = Self.text(of: fields.hours, in: .hour, mayAbbreviate: withIntervals)
        if withIntervals, ![second, minute, hour].contains(where: Self.showsInterval) {
            let first = fields.minutes.trailingZeroBitCount
            let others = fields.minutes & (fields.minutes - 1)
            let list = others == 0 ? "" : "," + Self.text(of: others, in: .minute, mayAbbreviate: false)
            minute = "\(first)-\(first)\(list)"
        }
        let month = Self.text(of: fields.months, in: .month, mayAbbreviate: true)
        let all = [minute, hour, fields.daysOfMonth.canonical, month, fields.daysOfWeek.canonical]
        return (second == "0" ? all : [second] + all).joined(separator: " ")
    }

    private static func showsInterval(_ text: String) -> Bool {
        text.utf8.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "/") }
    }

    fileprivate static func text(of bits: UInt64, in field: CronField, mayAbbreviate: Bool) -> String {
        guard mayAbbreviate else { return bits.positions.map(String.init).joined(separator: ",") }
        if bits == field.allValues { return "*" }
        if let step = stepText(of: bits, in: field) { return step }
        return runs(in: bits.positions).map { run in
            switch run.count {
            case 1: "\(run.lowerBound)"
            case 2: "\(run.lowerBound),\(run.upperBound)"
            default: "\(run.lowerBound)-\(run.upperBound)"
            }
        }.joined(separator: ",")
    }

    /// `*/n`, where that gives at least three values.
    private static func stepText(of bits: UInt64, in field: CronField) -> String? {
        let values = bits.positions
        guard values.count >= 3, values[0] == field.first else { return nil }
        let step = values[1] - values[0]
        let all = Array(stride(from: field.first, to: field.first + field.cycle, by: step))
        return step > 1 && values == all ? "*/\(step)" : nil
    }

    private static func runs(in values: [Int]) -> [ClosedRange<Int>] {
        values.reduce(into: []) { runs, value in
            if let last = runs.last, last.upperBound + 1 == value {
                runs[runs.count - 1] = last.lowerBound...value
            } else {
                runs.append(value...value)
            }
        }
    }
}

extension DaysOfMonth {
    fileprivate var canonical: String {
        switch self {
        case .days(let bits): CronExpression.text(of: bits, in: .dayOfMonth, mayAbbreviate: true)
        case .beforeLast(let offset): offset == 0 ? "L" : "L-\(offset)"
        case .weekdayNearest(let day): "\(day)W"
        case .weekdayNearestBeforeLast(let offset): offset == 0 ? "LW" : "L-\(offset)W"
        }
    }
}

extension DaysOfWeek {
    fileprivate var canonical: String {
        switch self {
        case .days(let bits): CronExpression.text(of: bits, in: .dayOfWeek, mayAbbreviate: true)
        case .nth(let weekday, let number): "\(weekday)#\(number)"
        case .last(let weekday): "\(weekday)L"
        }
    }
}

extension UInt64 {
    /// The positions of the bits that are set, ascending.
    var positions: [Int] {
        (0..<64).filter { self >> UInt64($0) & 1 == 1 }
    }
}
