public import DaybookLog
public import DaybookModel

/// One run of a job: who ran it, what it said of itself, and how it ended.
public struct JobRun: Sendable {
    /// Which attempt it was, from 1. A run that did not count, as when its process was stopped, shares its number with
    /// the next.
    public let attempt: Int
    /// When it was handed out.
    public let claimed: Instant
    /// The process that ran it.
    public let actor: Actor
    /// How it ended by itself; nil while it has not, and if it was cut off.
    public private(set) var end: EndedRun?
    /// When it ended, in whichever way; nil while it goes on.
    public private(set) var ended: Instant?
    /// Why it was cut off, parked, put off or cancelled, in words; empty if it was not.
    public private(set) var reason = ""
    /// How far it said last that it had come.
    public private(set) var progress: RunProgress?
    /// What it wrote, in order.
    public private(set) var lines: [LogLine] = []
    /// The steps that it did; those that earlier runs had done stand with them.
    public private(set) var steps: [RecordedStep] = []
    /// What it counted.
    public private(set) var counters: [String: Int] = [:]
    /// The statistics that it kept, as JSON; empty for none.
    public private(set) var statisticsBytes: [UInt8] = []

    /// Why what it wrote and came to cannot be read, if that is so for any of it: it was erased, or which key is
    /// missing. What is closed stands empty in the others.
    public private(set) var closed: ClosedPayload?

    /// The claim that it ran under.
    package let token: SequenceNumber

    /// The statistics that it kept, as what they were; nil if it kept none.
    public func statistics<Value: Codable & Sendable>(as type: Value.Type) throws -> Value? {
        statisticsBytes.isEmpty ? nil : try JobOutputCoding<Value>.json.decode(statisticsBytes)
    }

    private init(_ event: LoggedEvent) {
        attempt = event.attempt
        claimed = event.time
        actor = event.actor
        token = event.sequence
    }

    private mutating func take(_ event: LoggedEvent, _ why: ClosedPayload?) {
        closed = closed ?? why
        if let progress = event.progress { self.progress = progress }
        lines += event.lines
        if let step = event.step { steps.append(step) }
        switch event.kind {
        case .reported: (counters, statisticsBytes) = (event.counters, event.statistics)
        case .succeeded, .attemptFailed, .failed:
            end = end ?? event.run
            ended = ended ?? event.time
        case .interrupted, .cancelled, .parked, .snoozed:
            ended = ended ?? event.time
            reason = event.reason
        default: break
        }
    }

    /// The runs that a job's events tell of, the oldest first; `closed` says of an event why it cannot be read.
    static func all(
        in timeline: [LoggedEvent], closed: (SequenceNumber) throws -> ClosedPayload?
    ) rethrows -> [JobRun] {
        var runs: [JobRun] = []
        for event in timeline {
            if event.kind == .claimed {
                runs.append(JobRun(event))
            } else if event.kind == .returned, let last = runs.last, last.token == event.event.token {
                // Nothing ran: no worker came free in time.
                runs.removeLast()
            } else if let last = runs.indices.last, event.event.token == runs[last].token || runs[last].ended == nil {
                runs[last].take(event, try closed(event.sequence))
            }
        }
        return runs
    }
}

extension JobEngine {
    /// The runs of a job, the oldest first, each with its log, progress, steps, counters, statistics and end. Empty if
    /// nobody has run it, or if there is no such job any more.
    ///
    ///     for run in try engine.runs(of: job) { print(run.attempt, run.end?.error ?? "", run.counters) }
    public func runs(of id: JobID) throws -> [JobRun] {
        let timeline = try timeline(of: id)
        return try read { log in try JobRun.all(in: timeline) { try log.closedPayload(of: $0) } }
    }
}
