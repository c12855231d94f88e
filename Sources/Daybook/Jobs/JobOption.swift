public import DaybookModel

/// How a job is to be enqueued: `engine.enqueue(job, .queue("mail"), .delay(.minutes(5)))`.
public struct JobOption: Sendable {
    let change: @Sendable (inout Created, Instant) -> Void
    let conflict: ConflictPolicy?
    /// The graph that it is about, if it names a job by its place in one.
    let graph: UInt64?

    init(
        conflict: ConflictPolicy? = nil, graph: UInt64? = nil,
        _ change: @escaping @Sendable (inout Created, Instant) -> Void
    ) {
        self.change = change
        self.conflict = conflict
        self.graph = graph
    }

    /// The queue to wait in; `default` unless said otherwise.
    public static func queue(_ name: String) -> JobOption { JobOption { job, _ in job.queue = name } }

    /// Higher runs first; 0 unless said otherwise.
    public static func priority(_ priority: Int) -> JobOption {
        JobOption { job, _ in job.priority = Int16(clamping: priority) }
    }

    /// Runs no earlier than this long from now.
    public static func delay(_ delay: Duration) -> JobOption {
        JobOption { job, now in job.due = now.advanced(microseconds: delay.clampedMicroseconds) }
    }

    /// Runs no earlier than this instant.
    public static func at(_ instant: Instant) -> JobOption { JobOption { job, _ in job.due = instant } }

    /// While a job with this key is unfinished, there is no second.
    public static func key(_ key: String) -> JobOption { JobOption { job, _ in job.key = key } }

    /// Asking again with the same request id answers with the same job.
    public static func requestID(_ id: String) -> JobOption { JobOption { job, _ in job.requestID = id } }

    /// The total number of runs, the first included; 11 unless said otherwise.
    public static func attempts(_ attempts: Int) -> JobOption {
        JobOption { job, _ in job.attempts = UInt32(clamping: attempts) }
    }

    /// How long to wait between runs; ``RetryPolicy/hangfire`` unless said otherwise.
    public static func retry(_ policy: RetryPolicy) -> JobOption {
        JobOption { job, _ in job.retry = policy.description }
    }

    /// Words to find the job by.
    public static func tags(_ tags: String...) -> JobOption { JobOption { job, _ in job.tags += tags } }

    /// Whose job it is, where one store serves several.
    public static func tenant(_ tenant: String) -> JobOption { JobOption { job, _ in job.tenant = tenant } }
}
