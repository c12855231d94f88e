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
        /// A process takes nothing more.
        case close(SequenceNumber)
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
        /// How long it took, where that is recorded.
        let microseconds: Int64?
        let claimed: Instant
        let ended: Instant
        let end: End
        /// For how long it holds its worker: longer than it takes, for its command is started, its end is committed,
        /// and the worker is given its next job a moment later.
        var heldMicroseconds: Int64

        init(microseconds: Int64?, claimed: Instant, ended: Instant, end: End) {
            self.microseconds = microseconds
            self.claimed = claimed
            self.ended = ended
            self.end = end
            heldMicroseconds = max(0, ended.microseconds - claimed.microseconds)
        }

        var ranMicroseconds: Int64 { microseconds ?? heldMicroseconds }
    }

    /// A run that ended with its process: how long it would have taken nobody knows, but not less than this.
    struct Broken {
        let process: SequenceNumber
        let claimed: Instant
        let until: Instant

        /// It would have gone on beyond that, for so long at least.
        static let restMicroseconds: Int64 = 1_000_000
    }

    enum End {
        case succeeded
        /// With how long the next run was put off, if there was one.
        case failed(errorType: String, isFinal: Bool, delay: Int64?)
        case snoozed(microseconds: Int64)
        case cancelled
    }

    /// A process that ran jobs.
    struct Worker {
        var started: ProcessStarted
        /// What it took jobs of.
        var groups: Set<WorkloadGroup> = []
        /// How many workers of it ran something.
        var slots = 0
        var hasBegun = false
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
    var workers: [SequenceNumber: Worker] = [:]
    var names: [SequenceNumber: String] = [:]
    var first: Instant?
    var last = Instant.epoch
}
