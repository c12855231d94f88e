public import DaybookModel

/// One fact of the log.
public struct LoggedEvent: Sendable {
    /// Its place in the log, and the only order there is.
    public let sequence: SequenceNumber
    package let event: Event

    package init(_ event: Event, at sequence: SequenceNumber) {
        self.sequence = sequence
        self.event = event
    }

    /// When it happened, by the writer's wall clock: it may step back from one event to the next.
    public var time: Instant { event.time }
    /// What happened; nil if a later release wrote it, in a form that this one does not know.
    public var kind: EventKind? {
        if case .unknown = event.body { return nil }
        return EventKind(rawValue: event.body.kind)
    }
    /// The job it happened to, if it is about one.
    public var job: JobID? { event.job == 0 ? nil : JobID(rawValue: event.job) }
    /// Which run of the job, from 1; 0 where that means nothing.
    public var attempt: Int { Int(event.attempt) }
    /// Who did it.
    public var actor: Actor { event.actor }
    /// The event that led to this one, if one did.
    public var cause: SequenceNumber? { event.cause == 0 ? nil : event.cause }
    /// With what a job was created, if that is what happened.
    public var creation: JobCreation? {
        if case .created(let created) = event.body { JobCreation(created) } else { nil }
    }
    /// How a run ended, if that is what happened.
    public var run: EndedRun? { event.body.run }
    /// How a run ended after its claim had been taken from it, if that is what happened: it counts for nothing.
    public var lateRun: EndedRun? { event.body.lateRun }
    /// Why it happened, as whoever did it said; empty if nothing was said.
    public var reason: String { event.body.reason }
}
