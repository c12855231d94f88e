// What a log says of the load and of those who worked it off: who came when and wanted what, how long each run took and
// how it came out, and what people did meanwhile. Whatever the engine's rules made of that is left out: they are asked
// again when the recording is played.

internal import DaybookModel

struct Recording {
    /// What came from outside, and when.
    struct Input {
        let time: Instant
        let deed: Deed
    }

    enum Deed {
        case enqueue(Arrival)
        case cancel(SequenceNumber)
        case requeue(SequenceNumber)
        case reschedule(SequenceNumber, until: Instant)
        case unpark(SequenceNumber)
        case pause(String)
        case resume(String)
        case limit(LimitScope, Limit?)
        case openBatch(SequenceNumber, name: String, in: SequenceNumber)
        case sealBatch(SequenceNumber)
        case cancelBatch(SequenceNumber)
        case start(SequenceNumber)
        /// A process takes its first job, or takes jobs again after it was asked to be quiet.
        case begin(SequenceNumber)
        /// A process takes nothing more for now.
        case close(SequenceNumber)
        /// A process does nothing more than to end what it runs, if that.
        case leave(SequenceNumber)
        /// What runs in a process comes to no end there any more.
        case freeze(SequenceNumber)
        case stop(SequenceNumber, isLost: Bool)
    }

    /// Somebody wanted a job.
    struct Arrival {
        /// The job that it became, or, if there was one already, the number of the event that says so.
        let number: SequenceNumber
        let created: Box<Created>
    }

    /// How one run went. Those that were given back or broken off say nothing about the job and are not among them.
    struct Run {
        /// Where it ran; 0 if that is not recorded.
        var process: SequenceNumber
        /// How long it took, where that is recorded.
        let microseconds: Int64?
        let claimed: Instant
        let ended: Instant
        var end: End
        /// For how long it holds its worker: longer than it takes, for its command is started, its end is committed,
        /// and the worker is given its next job a moment later.
        var heldMicroseconds: Int64

        init(process: SequenceNumber, microseconds: Int64?, claimed: Instant, ended: Instant, end: End) {
            self.process = process
            self.microseconds = microseconds
            self.claimed = claimed
            self.ended = ended
            self.end = end
            heldMicroseconds = max(0, ended.microseconds - claimed.microseconds)
        }

        var ranMicroseconds: Int64 { microseconds ?? heldMicroseconds }
        /// When it began: perhaps long after it was claimed, or a moment before.
        var began: Instant { microseconds.map { ended.advanced(microseconds: -$0) } ?? claimed }
    }

    /// A run that ended with its process: how long it would have taken nobody knows, but not less than this.
    struct Broken {
        let process: SequenceNumber
        let claimed: Instant
        let until: Instant
        /// Whether it is known that it had begun, and not been claimed ahead.
        let hasBegun: Bool

        /// It would have gone on beyond that, for so long at least.
        static let restMicroseconds: Int64 = 1_000_000
    }

    enum End {
        enum Kind { case succeeded, failed, snoozed, cancelled }

        case succeeded
        /// With how long the next run was put off, if there was one.
        case failed(errorType: String, isFinal: Bool, delay: Int64?)
        case snoozed(microseconds: Int64)
        case cancelled

        var kind: Kind {
            switch self {
            case .succeeded: .succeeded
            case .failed: .failed
            case .snoozed: .snoozed
            case .cancelled: .cancelled
            }
        }
    }

    /// A process that ran jobs.
    struct Worker {
        var started: ProcessStarted
        /// What it took jobs of.
        var groups: Set<WorkloadGroup> = []
        /// How many workers of it ran something.
        var slots = 0
        var hasBegun = false
        /// When it took jobs, with the first event of that moment that says so.
        var claims: [(at: Instant, event: SequenceNumber)] = []
        /// Whether it gave up runs when it stopped, instead of waiting for them.
        var gaveUp = false

        var queues: [String] { Set(groups.map(\.queue)).sorted() }
    }

    var inputs: [Input] = []
    /// Jobs that came into being with another's success, by that one.
    var followers: [SequenceNumber: [Arrival]] = [:]
    /// By job, in order.
    var runs: [SequenceNumber: [Run]] = [:]
    var broken: [SequenceNumber: [Broken]] = [:]
    /// By job and the number of its run: for how long it was to hold its worker each time that it was begun and then
    /// given back or broken off.
    var inVain: [SequenceNumber: [Int: [Int64]]] = [:]
    var workers: [SequenceNumber: Worker] = [:]
    var names: [SequenceNumber: String] = [:]
    var first: Instant?
    var last = Instant.epoch

    /// Not all that a process had claimed when it ended had begun. Of what need not have, it is what it claimed first,
    /// on as many workers as it had.
    mutating func forgetClaimsAhead() {
        let all = broken.flatMap { job, runs in runs.map { (job: job, run: $0) } }
        for (process, ended) in Dictionary(grouping: all, by: \.run.process) {
            let open = ended.filter { !$0.run.hasBegun }.sorted { ($0.run.claimed, $0.job) < ($1.run.claimed, $1.job) }
            let places = max(0, (workers[process]?.slots ?? 0) - (ended.count - open.count))
            for one in open.dropFirst(places) {
                broken[one.job]?.removeAll { $0.process == process && $0.claimed == one.run.claimed }
            }
        }
        broken = broken.filter { !$0.value.isEmpty }
    }
}
