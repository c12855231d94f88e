import DaybookLog
import DaybookModel

/// Which jobs are meant. Everything that is given has to hold.
struct JobFilter {
    var states: Set<JobState> = []
    var queue: String?
    var name: String?
    var tags: [String] = []

    var isEmpty: Bool { states.isEmpty && queue == nil && name == nil && tags.isEmpty }

    func matches(_ job: JobSummary, in snapshot: any LogSnapshot) throws -> Bool {
        guard states.isEmpty || states.contains(job.state), queue == nil || queue == job.queue,
            name == nil || name == job.name
        else { return false }
        return try tags.isEmpty || hasTags(job.id, in: snapshot)
    }

    /// Tags stand in the job's first event alone: decisions do not need them.
    private func hasTags(_ id: SequenceNumber, in snapshot: any LogSnapshot) throws -> Bool {
        let found = try snapshot.event(id) { value -> Bool in
            guard case .created(let created) = try Event(value, at: id).body else { return false }
            return tags.allSatisfy(created.value.tags.contains)
        }
        return found ?? false
    }
}

extension JobFilter {
    static let state = Option("--state", .state, "only jobs in this state")
    static let queue = Option("--queue", .name("Q"), "only jobs of this queue")
    static let name = Option("--name", .name("N"), "only jobs of this name")
    static let tag = Option("--tag", .name("T"), "only jobs with this tag; several must all be there", repeats: true)

    static let options = [state.description, queue.description, name.description, tag.description]

    init(_ call: Invocation) throws(Failure) {
        if let state = try call.value(JobFilter.state) { states = [state] }
        queue = try call.value(JobFilter.queue)
        name = try call.value(JobFilter.name)
        tags = try call.values(JobFilter.tag)
    }
}
