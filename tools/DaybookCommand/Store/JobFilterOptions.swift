import DaybookLog
import DaybookModel

/// The filter as options of a command.
enum JobFilterOptions {
    static let state = Option("--state", .state, "only jobs in this state")
    static let queue = Option("--queue", .name("Q"), "only jobs of this queue")
    static let name = Option("--name", .name("N"), "only jobs of this name")
    static let tag = Option("--tag", .name("T"), "only jobs with this tag; several must all be there", repeats: true)
    static let tenant = Option("--tenant", .name("T"), "only jobs of this tenant")
    static let search = Option(
        "--search", .line("TEXT", bytesMax: 1_024),
        "only jobs with this text, in either case, in name, tags, key, request id, arguments or last error")
    static let retrying = Flag("--retrying", "only jobs that wait for another run after one that failed")
    static let error = Option(
        "--error", .line("TYPE", bytesMax: 200), "only jobs whose last run failed with an error of this type")
    static let from = Option("--created-from", .time, "only jobs created then or later, such as 2026-03-01T12:00:00Z")
    static let before = Option("--created-before", .time, "only jobs created before then")

    static let all = [
        state.description, retrying.description, queue.description, name.description, tag.description,
        tenant.description, error.description, from.description, before.description, search.description,
    ]

    static func filter(_ call: Invocation) throws(Failure) -> JobFilter {
        var filter = JobFilter()
        if let state = try call.value(state) { filter.states = [state] }
        filter.queue = try call.value(queue)
        filter.name = try call.value(name)
        filter.tags = try call.values(tag)
        filter.tenant = try call.value(tenant)
        filter.text = try call.value(search)
        filter.isRetrying = call.has(retrying)
        filter.error = try call.value(error)
        filter.createdFrom = try call.value(from)
        filter.createdBefore = try call.value(before)
        return filter
    }
}

extension JobFilter {
    /// Whether nothing but states is asked for.
    var isStateAlone: Bool {
        var rest = self
        rest.states = []
        return rest.isEmpty
    }
}
