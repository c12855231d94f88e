/// Where a batch stands.
public enum BatchStanding: String, CaseIterable, Sendable {
    /// It takes jobs, and does not end before it is sealed.
    case open
    /// It ends with the last of its jobs; until then it takes more.
    case running
    /// All its jobs have succeeded.
    case succeeded
    /// All its jobs have ended, and at least one has failed.
    case failed
    /// It was cancelled, or some of its jobs were and none has failed.
    case cancelled

    /// Whether all its jobs have ended, unless one of them is taken up again.
    public var isEnded: Bool {
        switch self {
        case .open, .running: false
        case .succeeded, .failed, .cancelled: true
        }
    }

    /// What those see who wait for it as for a job.
    package var jobState: JobState {
        switch self {
        case .open, .running: .processing
        case .succeeded: .succeeded
        case .failed: .failed
        case .cancelled: .cancelled
        }
    }

    var number: UInt8 { UInt8(BatchStanding.allCases.firstIndex(of: self)! + 1) }

    init?(number: UInt8) {
        guard (1...BatchStanding.allCases.count).contains(Int(number)) else { return nil }
        self = BatchStanding.allCases[Int(number) - 1]
    }
}
