/// The ledgers: what decisions need, posted in the commit that holds the events. Each is a function of the log and
/// of nothing else.
package enum Table: UInt8, CaseIterable, Sendable {
    /// Job id → `JobRecord`.
    case jobs = 1
    /// Queue, priority, position → job id. What can be claimed, in the order in which it will be.
    case ready = 2
    /// Instant, job id → nothing. What becomes ready later.
    case due = 3
    /// Process, job id → token. What is claimed, by whom.
    case running = 4
    /// Queue id → `QueueRecord`.
    case queues = 5
    /// Kind and text → number: queues and job names by name.
    case names = 6
    /// Unique keys and request ids → job id.
    case keys = 7
    /// Process → `ProcessRecord`.
    case processes = 8
    /// Job → `StepBook`: what its runs have done for good.
    case steps = 9
    /// Recurring job, by the event that set it first → `RecurringRecord`.
    case recurring = 10
    /// Instant, recurring job → nothing. What fires later.
    case recurringDue = 11
    /// Kind and id or job → recurring job.
    case recurringKeys = 12
    /// Job, job that waits for it → nothing; and 0, job → `Continuation`: an end of which not all have been told.
    case children = 13
    /// Job → `ConditionBook`: what it waits for.
    case conditions = 14
    /// Batch, by the event that created it → `BatchRecord`.
    case batches = 15
    /// Batch, job → nothing; 0, job → batch; and batch with its high bit set, batch inside it → nothing.
    case members = 16
    /// Kind and scope → rule or `LimitState`.
    case limits = 17
    /// Scope, queue, priority, job → nothing. What waits for a limit, in the order in which it will be let through.
    case limitWaits = 18
    /// Job → `JobLimits`: what limits it may come under, and where it stands among them.
    case jobLimits = 19

    /// Kind and scope → rule or hold of retention.
    case retention = 20
    /// 1 and last event → `ArchiveRecord`; 2 and job → the event that carries it on.
    case archives = 21

    package var name: String { String(describing: self) }

    /// Trees that come and go keep one row for ever: a tree that empties inside a transaction costs five times as much.
    package var keepsSentinel: Bool {
        switch self {
        case .ready, .due, .running, .steps: true
        // Its row comes with the first recurring job: most stores never have one.
        case .recurringDue, .limitWaits: false
        case .jobs, .queues, .names, .keys, .processes, .recurring, .recurringKeys, .children, .conditions, .batches,
            .members, .limits, .jobLimits, .retention, .archives:
            false
        }
    }

    /// Whether a row of it may be such a one.
    package var hasSentinel: Bool { keepsSentinel || self == .recurringDue || self == .limitWaits }

    /// Numbers are for ever, and some were given to tables that are not there: a list by number has holes.
    package static let numberMax = 21
}
