public import DaybookLog
public import DaybookModel

/// A job with what stands in its events: what it is given, the words to find it by, and how a run of it failed last.
public struct JobDetails: Sendable {
    /// How it stands.
    public let summary: JobSummary
    /// How it is called where people see it: with its arguments in their places, or its name.
    public let displayName: String
    /// The words to find it by.
    public let tags: [String]
    /// Whose job it is, where that was said.
    public let tenant: String?
    /// The job that had succeeded and whose work it does once more, if somebody wanted that.
    public let rerunOf: JobID?
    /// What its next run gets, JSON by custom: what replaced its first arguments, if anything did.
    public let arguments: [UInt8]
    /// The same as they may be shown to people: with a mark in place of what the job's type calls secret.
    public let shownArguments: [UInt8]
    /// Why the arguments cannot be read, if that is so: they were erased, or which key is missing.
    public let closed: ClosedPayload?
    /// How a run of it failed last, of a job that has not succeeded since.
    public let lastError: LastError?

    /// What a run failed with.
    public struct LastError: Sendable, Hashable {
        /// The type of the error.
        public let type: String
        /// Its own words, which may quote what is secret.
        public let text: String
    }

    init(_ summary: JobSummary, _ created: Created, in log: any LogSnapshot) throws {
        self.summary = summary
        (displayName, tags, tenant) = (created.shownName, created.tags, created.tenant)
        rerunOf = created.rerunOf == 0 ? nil : JobID(rawValue: created.rerunOf)
        let given = try GivenArguments(of: summary.sequence, created, in: log)
        (arguments, shownArguments, closed) = (given.latest, given.shown, given.closed)
        lastError = try log.lastFailure(of: summary).map { LastError(type: $0.errorType, text: $0.error) }
    }
}

extension JobEngine {
    /// A job with what lists leave out, which stands in its events; nil if there is none, or if it has been deleted.
    ///
    ///     for job in try engine.jobs(JobFilter(states: [.failed])) {
    ///         guard let details = try engine.details(of: job.id) else { continue }
    ///         print(job.id, details.lastError?.text ?? "", String(decoding: details.shownArguments, as: UTF8.self))
    ///     }
    public func details(of id: JobID) throws -> JobDetails? {
        try read { log in
            var reader = try JobReader(log)
            guard let summary = try reader.job(id.rawValue), let created = try log.creation(of: id.rawValue) else {
                return nil
            }
            return try JobDetails(summary, created.value, in: log)
        }
    }
}
