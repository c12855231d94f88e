/// What a command ends with. Scripts rely on these numbers.
enum ExitCode: Int32, Comparable {
    /// Done, or the answer is yes.
    case done = 0
    /// The answer is no: damaged, differs, not found, refused by state.
    case no = 1
    /// The call itself is wrong.
    case wrongCall = 2
    /// The store cannot be used: permission, foreign version, disk full, not a local file system.
    case unusable = 3
    /// Stopped by SIGINT before it was done, as shells say it.
    case interrupted = 130
    /// Stopped by SIGTERM before it was done.
    case terminated = 143

    static func < (left: ExitCode, right: ExitCode) -> Bool { left.rawValue < right.rawValue }
}
