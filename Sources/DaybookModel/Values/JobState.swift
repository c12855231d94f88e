/// Where a job stands. Each state says where it can go next; `Books` is the only place that moves a job.
public enum JobState: UInt8, CaseIterable, Sendable, Codable {
    /// Something else must finish first. → enqueued, cancelled.
    case awaiting = 1
    /// Due later: a delay, a retry, a snooze. → enqueued, cancelled.
    case scheduled = 2
    /// Ready to be claimed. → processing, cancelled, parked.
    case enqueued = 3
    /// Claimed by a process. → succeeded, failed, scheduled, enqueued, cancelled.
    case processing = 4
    /// Finished well, once and for ever.
    case succeeded = 5
    /// Out of attempts, or not worth another. → enqueued, by a person.
    case failed = 6
    /// Stopped on purpose. → enqueued, by a person.
    case cancelled = 7
    /// No live process knows this name or can read these arguments. → enqueued, as soon as one can.
    case parked = 8

    /// Whether the job has come to its end, unless a person takes it up again.
    public var isFinished: Bool {
        switch self {
        case .succeeded, .failed, .cancelled: true
        case .awaiting, .scheduled, .enqueued, .processing, .parked: false
        }
    }

    /// The word for the state in exports, lists and commands.
    public var name: String { JobState.names[Int(rawValue) - 1] }

    // Asking the runtime for them takes a microsecond each time.
    private static let names = allCases.map { String(describing: $0) }

    /// The state that goes by this word, if there is one.
    public init?(name: some StringProtocol) {
        guard let index = JobState.names.firstIndex(where: { $0 == name }) else { return nil }
        self = JobState.allCases[index]
    }
}
