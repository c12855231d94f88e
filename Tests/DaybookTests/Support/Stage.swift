/// What the lines of a scenario are played on.
protocol Stage {
    /// Plays one line; answers what the log says then.
    func play(_ line: String) throws -> [String]
}

/// A line of a scenario that cannot be played.
struct Trouble: Error, CustomStringConvertible {
    let description: String
}
