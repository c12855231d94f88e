public import DaybookModel

/// Which events an audit asks for: everything that is set has to hold.
///
///     try engine.audit(AuditFilter(actor: "ann", since: yesterday, kinds: [.cancelled, .requeued]))
public struct AuditFilter: Sendable {
    /// Of this job.
    public var job: JobID?
    /// Done by this actor: a person's name, or an actor as exports write it, such as `process:2`, which takes in the
    /// workers of that process, or `recurring:7`.
    public var actor: String?
    /// Done by somebody whom the operating system knew under this name, whatever name they claimed.
    public var user: String?
    /// Not earlier than this, by the writer's clock.
    public var since: Instant?
    /// Not later than this.
    public var until: Instant?
    /// Of one of these kinds; of any, if there are none.
    public var kinds: Set<EventKind>
    /// About this queue, one of its jobs, or all queues.
    public var queue: String?
    /// About a job of this tenant, or about the tenant: limits, retention, holds, keys, erasure.
    public var tenant: String?

    /// All events, but for what is set.
    public init(
        job: JobID? = nil, actor: String? = nil, user: String? = nil, since: Instant? = nil, until: Instant? = nil,
        kinds: Set<EventKind> = [], queue: String? = nil, tenant: String? = nil
    ) {
        self.job = job
        self.actor = actor
        self.user = user
        self.since = since
        self.until = until
        self.kinds = kinds
        self.queue = queue
        self.tenant = tenant
    }
}
