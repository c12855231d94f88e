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
        var microseconds: Int64
        var end: End
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
        var queues: Set<String> = []
        /// The most that it ran at once.
        var slots = 0
    }

    var inputs: [Input] = []
    /// Jobs that came into being with another's success, by that one.
    var followers: [SequenceNumber: [Arrival]] = [:]
    /// By job, in order.
    var runs: [SequenceNumber: [Run]] = [:]
    /// By the jobs' name.
    var runsOfName: [String: [Run]] = [:]
    var workers: [SequenceNumber: Worker] = [:]
    var names: [SequenceNumber: String] = [:]
    var first: Instant?
    var last = Instant.epoch
}
