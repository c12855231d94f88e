/// How an engine deals with trouble, and who stands around its jobs: what is right for most stands here already.
public struct EngineOptions: Sendable {
    /// Without a sign of life from this process for so long, as when it is stopped or hangs, its jobs go to others.
    /// 100 ms at least: what is less counts as that.
    public var lease: Duration = .seconds(60)
    /// A job that was running in so many processes when they died is set aside as failed.
    public var deathsMax = 3
    /// The time zones that recurring jobs go by.
    public var zones = Zones()
    /// A job whose arguments are larger is refused where it is enqueued. More than 4 MB counts as that.
    public var argumentBytesMax = 256 << 10
    /// A run whose result is larger has failed, for good: the same would come of another. What a step comes to may have
    /// as much.
    public var resultBytesMax = 256 << 10
    /// Called when somebody asks this process to stop (`daybook processes stop`), on a thread that must not be kept.
    /// Without it the engine does what ``JobEngine/stop(within:)`` does.
    public var whenAskedToStop: (@Sendable () -> Void)?
    /// Called once, with a sentence about it, when a newer release has written to the store what this one does not
    /// know: this process then finishes what it runs and begins nothing more. On a thread that must not be kept.
    public var whenOutdated: (@Sendable (String) -> Void)?
    /// What stands around all jobs that this process enqueues and runs, the outermost first.
    public var middleware: [any JobMiddleware] = []
    /// Who is told what this engine does.
    public var observers: [any EngineObserver] = []

    /// When somebody is to be told; see ``AlertRule``.
    ///
    ///     options.alerts = [.queueOlderThan(.seconds(300)), .jobs(.failed, moreThan: 100), .diskBelow(bytes: 2 << 30)]
    ///     options.alertDeliveries = [.webhook("https://pager.example.com/daybook", secret: secret)]
    public var alerts: [AlertRule] = []
    /// How somebody is told: each way once as an episode begins and once as it ends.
    public var alertDeliveries: [AlertDelivery] = []
    /// How often this process looks.
    public var alertsEvery: Duration = .seconds(15)

    /// How much address space is set aside for the store: not memory, and it grows with the log. Less is right where a
    /// process may not have so much (`ulimit -v`) or opens a hundred stores.
    public var addressSpaceBytes = 1 << 38

    /// How long finished jobs stay in the ledgers; their history stays in the log.
    public var retention = RetentionOptions.standard
    /// How payloads are encrypted; nil leaves the store as it is.
    public var encryption: Encryption?

    var checkpointPlan: CheckpointPlan?

    /// Whether something of this is kept in a folder beside the log.
    package var needsFolder: Bool { encryption != nil || checkpointPlan != nil || retention.archiving != nil }

    /// The usual options.
    public init() {}

    package var leaseNanoseconds: UInt64 {
        let microseconds = min(max(EngineOptions.leaseMicrosecondsMin, lease.clampedMicroseconds), .max / 1_000)
        return UInt64(microseconds) * 1_000
    }
    /// A process renews its lease several times while it lasts, and a busy machine may let it wait.
    package static let leaseMicrosecondsMin: Int64 = 100_000
}
