public import DaybookLog
public import DaybookModel

/// A store as it was at a point of its past: folded from the log's events, so it is what was and not what somebody
/// remembers. Nothing that happens in the store changes it.
///
///     let then = try engine.replay(at: instant)
///     print(try then.why(job), try then.queues().map { "\($0.name): \($0[.enqueued])" })
///
/// It holds as much memory as a fold of the log needs, about fifty megabytes at most, until it is let go of.
public final class PastState: Sendable {
    private let storage: PastStorage

    init(_ storage: PastStorage) {
        self.storage = storage
    }

    /// The last event that it knows of.
    public var sequence: SequenceNumber { storage.heading.sequence }

    /// Jobs as they stood then, the newest first; see ``JobEngine/jobs(_:before:limit:)``.
    public func jobs(
        _ filter: JobFilter = JobFilter(), before: JobID? = nil, limit: Int = 50
    ) throws -> [JobSummary] {
        try storage.jobs(filter, before: before, limit: limit)
    }

    /// A job as it stood then; nil if it was not there yet, or not any more.
    public func job(_ id: JobID) throws -> JobSummary? { try storage.job(id) }

    /// How many jobs each queue held in each state.
    public func queues() throws -> [QueueSummary] { try storage.queues() }

    /// What had happened to a job by then, the newest last.
    public func timeline(of id: JobID) throws -> [LoggedEvent] { try storage.timeline(of: id) }

    /// Why a job was not running, or what it did instead, in a sentence.
    public func why(_ id: JobID) throws -> String { try storage.why(id) { .logged } }

    /// All ledgers as text, in the form of `daybook state --canonical`: the same bytes for the same state.
    public func canonicalText() throws -> String { try storage.dump { try $0.text() } }
}

extension JobEngine {
    /// The state at an instant: after every event before the first one that is later. The first time it reads the log
    /// from its first event, some million events a second, and keeps snapshots on the way; later, from the last of
    /// those before the instant. It works on the thread that calls; others go on writing.
    public func replay(at instant: Instant) throws -> PastState {
        PastState(try PastStorage(storage, at: .instant(instant), snapshots: folder?.snapshots))
    }

    /// The state after an event.
    public func replay(atEvent sequence: SequenceNumber) throws -> PastState {
        PastState(try PastStorage(storage, at: .sequence(sequence), snapshots: folder?.snapshots))
    }

    /// Why a job is not running, or what it does instead, in a sentence.
    public func why(_ id: JobID) throws -> String { try storage.why(id, processesInSight) }
}
