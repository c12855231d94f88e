/// A line that a run logged. In the log it is one text: its instant, its level and what was said, with a space
/// between them.
public struct LogLine: Equatable, Sendable, CustomStringConvertible {
    /// When it was said, by the wall clock.
    public let time: Instant
    /// How much it matters.
    public let level: Level
    /// What was said; it may have several lines.
    public let text: String

    /// A line as it was said.
    public init(time: Instant, level: Level, text: String) {
        self.time = time
        self.level = level
        self.text = text
    }

    /// The form in which the line stands in the log.
    public var description: String { "\(time) \(level.name) \(text)" }

    /// Reads what `description` wrote.
    public init?(_ text: String) {
        let parts = text.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let time = try? Instant(iso8601: String(parts[0])), let level = Level(name: parts[1])
        else {
            return nil
        }
        self.init(time: time, level: level, text: String(parts[2]))
    }
}
