import DaybookModel

/// A place in the log, as a caller may give it.
enum LogPoint: Sendable, Equatable {
    case sequence(SequenceNumber)
    /// The prefix before the first event that is later than this.
    case time(Instant)
}
