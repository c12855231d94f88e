package import DaybookModel

// The last line of a zone file, the form that POSIX gives the variable TZ, with the hours that RFC 9636 adds:
//
//     CET-1CEST,M3.5.0,M10.5.0/3
//     standard name, hours behind UTC, daylight name [hours behind UTC, else one less],
//     begin [/time], end [/time]           a time is -167 to 167 hours, 02:00 if missing
//     M month.week.weekday                 week 5 is the last
//     J day without 29 February (1 to 365), or just the day (0 to 365)

extension ZoneRule {
    package init(posix text: some Sequence<UInt8>) throws(MalformedZone) {
        var reader = PosixRuleReader(text: Array(text))
        self = try reader.rule()
    }
}

private struct PosixRuleReader {
    let text: [UInt8]
    private var position = 0

    init(text: [UInt8]) {
        self.text = text
    }

    mutating func rule() throws(MalformedZone) -> ZoneRule {
        try name()
        // POSIX counts hours behind UTC, everybody else hours ahead.
        let standard = -(try time(hours: 0...24))
        guard position < text.count else { return ZoneRule(standardOffsetSeconds: standard) }
        try name()
        let daylight = peek() == UInt8(ascii: ",") ? standard + 3_600 : -(try time(hours: 0...24))
        try expect(",")
        let begins = try change()
        try expect(",")
        let ends = try change()
        guard position == text.count else { throw problem }
        return ZoneRule(
            standardOffsetSeconds: standard,
            daylight: ZoneRule.Daylight(offsetSeconds: daylight, begins: begins, ends: ends))
    }

    /// At least three letters, or anything between `<` and `>`. What the name is does not matter.
    private mutating func name() throws(MalformedZone) {
        let start = position
        if accept("<") {
            while let next = peek(), next != UInt8(ascii: ">") { position += 1 }
            try expect(">")
        } else {
            while let next = peek(), Self.isLetter(next) { position += 1 }
        }
        guard position - start >= 3 else { throw problem }
    }

    private mutating func change() throws(MalformedZone) -> ZoneRule.Change {
        let day = try day()
        return ZoneRule.Change(day, secondsAfterMidnight: accept("/") ? try time(hours: 0...167) : 7_200)
    }

    private mutating func day() throws(MalformedZone) -> ZoneRule.DayOfYear {
        if accept("J") { return .numberWithoutLeapDay(try number(1...365)) }
        guard accept("M") else { return .numberFromZero(try number(0...365)) }
        let month = try number(1...12)
        try expect(".")
        let week = try number(1...5)
        try expect(".")
        return .weekday(try number(0...6), week: week, month: month)
    }

    /// `[+-]hours[:minutes[:seconds]]` in seconds.
    private mutating func time(hours: ClosedRange<Int>) throws(MalformedZone) -> Int {
        let isNegative = accept("-")
        if !isNegative { _ = accept("+") }
        var seconds = try number(hours) * 3_600
        if accept(":") {
            seconds += try number(0...59) * 60
            if accept(":") { seconds += try number(0...59) }
        }
        return isNegative ? -seconds : seconds
    }

    private mutating func number(_ allowed: ClosedRange<Int>) throws(MalformedZone) -> Int {
        var value: Int?
        while let next = peek(), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(next) {
            value = min((value ?? 0) * 10 + Int(next - UInt8(ascii: "0")), 1_000)
            position += 1
        }
        guard let value, allowed.contains(value) else { throw problem }
        return value
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private func peek() -> UInt8? {
        position < text.count ? text[position] : nil
    }

    private mutating func accept(_ character: Unicode.Scalar) -> Bool {
        guard peek() == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(MalformedZone) {
        guard accept(character) else { throw problem }
    }

    private var problem: MalformedZone {
        MalformedZone("its rule \(quoted(text)) makes no sense")
    }
}
