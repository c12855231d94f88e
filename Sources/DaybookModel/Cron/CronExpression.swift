/// A cron expression: when something recurs, by the clock on the wall.
///
///     let expression = try CronExpression("*/15 9-17 * * MON-FRI")
///     expression.sentence                            // every 15 minutes, from 09:00 to 17:59, Monday to Friday
///     expression.next(after: now, in: berlin)        // the next such moment by Berlin's clocks
///
/// Five fields (minute, hour, day-of-month, month, day-of-week) or six (second first). If both day fields are set, both
/// must match. Two expressions are equal if they are written alike; they mean the same if their ``canonical`` texts are
/// equal. The dialect and the daylight-saving rules are described in `Docs/Cron.md`.
public struct CronExpression: Sendable {
    /// The text as it was given.
    public let source: String

    package let fields: CronFields
    /// By `MonthShape.index`: the days that match.
    let daysByMonthShape: [UInt32]

    /// Reads an expression of at most ``longestSource`` bytes.
    public init(_ source: String) throws(CronSyntaxError) {
        self.init(source: source, fields: try CronParser.fields(of: source))
    }

    init(source: String, fields: CronFields) {
        self.source = source
        self.fields = fields
        daysByMonthShape = MonthShape.all.map { $0.days(matching: fields) }
    }

    /// Every field with every value written out, and room to spare.
    public static let longestSource = 1_024
}

extension CronExpression: Hashable {
    /// Whether both are written alike.
    public static func == (left: CronExpression, right: CronExpression) -> Bool {
        left.source == right.source
    }

    /// Agrees with `==`.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(source)
    }
}

extension CronExpression: Codable, CustomStringConvertible {
    /// Reads the source text.
    public init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    /// Writes the source text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(source)
    }

    /// The source text.
    public var description: String { source }
}
