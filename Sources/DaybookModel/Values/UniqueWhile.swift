/// How long a key keeps a second job out, where no time is given.
public enum UniqueWhile: String, CaseIterable, Sendable {
    /// Until the job has finished.
    case unfinished
    /// Until it is started; again while it waits for another run, unless somebody else has the key by then.
    case waiting
}
