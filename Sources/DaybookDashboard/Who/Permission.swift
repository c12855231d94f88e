/// What a route asks of whoever calls it.
public enum Permission: String, CaseIterable, Sendable, Hashable {
    /// To see jobs, batches and how they stand, but nothing of what was given to them or came of them.
    case jobsRead = "jobs.read"
    /// To see arguments, results, errors, log lines and whatever else belongs to a job's user.
    case jobsArgsRead = "jobs.args.read"
    /// To cancel, requeue, reschedule and delete jobs, and to cancel batches.
    case jobsChange = "jobs.change"
    /// To put jobs into the log.
    case jobsStart = "jobs.start"
    /// To claim jobs, run them elsewhere and report how they came out.
    case jobsWork = "jobs.work"
    /// To see queues.
    case queuesRead = "queues.read"
    /// To pause and resume queues.
    case queuesChange = "queues.change"
    /// To see recurring jobs.
    case recurringRead = "recurring.read"
    /// To make, change, pause, resume, trigger and remove recurring jobs.
    case recurringChange = "recurring.change"
    /// To see which processes have the store open.
    case processesRead = "processes.read"
    /// To quiet and stop them.
    case processesChange = "processes.change"
    /// To read the log, and who did what.
    case logRead = "log.read"
    /// To see counts, sizes and metrics.
    case storeRead = "store.read"

    /// Whether it lets somebody change something.
    public var isForChanges: Bool {
        switch self {
        case .jobsChange, .jobsStart, .jobsWork, .queuesChange, .recurringChange, .processesChange: true
        default: false
        }
    }

    /// Whether it is about jobs, which belong to tenants; everything else belongs to the store as a whole.
    var isAboutJobs: Bool {
        switch self {
        case .jobsRead, .jobsArgsRead, .jobsChange, .jobsStart: true
        default: false
        }
    }
}

/// Permissions under a name.
public enum Role: String, CaseIterable, Sendable {
    /// Sees how everything stands, without arguments, results and the log.
    case viewer
    /// Sees everything and moves jobs, queues and recurring jobs.
    case `operator`
    /// May do everything.
    case admin
    /// A program that enqueues and runs jobs through the API.
    case worker

    /// What it may.
    public var permissions: Set<Permission> {
        switch self {
        case .viewer: Role.forViewers
        case .operator: Role.forOperators
        case .admin: Role.forAdmins
        case .worker: Role.forWorkers
        }
    }

    private static let forViewers: Set<Permission> = [
        .jobsRead, .queuesRead, .recurringRead, .processesRead, .storeRead,
    ]
    private static let forOperators = forViewers.union([
        .jobsArgsRead, .jobsChange, .jobsStart, .queuesChange, .recurringChange, .logRead,
    ])
    private static let forAdmins = Set(Permission.allCases)
    private static let forWorkers: Set<Permission> = [.jobsRead, .jobsArgsRead, .jobsStart, .jobsWork]

    /// Which panels it lets somebody see beside those that take one of its permissions.
    var panels: Set<String> { self == .admin ? [PanelPermission.all] : [] }
}
