public import DaybookLog

/// Code that stands around all jobs of an engine, in four places. Each has an implementation that does nothing, so a
/// middleware says only what it is about:
///
///     /// Runs nothing of the mail queue at night.
///     struct QuietNights: JobMiddleware {
///         func choose(_ outcome: RunOutcome, for job: JobContext) -> RunOutcome {
///             guard case .failed(let error, _) = outcome, error is MailServerAsleep else { return outcome }
///             return .snooze(.seconds(6 * 3600))
///         }
///     }
///
///     var options = EngineOptions()
///     options.middleware = [Correlation(), QuietNights()]
///
/// The first of the list stands outermost: it sees jobs first on their way in and their outcomes last. Nothing of it
/// runs on the thread that writes the log.
public protocol JobMiddleware: Sendable {
    /// Around enqueueing, in the process that enqueues: may change the drafts, wait, or throw, and then nothing is
    /// enqueued. Jobs enqueued together come together. Those that a recurring job makes, or a run leaves behind, do not
    /// come here.
    ///
    /// Call `next` once and return what it returned. What it has answered is in the log, whatever comes after.
    func enqueue(
        _ jobs: [JobDraft], next: ([JobDraft]) async throws -> [EnqueuedJob]
    ) async throws -> [EnqueuedJob]

    /// Around a run, in the process that runs: may wait, prepare and clean up, or throw as a handler may.
    func run(_ job: JobContext, next: () async throws -> Void) async throws

    /// When a run has ended and before that is written: says how it is to count. It is asked for each end but two: a
    /// run that is cut off because its process stops, and arguments that this process cannot read. A run that no longer
    /// holds its job, because it took too long or was cancelled, comes here with what it still came to, and whatever is
    /// said of that counts for nothing: `job.isCancelled` is true then.
    func choose(_ outcome: RunOutcome, for job: JobContext) -> RunOutcome

    /// When something has happened to a job and is durable, told once, in the process that wrote it, in order. A
    /// process that ends at the wrong moment tells nobody: what must not be missed belongs into a ``Follower``.
    func committed(_ event: FollowedEvent)
}

extension JobMiddleware {
    /// Goes on.
    public func enqueue(
        _ jobs: [JobDraft], next: ([JobDraft]) async throws -> [EnqueuedJob]
    ) async throws -> [EnqueuedJob] {
        try await next(jobs)
    }

    /// Goes on.
    public func run(_ job: JobContext, next: () async throws -> Void) async throws { try await next() }

    /// Leaves it as it is.
    public func choose(_ outcome: RunOutcome, for job: JobContext) -> RunOutcome { outcome }

    /// Does nothing.
    public func committed(_ event: FollowedEvent) {}
}

/// How a run ended, and how it is to count.
public enum RunOutcome: Sendable {
    /// It did what it was to do.
    case succeeded(result: [UInt8])
    /// It threw. Without `retries` another run would be no better.
    case failed(any Error, retries: Bool)
    /// Not now: run again after this long. No attempt is burnt.
    case snooze(Duration)
    /// No longer wanted.
    case cancel(reason: String)
}
