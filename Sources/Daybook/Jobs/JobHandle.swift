public import DaybookModel

/// A job in the log, and what can be asked of it, from the process that enqueued it or from any other.
///
///     let handle = try await engine.enqueue(CountWords(in: "moby-dick.txt"))
///     let words = try await handle.result()
public struct JobHandle<Output: Sendable>: Sendable, CustomStringConvertible {
    /// The job, new or found.
    public let id: JobID
    /// The event that answered: the job's creation, or the note that it was there already.
    public let event: SequenceNumber
    /// Whether a job with the same key or request id was there already.
    public let wasThere: Bool

    let engine: JobEngine
    let coding: JobOutputCoding<Output>

    /// The job's number.
    public var description: String { "job \(id)" }

    /// Where the job stands now; nil once it has been deleted or retired.
    public func state() throws -> JobState? {
        try engine.state(of: id)
    }

    /// What the job came to, as soon as it has succeeded. A job that fails or is cancelled, and one that is deleted, is
    /// a ``JobEndedBadly``. Cancelling the task that waits does nothing to the job.
    public func result() async throws -> Output {
        try coding.decode(try await engine.resultBytes(of: id))
    }

    /// Cancels the job, waiting or running. Refused once it has finished.
    public func cancel(reason: String = "", by person: String? = nil) async throws {
        try await engine.cancel(id, reason: reason, by: person)
    }
}

/// A job whose result somebody waits for came to another end than success.
public struct JobEndedBadly: Error, Equatable, Sendable, CustomStringConvertible {
    /// The job that was waited for.
    public let id: JobID
    /// Failed or cancelled; nil if the job has been deleted or retired.
    public let state: JobState?
    /// The last error, or the reason that was given.
    public let reason: String

    /// An error as an engine would throw it, for tests of whoever catches it.
    public init(id: JobID, state: JobState?, reason: String) {
        self.id = id
        self.state = state
        self.reason = reason
    }

    /// All of it in a sentence.
    public var description: String {
        let end = state.map { "has \($0 == .cancelled ? "been cancelled" : $0.name)" } ?? "is not there any more"
        return reason.isEmpty ? "Job \(id) \(end)." : "Job \(id) \(end): \(reason)"
    }
}

/// The result of a job that succeeded cannot be read here.
public struct ResultIsClosed: Error, Equatable, Sendable, CustomStringConvertible {
    /// The job that was waited for.
    public let id: JobID
    /// Whether it was erased, or which key is missing.
    public let why: ClosedPayload

    /// An error as an engine would throw it, for tests of whoever catches it.
    public init(id: JobID, why: ClosedPayload) {
        self.id = id
        self.why = why
    }

    /// All of it in a sentence.
    public var description: String { "Job \(id) has succeeded, and its result is \(why)." }
}
