/// What somebody may ask of a process. The word stands in the log.
public enum ProcessWish: String, CaseIterable, Sendable {
    /// To claim no more jobs; what runs goes on.
    case quiet
    /// To stop as if it had been told so itself: what runs has time to finish.
    case stop
    /// To claim jobs again after having been quiet.
    case resume
}
