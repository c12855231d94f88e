public import DaybookLog
public import DaybookModel

/// Looking at the store. Every answer is one consistent look, as of one commit; nothing here waits for the writer.
extension JobEngine {
    /// Jobs, the newest first. For the next page ask for those before the last one of this.
    ///
    ///     var page = try engine.jobs(JobFilter(states: [.failed]), limit: 100)
    ///     while let last = page.last {
    ///         show(page)
    ///         page = try engine.jobs(JobFilter(states: [.failed]), before: last.id, limit: 100)
    ///     }
    ///
    /// The ledgers are walked from the newest job on, a few thousand at a time, until there are enough.
    public func jobs(
        _ filter: JobFilter = JobFilter(), before: JobID? = nil, limit: Int = 50
    ) throws -> [JobSummary] {
        try storage.jobs(filter, before: before, limit: limit)
    }

    /// One page of jobs, the newest first, in a bounded time however many jobs there are: where those that match are
    /// rare, a page may hold fewer than asked for, or none, and still say where to go on.
    ///
    ///     var page = try engine.jobPage(JobFilter(states: [.failed]))
    ///     while let next = page.next { page = try engine.jobPage(JobFilter(states: [.failed]), before: next) }
    public func jobPage(_ filter: JobFilter = JobFilter(), before: JobID? = nil, limit: Int = 50) throws -> JobPage {
        try storage.jobPage(filter, before: before, limit: limit)
    }

    /// A job; nil if there is none, or if it has been deleted.
    public func job(_ id: JobID) throws -> JobSummary? { try storage.job(id) }

    /// How many jobs each queue holds in each state. Counted as they come and go: this looks at no job.
    public func queues() throws -> [QueueSummary] { try storage.queues() }

    /// Everything that happened to a job, the newest last: by its own chain in the log, so it costs what the job has
    /// lived through and nothing else. Empty if there is no such job any more.
    public func timeline(of id: JobID) throws -> [LoggedEvent] { try storage.timeline(of: id) }
}

/// Some jobs of many.
public struct JobPage: Sendable {
    /// The newest first.
    public let jobs: [JobSummary]
    /// What to ask for jobs before; nil if there are no more.
    public let next: JobID?
}

/// A queue, and how many jobs it holds.
public struct QueueSummary: Sendable {
    private let record: QueueRecord

    init(_ record: QueueRecord) {
        self.record = record
    }

    /// What it is called.
    public var name: String { record.name }
    /// Whether its jobs are held back.
    public var isPaused: Bool { record.isPaused }
    /// How many of its jobs are in a state.
    public subscript(state: JobState) -> Int { Int(clamping: record[state]) }
}
