public import DaybookModel

/// One fact of the log, as a follower sees it.
public struct FollowedEvent {
    /// The fact by itself, which may be kept.
    public let fact: LoggedEvent
    private let jobs: CreationLookup

    init(_ event: Event, at sequence: SequenceNumber, _ jobs: CreationLookup) {
        fact = LoggedEvent(event, at: sequence)
        self.jobs = jobs
    }

    /// The event's place in the log, and the only order there is.
    public var sequence: SequenceNumber { fact.sequence }
    /// When it happened, by the writer's wall clock: it may step back from one event to the next.
    public var time: Instant { fact.time }
    /// What happened; nil if a later release wrote it, in a form that this one does not know.
    public var kind: EventKind? { fact.kind }
    /// The job it happened to, if it is about one.
    public var job: JobID? { fact.job }
    /// Which run of the job, from 1; 0 where that means nothing.
    public var attempt: Int { fact.attempt }
    /// Who did it.
    public var actor: Actor { fact.actor }
    /// The event that led to this one, if one did.
    public var cause: SequenceNumber? { fact.cause }
    /// How a run ended, if that is what happened.
    public var run: EndedRun? { fact.run }
    /// Why it happened, as whoever did it said; empty if nothing was said.
    public var reason: String { fact.reason }

    /// When what happened to the job before this did; nil if it cannot be told.
    package var timeBefore: Instant? {
        get throws { fact.event.previous == 0 ? nil : try jobs.time(of: fact.event.previous) }
    }

    /// With what the job was created; nil if the event is about no job. Looked up in the log when asked for, so ask
    /// inside of `apply`.
    public var creation: JobCreation? {
        get throws {
            if let creation = fact.creation { return creation }
            return try fact.job.flatMap { try jobs.creation(of: $0.rawValue) }
        }
    }
}
