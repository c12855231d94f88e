internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// A job in a list for programs.
struct ListedJob {
    private let job: JobSummary
    /// Nil where the archive is not at hand that has them.
    private let tags: [String]?
    private let tenant: String?

    init(_ job: JobSummary, in log: any LogSnapshot) throws {
        self.job = job
        let created = try log.creationAtHand(of: job.id.rawValue, withPayload: false)
        (tags, tenant) = (created?.value.tags, created?.value.tenant)
    }

    func write(to json: inout JSONWriter) {
        job.write(to: &json)
        if let tags { json.field("tags", tags) }
        json.field("tenant", tenant)
    }
}

extension RouteCall {
    func listed(_ jobs: [JobSummary]) throws -> [ListedJob] {
        try read { log in try jobs.map { try ListedJob($0, in: log) } }
    }
}
