// What happens inside a run, as events. None of it moves the job.

/// A run said something: several lines at once.
package struct Logged: Equatable, Sendable {
    /// Of the line that matters most.
    package var level: UInt64
    package var howMany: UInt64
    package var salt: UInt64
    /// Each as `LogLine` writes itself. Empty where the payload is withheld.
    package var lines: [String]

    package init(level: UInt64, howMany: UInt64, salt: UInt64 = 0, lines: [String] = []) {
        self.level = level
        self.howMany = howMany
        self.salt = salt
        self.lines = lines
    }
}

/// A run said how far it has come.
package struct Progressed: Equatable, Sendable {
    /// 0 to 1,000,000.
    package var millionths: UInt64
    package var salt: UInt64
    package var text: String

    package init(millionths: UInt64, salt: UInt64 = 0, text: String = "") {
        self.millionths = millionths
        self.salt = salt
        self.text = text
    }

    package static let wholeMillionths: UInt64 = 1_000_000
}

/// A run has done one of its steps, which later runs of the job do not repeat.
package struct Stepped: Equatable, Sendable {
    package var step: String
    package var salt: UInt64
    /// What the step came to; empty for nothing.
    package var result: [UInt8]

    package init(step: String, salt: UInt64 = 0, result: [UInt8] = []) {
        self.step = step
        self.salt = salt
        self.result = result
    }
}

/// What a run has counted and measured, said at its end.
package struct Reported: Equatable, Sendable {
    /// A JSON object of numbers by name; empty if nothing was counted.
    package var counters: [UInt8]
    package var salt: UInt64
    /// JSON; empty if there is none.
    package var statistics: [UInt8]

    package init(counters: [UInt8], salt: UInt64 = 0, statistics: [UInt8] = []) {
        self.counters = counters
        self.salt = salt
        self.statistics = statistics
    }
}
