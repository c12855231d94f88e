internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// Why a job is not running, what it waits for, and who waits for it.
struct JobConnections {
    private let why: String
    private let parents: [WaitingFor.Parent]
    private let children: [SequenceNumber]
    private let hasMoreChildren: Bool

    private static let childrenMax = 1_000

    init(of created: Created, _ job: SequenceNumber, _ call: RouteCall) throws {
        let isServed = try call.isServed()
        let withErrors = call.may(.jobsArgsRead)
        (why, parents) = try call.read { log in
            (
                try JobExplanation(of: job, in: log, withErrors: withErrors) { isServed }.sentence,
                try WaitingFor(created, job, in: log).parents
            )
        }
        let found = try call.read { try Continuation.children(of: job, limit: JobConnections.childrenMax + 1, in: $0) }
        children = Array(found.prefix(JobConnections.childrenMax))
        hasMoreChildren = found.count > JobConnections.childrenMax
    }

    func write(to json: inout JSONWriter) {
        json.field("why", why)
        json.list("parents", parents) { parent, json in
            json.field(parent.batch == nil ? "job" : "batch", parent.job)
            json.field("condition", parent.condition.rawValue)
            json.field("state", parent.state?.name)
            json.field("standing", "\(parent.standing)")
        }
        json.key("children")
        json.array { json in for child in children { json.value(child) } }
        if hasMoreChildren { json.field("childrenCut", true) }
    }
}
