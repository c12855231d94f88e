package import DaybookLog
public import DaybookModel

/// What came of the runs of a recurring job: of its latest ones, at most ``runsMax``, so that asking costs the same
/// however long it has been there.
public struct RecurringStatistics: Sendable {
    /// How long runs took.
    public struct Durations: Equatable, Sendable {
        /// The shortest.
        public let shortest: Duration
        /// Half of them took no longer.
        public let median: Duration
        /// 95 of a hundred took no longer.
        public let percentile95: Duration
        /// The longest.
        public let longest: Duration

        init?(_ durations: [Duration]) {
            let sorted = durations.sorted()
            guard let first = sorted.first, let last = sorted.last else { return nil }
            // The nearest rank: always one that was measured.
            func rank(_ percent: Int) -> Duration { sorted[(sorted.count * percent + 99) / 100 - 1] }
            (shortest, median, percentile95, longest) = (first, rank(50), rank(95), last)
        }
    }

    /// A job that has come to its end.
    public struct Ending: Equatable, Sendable {
        /// The job.
        public let job: JobID
        /// When it ended.
        public let time: Instant
    }

    /// How many runs are looked at, at most.
    public static let runsMax = 1_000

    /// How many were looked at.
    public private(set) var runs = 0
    /// Whether it has had no others.
    public private(set) var isWhole = true
    /// How many have succeeded.
    public private(set) var succeeded = 0
    /// How many have failed for good.
    public private(set) var failed = 0
    /// How many were cancelled.
    public private(set) var cancelled = 0
    /// How many have not come to their end.
    public private(set) var unfinished = 0
    /// How many have left the ledgers, so that nothing else is known of them.
    public private(set) var gone = 0
    /// How many occurrences were skipped in the same time.
    public private(set) var skipped: UInt64 = 0
    /// How long the last run of each job took that has succeeded or failed.
    public private(set) var durations: Durations?
    /// The latest that has succeeded.
    public private(set) var lastSuccess: Ending?
    /// The latest that has failed for good.
    public private(set) var lastFailure: Ending?

    package init(from last: SequenceNumber, in log: any LogSnapshot) throws {
        var took: [Duration] = []
        isWhole = try log.recurringEvents(from: last, limit: RecurringStatistics.eventsMax) { sequence, event in
            let (entry, _) = try RecurringEntry.read(event, sequence, in: log)
            skipped &+= entry.howMany
            // Where the key was taken, the job is one of another occurrence, or none of ours.
            guard entry.kind == .fired, !entry.isDuplicate else { return true }
            guard runs < RecurringStatistics.runsMax else { return false }
            runs += 1
            count(entry)
            if let ran = entry.ran, entry.state == .succeeded || entry.state == .failed { took.append(ran) }
            return true
        }
        durations = Durations(took)
    }

    /// What was skipped and changed stands between the runs.
    private static let eventsMax = 5_000

    private mutating func count(_ entry: RecurringEntry) {
        guard let job = entry.job, let state = entry.state, let since = entry.since else { return gone += 1 }
        func later(_ ending: Ending?) -> Ending? {
            ending.map { $0.time >= since } ?? false ? ending : Ending(job: job, time: since)
        }
        switch state {
        case .succeeded:
            succeeded += 1
            lastSuccess = later(lastSuccess)
        case .failed:
            failed += 1
            lastFailure = later(lastFailure)
        case .cancelled: cancelled += 1
        case .awaiting, .scheduled, .enqueued, .processing, .parked: unfinished += 1
        }
    }
}
