public import DaybookModel

/// A job that is about to be enqueued, as a middleware sees it.
public struct JobDraft: Sendable {
    var created: Created
    /// What happens if another job has its key.
    var policy: ConflictPolicy
    let now: Instant
    private var fault: Refusal?

    init(_ box: Box<Created>, _ policy: ConflictPolicy, now: Instant) {
        created = box.value
        self.policy = policy
        self.now = now
    }

    /// The job as it was left; throws if an option that was set cannot be.
    var job: Box<Created> {
        get throws {
            if let fault { throw fault }
            return Box(created)
        }
    }

    /// What the job is called.
    public var name: String { created.name }
    /// Its arguments, JSON by custom.
    public var arguments: [UInt8] { created.arguments }
    /// The queue it is to wait in.
    public var queue: String { created.queue }
    /// Whose job it is, if that was said.
    public var tenant: String? { created.tenant }
    /// The words to find it by.
    public var tags: [String] { created.tags }

    /// Small texts that travel with the job, and from it to the jobs that it enqueues.
    public var metadata: [String: String] {
        get { created.metadataByName }
        set { created.metadata = newValue.sorted { $0.key < $1.key }.map(Created.metadataEntry) }
    }

    /// Sets an option, as if the caller had given it.
    public mutating func set(_ option: JobOption) {
        option.change(&created, now)
        if let conflict = option.conflict { policy = conflict }
        fault = fault ?? option.fault
    }
}

/// A job that is in the log.
public struct EnqueuedJob: Sendable, Hashable {
    /// The job, new or found.
    public let id: JobID
    /// The event that answered: the job's creation, or the note that it was there already.
    public let event: SequenceNumber
    /// Whether a job with the same key or request id was there already.
    public let wasThere: Bool
}
