public import DaybookModel

/// A job that is about to be enqueued, as a middleware sees it.
public struct JobDraft: Sendable {
    var created: Created
    let now: Instant

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
        set { created.metadata = newValue.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" } }
    }

    /// Sets an option, as if the caller had given it.
    public mutating func set(_ option: JobOption) { option.change(&created, now) }
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
