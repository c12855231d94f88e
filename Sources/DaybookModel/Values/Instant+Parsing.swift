// Reads ISO 8601 with a zone: `2026-03-01T12:00:00.25+01:00`. The zone is required, because an instant without one
// would be a guess. `t`, `z` or one space for `T` and a comma for the point are taken too; seconds may be missing.

/// Why a text is not an instant.
public struct InstantSyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, and how to write it.
    public let description: String

    init(_ problem: String, in text: String) {
        description =
            "\(quoted(text)) is not a time: \(problem); "
            + "write it like 2026-03-01T12:00:00Z or 2026-03-01T13:00:00.5+01:00"
    }
}

extension Instant {
    /// Reads an ISO 8601 time with zone, in the years 1 to 9999, with up to six fraction digits.
    public init(iso8601 text: String) throws(InstantSyntaxError) {
        var reader = InstantReader(text: text)
        self = try reader.instant()
    }
}

extension Instant: Codable {
    /// Reads the ISO 8601 text that ``encode(to:)`` writes.
    public init(from decoder: any Decoder) throws {
        try self.init(iso8601: decoder.singleValueContainer().decode(String.self))
    }

    /// Writes the instant as ISO 8601 in UTC.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(iso8601())
    }
}

private struct InstantReader {
    let text: String
    private let bytes: [UInt8]
    private var position = 0

    init(text: String) {
        self.text = text
        // The longest form has 35 bytes; of a longer text nothing more is read than shows that it is one.
        bytes = Array(text.utf8.prefix(40))
    }

    mutating func instant() throws(InstantSyntaxError) -> Instant {
        let days = try date()
        guard accept("T") || accept("t") || accept(" ") else { throw problem("a T must stand between date and time") }
        let second = try timeOfDay()
        let microsecond = try fraction()
        let offset = try offset()
        guard position == bytes.count else { throw problem("something follows the zone") }
        let instant = Instant(
            microseconds: Int64((days * 86_400 + second - offset) * 1_000_000 + microsecond))
        guard (Instant.minimum...Instant.maximum).contains(instant) else {
            throw problem("the years 0001 to 9999 are allowed, in UTC")
        }
        return instant
    }

    private mutating func date() throws(InstantSyntaxError) -> Int {
        let year = try digits(4, "the year", 1...9_999)
        guard accept("-") else { throw problem("a - must follow the year") }
        let month = try digits(2, "the month", 1...12)
        guard accept("-") else { throw problem("a - must follow the month") }
        let day = try digits(2, "the day", 1...CivilDate.length(ofMonth: month, year: year))
        return CivilDate(year: year, month: month, day: day).daysSince1970
    }

    private mutating func timeOfDay() throws(InstantSyntaxError) -> Int {
        let hour = try digits(2, "the hour", 0...23)
        guard accept(":") else { throw problem("a : must follow the hour") }
        let minute = try digits(2, "the minute", 0...59)
        let second = accept(":") ? try digits(2, "the second", 0...59) : 0
        return hour * 3_600 + minute * 60 + second
    }

    /// In microseconds. What is finer, as other languages write it, is cut off: it never reaches the next second.
    private mutating func fraction() throws(InstantSyntaxError) -> Int {
        guard accept(".") || accept(",") else { return 0 }
        var microsecond = 0
        var unit = 100_000
        guard let first = digit() else { throw problem("a digit must follow the point") }
        var next: Int? = first
        while let value = next {
            microsecond += value * unit
            unit /= 10
            next = digit()
        }
        return microsecond
    }

    /// `Z`, `+hh`, `+hhmm`, `+hh:mm` or `+hh:mm:ss`.
    private mutating func offset() throws(InstantSyntaxError) -> Int {
        if accept("Z") || accept("z") { return 0 }
        let isBehind = accept("-")
        guard isBehind || accept("+") else { throw problem("the zone is missing (Z, or an offset such as +01:00)") }
        var seconds = try digits(2, "the offset's hour", 0...25) * 3_600
        let hasColon = accept(":")
        if hasColon || position < bytes.count {
            seconds += try digits(2, "the offset's minute", 0...59) * 60
            if hasColon, accept(":") { seconds += try digits(2, "the offset's second", 0...59) }
        }
        return isBehind ? -seconds : seconds
    }

    private mutating func digits(
        _ count: Int, _ name: String, _ allowed: ClosedRange<Int>
    ) throws(InstantSyntaxError) -> Int {
        var value = 0
        for _ in 0..<count {
            guard let next = digit() else { throw problem("\(name) needs \(count) digits") }
            value = value * 10 + next
        }
        guard allowed.contains(value) else {
            throw problem("\(name) is \(allowed.lowerBound) to \(allowed.upperBound), not \(value)")
        }
        return value
    }

    private mutating func digit() -> Int? {
        guard position < bytes.count else { return nil }
        let value = Int(bytes[position]) - 48
        guard (0...9).contains(value) else { return nil }
        position += 1
        return value
    }

    private mutating func accept(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private func problem(_ problem: String) -> InstantSyntaxError {
        InstantSyntaxError(problem, in: text)
    }
}
