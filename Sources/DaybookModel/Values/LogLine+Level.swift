extension LogLine {
    /// How much a log line of a run matters. The number stands in the log and never changes its meaning.
    public enum Level: UInt8, CaseIterable, Comparable, Sendable {
        case trace = 1
        case debug = 2
        case info = 3
        case notice = 4
        case warning = 5
        case error = 6
        case critical = 7

        /// The name that stands in a line.
        public var name: String { String(describing: self) }

        /// The level of that name, if there is one.
        public init?(name: some StringProtocol) {
            guard let level = Level.allCases.first(where: { $0.name == name }) else { return nil }
            self = level
        }

        /// By how much it matters.
        public static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
    }
}
