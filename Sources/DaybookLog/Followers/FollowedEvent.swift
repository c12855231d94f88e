public import DaybookModel

/// One fact of the log, as a follower sees it.
public struct FollowedEvent {
    /// The event's place in the log, and the only order there is.
    public let sequence: SequenceNumber
    private let event: Event
    private let jobs: CreationLookup

    init(_ event: Event, at sequence: SequenceNumber, _ jobs: CreationLookup) {
        self.sequence = sequence
        self.event = event
        self.jobs = jobs
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

    /// With what the job was created; nil if the event is about no job. Looked up in the log when asked for, so ask
    /// inside of `apply`.
    public var creation: JobCreation? {
        get throws {
            if case .created(let created) = event.body { return JobCreation(created) }
            return event.job == 0 ? nil : try jobs.creation(of: event.job)
        }
    }

    /// How a run ended, if that is what happened.
    public var run: EndedRun? {
        switch event.body {
        case .succeeded(let success):
            EndedRun(
                isSuccess: true, isLast: true, microseconds: Int(clamping: success.ranMicroseconds),
                result: success.result, errorType: "", error: "")
        case .attemptFailed(let failure): EndedRun(failure.value, isLast: false)
        case .failed(let failure): EndedRun(failure.value, isLast: true)
        default: nil
        }
    }

    /// Why it happened, as whoever did it said; empty if nothing was said.
    public var reason: String {
        switch event.body {
        case .attemptFailed(let failure), .failed(let failure): failure.value.reason
        case .interrupted(let reason, _), .returned(let reason), .cancelled(let reason), .requeued(let reason),
            .parked(let reason), .purged(let reason), .rescheduled(_, let reason), .queuePaused(_, let reason),
            .processAsked(_, let reason),
            .queueResumed(_, let reason), .rebuilt(_, let reason):
            reason
        default: ""
        }
    }
}

/// A run of a job that came to an end by itself.
public struct EndedRun: Sendable, Hashable {
    /// Whether it succeeded.
    public let isSuccess: Bool
    /// Whether it was the job's last: it succeeded, or no other follows.
    public let isLast: Bool
    /// How long it took.
    public let microseconds: Int
    /// What the handler returned; empty for nothing, and for failures.
    public let result: [UInt8]
    /// The type of the error; empty for successes.
    public let errorType: String
    /// The error's own words; empty for successes.
    public let error: String
}

extension EndedRun {
    fileprivate init(_ failure: AttemptFailed, isLast: Bool) {
        self.init(
            isSuccess: false, isLast: isLast, microseconds: Int(clamping: failure.ranMicroseconds), result: [],
            errorType: failure.errorType, error: failure.error)
    }
}

/// With what a job was created.
public struct JobCreation: Sendable {
    private let created: Box<Created>

    init(_ created: Box<Created>) {
        self.created = created
    }

    /// What the job is called.
    public var name: String { created.value.name }
    /// The queue it was put into.
    public var queue: String { created.value.queue }
    /// Higher runs first.
    public var priority: Int { Int(created.value.priority) }
    /// The words to find it by.
    public var tags: [String] { created.value.tags }
    /// Whose job it is, where that was said.
    public var tenant: String? { created.value.tenant }
    /// The key that kept a second one out while it was unfinished.
    public var key: String? { created.value.key }
    /// Before when it was not to run.
    public var due: Instant? { created.value.due }
    /// The total number of runs it may have.
    public var attempts: Int { Int(created.value.attempts) }
    /// Its arguments, JSON by custom.
    public var arguments: [UInt8] { created.value.arguments }
}
