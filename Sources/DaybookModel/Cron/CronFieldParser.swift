// Reads one field. The grammar, in any case:
//
//     values       = item { "," item }
//     item         = ( "*" | "?" ) [ "/" step ]  |  value [ "-" value ] [ "/" step ]
//     day-of-month = values  |  "L" [ "-" number ] [ "W" ]  |  number "W"
//     day-of-week  = values  |  value "#" number  |  value "L"
//
// A range whose end comes before its start goes on past the field's last value: `22-2` is 22, 23, 0, 1, 2. A step
// without a range goes to the field's end: `5/20` is 5, 25, 45. L, W and # speak of one day and stand alone.

struct CronFieldParser {
    /// Whether `*`, a range or a step was read.
    private(set) var hasInterval = false

    private let field: CronField
    private let text: ArraySlice<UInt8>
    private var position: Int

    init(_ field: CronField, _ text: ArraySlice<UInt8>) {
        self.field = field
        self.text = text
        position = text.startIndex
    }

    mutating func values() throws(CronSyntaxError) -> UInt64 {
        var bits = try item()
        while accept(",") { bits |= try item() }
        try expectEnd()
        return bits
    }

    mutating func daysOfMonth() throws(CronSyntaxError) -> DaysOfMonth {
        if accept("l") {
            let offset = accept("-") ? try number("a distance to the last day", 0...30) : 0
            let isWeekday = accept("w")
            try expectEnd()
            return isWeekday ? .weekdayNearestBeforeLast(offset) : .beforeLast(offset)
        }
        // The W comes after the number, so read the number to find out.
        if let day = digits(), accept("w") {
            guard (1...31).contains(day) else { throw problem("there is no such day") }
            try expectEnd()
            return .weekdayNearest(day)
        }
        position = text.startIndex
        return .days(try values())
    }

    mutating func daysOfWeek() throws(CronSyntaxError) -> DaysOfWeek {
        if let weekday = digits() ?? name(), (0...7).contains(weekday) {
            if accept("l") {
                try expectEnd()
                return .last(weekday: weekday % 7)
            }
            if accept("#") {
                let number = try number("the number after #", 1...5)
                try expectEnd()
                return .nth(weekday: weekday % 7, number)
            }
        }
        position = text.startIndex
        return .days(try values())
    }

    private mutating func item() throws(CronSyntaxError) -> UInt64 {
        if accept("*") || accept("?") {
            hasInterval = true
            return accept("/") ? bits(from: field.first, to: field.last, by: try step()) : field.allValues
        }
        let start = try value()
        var end = start
        if accept("-") {
            hasInterval = true
            end = try value()
            // On weekdays, 7 ends a week (`5-7`) but begins none (`7-2`), and is the same day as 0.
            let isOneSunday = field == .dayOfWeek && start == 7 && end == 7
            return bits(from: start % sunday, to: isOneSunday ? 0 : end, by: accept("/") ? try step() : 1)
        }
        if accept("/") {
            hasInterval = true
            return bits(from: start % sunday, to: field.last, by: try step())
        }
        return bits(from: start % sunday, to: start % sunday, by: 1)
    }

    /// What the number for Sunday is reduced by; no other field has a second name for a value.
    private var sunday: Int { field == .dayOfWeek ? 7 : Int.max }

    private func bits(from start: Int, to end: Int, by step: Int) -> UInt64 {
        let last = end < start ? end + field.cycle : end
        return stride(from: start, through: last, by: step).reduce(0) { bits, value in
            bits | 1 << UInt64((value - field.first) % field.cycle + field.first)
        }
    }

    private mutating func step() throws(CronSyntaxError) -> Int {
        try number("a step", 1...field.last)
    }

    private mutating func value() throws(CronSyntaxError) -> Int {
        if let value = name() { return value }
        return try number("a value", field.first...field.last)
    }

    private mutating func number(_ what: String, _ allowed: ClosedRange<Int>) throws(CronSyntaxError) -> Int {
        let start = position
        guard let value = digits() else { throw problem("\(what) is missing\(seen())") }
        guard allowed.contains(value) else {
            throw problem(
                "\(quoted(text[start..<position])) is not \(what) (\(allowed.lowerBound) to \(allowed.upperBound))")
        }
        return value
    }

    /// All digits from here on. More than two make a number that no field allows, whatever they are.
    private mutating func digits() -> Int? {
        let digits = text[position...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard !digits.isEmpty else { return nil }
        position = digits.endIndex
        return digits.count > 2 ? Int.max : digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    /// Exactly three letters: `MON` in `MONL` and, as an error that comes later, in `MONDAY`.
    private mutating func name() -> Int? {
        guard text.endIndex - position >= 3 else { return nil }
        let letters = text[position..<position + 3].lazy.map(\.lowercasedASCII)
        guard let index = field.names.firstIndex(where: { letters.elementsEqual($0.utf8) }) else { return nil }
        position += 3
        return field.first + index
    }

    private mutating func accept(_ character: Unicode.Scalar) -> Bool {
        guard position < text.endIndex, text[position].lowercasedASCII == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private func expectEnd() throws(CronSyntaxError) {
        guard position == text.endIndex else { throw problem("unexpected \(quoted(text[position...]))") }
    }

    private func seen() -> String {
        position < text.endIndex ? " before \(quoted(text[position...]))" : ""
    }

    private func problem(_ problem: String) -> CronSyntaxError {
        CronSyntaxError(field, problem, in: text)
    }
}

extension UInt8 {
    var lowercasedASCII: UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self + 32 : self
    }
}
