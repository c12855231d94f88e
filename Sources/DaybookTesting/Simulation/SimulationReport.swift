/// What a simulation did and what was wrong with it.
public struct SimulationReport: Sendable {
    /// The seed that it can be repeated from.
    public internal(set) var seed: UInt64
    /// The head of the log: equal for two runs that wrote the same bytes.
    public internal(set) var hash = ""
    /// How many events were written.
    public internal(set) var events = 0
    /// How many processes were killed, by a fault or by one of their jobs.
    public internal(set) var crashes = 0
    /// How often the wall clock was set.
    public internal(set) var clockSteps = 0
    /// How often a process was stopped for a while.
    public internal(set) var stops = 0
    /// How many processes shared the store at a time.
    public internal(set) var processes = 0
    /// Virtual hours, the time in which all was finished included.
    public internal(set) var hours = 0.0
    /// Promises that were not kept.
    public internal(set) var violations: [Violation] = []
}

/// A promise that was not kept.
public struct Violation: Sendable, CustomStringConvertible {
    /// Which promise.
    public let promise: SimulationPromise
    /// The event that shows it; 0 if none does.
    public let event: UInt64
    /// What is wrong, for a person.
    public let sentence: String

    /// The promise, the place and the sentence.
    public var description: String {
        "\(promise.rawValue)" + (event == 0 ? "" : " at event \(event)") + ": \(sentence)"
    }
}

/// What is checked of every simulated run.
public enum SimulationPromise: String, Sendable, CaseIterable {
    /// What was acknowledged is in the log.
    case acknowledged
    /// Jobs come to an end once the faults have stopped, or wait for a reason.
    case finished
    /// Only the run that holds the claim says how it came out.
    case fence
    /// A result under a claim that is no longer in force does not count, and there is one success at most.
    case success
    /// A job is claimed by one process at a time, and only when it is ready.
    case claims
    /// A failed run is followed by another, when its policy says.
    case retries
    /// What is due becomes ready, and not before.
    case timers
    /// What nobody did has a cause.
    case causes
    /// A death is charged to what had started, and to nothing else.
    case deaths
    /// A lease is judged by the clock that nobody can set.
    case leases
    /// Jobs enqueued together are there together or not at all.
    case together
    /// One unfinished job for a unique key, one for a request id.
    case keys
    /// A job runs after those that it waits for have ended as it wants, and no one who waits is forgotten.
    case children
    /// A batch ends when its jobs have, and whoever waits for that is told once.
    case callbacks
    /// Of a recurring job's occurrences each fires once, or is written down as skipped.
    case slots
    /// No more jobs run or start than a limit allows.
    case limits
    /// Where order is to be kept, it is.
    case lanes
    /// A step that was recorded is not done again.
    case steps
    /// Each event names the one before it of the same job.
    case order
    /// A client throws nothing but what a fault has brought about.
    case clients
    /// The chain verifies, and the ledgers are what the log makes them.
    case replay
}
