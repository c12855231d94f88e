public import DaybookModel

/// Which jobs are meant: everything that is set has to hold.
///
///     try engine.jobs(JobFilter(states: [.failed], queue: "mail", text: "timeout"))
public struct JobFilter: Sendable {
    /// In one of these states; in any, if there are none.
    public var states: Set<JobState>
    /// Waiting for another run after one that failed: they stand among the scheduled, and count besides ``states``.
    public var isRetrying: Bool
    /// Of this queue.
    public var queue: String?
    /// Of this name.
    public var name: String?
    /// With all of these tags.
    public var tags: [String]
    /// Of this tenant.
    public var tenant: String?
    /// With this text, in letters of either case, in the name, a tag, the key, the request id, the display name, the
    /// arguments or the last error. Where arguments have a letter as an escape, `\u00fc`, that is found as the letter
    /// and as it stands. Letters that are put together of several characters are found only as they are written.
    public var text: String?
    /// With a last error of this type, and not succeeded since.
    public var error: String?
    /// Enqueued at this instant or later.
    public var createdFrom: Instant?
    /// Enqueued before this instant.
    public var createdBefore: Instant?
    /// With a last error like others, and not succeeded since: see ``FailureLikeness``.
    package var similar: FailureLikeness?

    /// All jobs, but for what is set.
    public init(
        states: Set<JobState> = [], queue: String? = nil, name: String? = nil, tags: [String] = [],
        tenant: String? = nil, text: String? = nil, error: String? = nil, isRetrying: Bool = false,
        createdFrom: Instant? = nil, createdBefore: Instant? = nil
    ) {
        self.states = states
        self.queue = queue
        self.name = name
        self.tags = tags
        self.tenant = tenant
        self.text = text
        self.error = error
        self.isRetrying = isRetrying
        (self.createdFrom, self.createdBefore) = (createdFrom, createdBefore)
    }

    /// Whether it leaves nobody out.
    package var isEmpty: Bool {
        isOfAnyState && queue == nil && name == nil && createdFrom == nil && createdBefore == nil && !asksEvents
    }

    /// Whether it asks for what stands in events alone.
    package var asksEvents: Bool { !tags.isEmpty || tenant != nil || text != nil || error != nil || similar != nil }

    /// Whether it says nothing of how jobs stand.
    package var isOfAnyState: Bool { states.isEmpty && !isRetrying }

    /// What can be told of a row alone, before its numbers are turned into names.
    func wants(_ record: JobRecord) -> Bool {
        guard createdFrom.map({ record.created >= $0 }) ?? true, createdBefore.map({ record.created < $0 }) ?? true
        else { return false }
        return isOfAnyState || states.contains(record.state)
            || isRetrying && record.state == .scheduled && record.waitsFor == .retry
    }

    func matches(_ job: JobSummary, in snapshot: any LogSnapshot) throws -> Bool {
        guard wants(job.record), queue == nil || queue == job.queue, name == nil || name == job.name
        else { return false }
        guard asksEvents else { return true }
        if error != nil || similar != nil {
            guard let failure = try snapshot.lastFailure(of: job), error == nil || failure.errorType == error,
                similar == nil || FailureLikeness(failure.errorType, failure.error) == similar
            else { return false }
        }
        guard !tags.isEmpty || tenant != nil || text != nil else { return true }
        // Tags, tenants and texts stand in the job's first event alone: decisions do not need them.
        guard let created = try created(job, in: snapshot)?.value, tags.allSatisfy(created.tags.contains),
            tenant == nil || tenant == created.tenant
        else { return false }
        guard let text else { return true }
        let wanted = TextSearch(text)
        return try wanted.isIn(created) || wanted.isIn(snapshot.lastFailure(of: job)?.error ?? "")
    }

    private func created(_ job: JobSummary, in snapshot: any LogSnapshot) throws -> Box<Created>? {
        try snapshot.creation(of: job.sequence)
    }
}

extension LogSnapshot {
    /// What went wrong last, of a job that has not succeeded since.
    package func lastFailure(of job: JobSummary) throws -> AttemptFailed? {
        var next = job.state == .succeeded ? 0 : job.record.last
        while next > job.sequence {
            guard let event = try event(next, { try Event($0, at: next) }) else { break }
            switch event.body {
            case .failed(let failure), .attemptFailed(let failure): return failure.value
            default: next = event.previous
            }
        }
        return nil
    }
}
