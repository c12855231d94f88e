public import DaybookModel

/// How a job is to be enqueued: `engine.enqueue(job, .queue("mail"), .delay(.seconds(300)))`.
public struct JobOption: Sendable {
    let change: @Sendable (inout Created, Instant) -> Void
    let conflict: ConflictPolicy?
    /// The graph that it is about, if it names a job by its place in one.
    let graph: UInt64?
    /// What is wrong with it by itself; whoever is given it throws this.
    let fault: Refusal?

    init(
        conflict: ConflictPolicy? = nil, graph: UInt64? = nil, fault: Refusal? = nil,
        _ change: @escaping @Sendable (inout Created, Instant) -> Void = { _, _ in }
    ) {
        self.fault = fault
        self.change = change
        self.conflict = conflict
        self.graph = graph
    }

    /// The queue to wait in; `default` unless said otherwise.
    public static func queue(_ name: String) -> JobOption { JobOption { job, _ in job.queue = name } }

    /// Higher runs first; 0 unless said otherwise, -32,768 to 32,767.
    public static func priority(_ priority: Int) -> JobOption {
        guard let small = Int16(exactly: priority) else {
            return JobOption(
                fault: Refusal(.badOption, "\(priority) is no priority: give \(Int16.min) to \(Int16.max)."))
        }
        return JobOption { job, _ in job.priority = small }
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

    /// Who asked for it, where that is not the process alone: the signed-in person, under the name they go by.
    public static func by(_ person: String) -> JobOption {
        do throws(Refusal) {
            try Refusal.requireName(of: person)
        } catch {
            return JobOption(fault: error)
        }
        return JobOption { job, _ in job.actor.person = person }
    }

    /// Whose job it is, where one store serves several.
    public static func tenant(_ tenant: String) -> JobOption { JobOption { job, _ in job.tenant = tenant } }
}
