public import DaybookLog

/// Watches what an engine does, to count or to write it down elsewhere. It changes nothing and is asked nothing.
///
///     struct Counter: EngineObserver {
///         func committed(_ turn: CommittedTurn) {
///             for event in turn.events where event.kind == .created { created.add(1) }
///         }
///     }
///
/// Without an observer nothing is collected. With one, the thread that writes the log leaves two numbers for each turn,
/// and a thread of its own does the rest.
public protocol EngineObserver: Sendable {
    /// What one turn of this process has made durable: jobs enqueued, claimed, finished, processes lost. Called in
    /// order, on a thread that is nobody else's.
    func committed(_ turn: CommittedTurn)

    /// A run begins. Called where it runs.
    func started(_ job: JobContext)

    /// A run has ended, and this is how it is to count; that is not yet written. Called where it ran. A run that is cut
    /// off because its process stops, and a job that this process cannot read, have no outcome. The outcome of a run
    /// that took too long or was cancelled (`job.isCancelled`) does not count any more, whatever it is.
    func ended(_ job: JobContext, _ outcome: RunOutcome?, after duration: Duration)
}

extension EngineObserver {
    /// Does nothing.
    public func committed(_ turn: CommittedTurn) {}

    /// Does nothing.
    public func started(_ job: JobContext) {}

    /// Does nothing.
    public func ended(_ job: JobContext, _ outcome: RunOutcome?, after duration: Duration) {}
}

/// A turn of the writer that is durable.
public struct CommittedTurn {
    /// What happened, in order.
    public let events: [FollowedEvent]
    /// How large the events were in the log.
    public let byteCount: Int
    /// How long the turn took, from its first command until it was on the disk.
    public let duration: Duration
    /// So many turns before this one were not told, because observers took longer over theirs than the writer.
    public let missedBefore: Int
}
