public import DaybookModel

/// A job that is safely in the log.
public struct EnqueuedJob: Sendable, Hashable {
    /// The job, new or found.
    public let id: JobID
    /// The event that answers: the job's creation, or the note that it was there already.
    public let event: SequenceNumber
    /// Whether a job with the same key or request id was there already.
    public let wasThere: Bool
}
