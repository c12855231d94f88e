internal import DaybookModel

/// What the log has said of one job so far, kept by rules of the oracle's own: it shares nothing with the engine's.
struct JobFacts {
    var state: JobState
    /// The claim in force while it is processing.
    var token: SequenceNumber = 0
    var claimant: SequenceNumber = 0
    /// Runs that count, the one under way included.
    var runs = 0
    let attempts: Int
    var deaths = 0
    /// Its latest event.
    var last: SequenceNumber
    var due: Instant?
    var waitsForRetry = false
    let queue: String
    let key: String?
    let requestID: String?
    let retry: String?
    var successes = 0
    var isPurged = false

    init(_ created: Created, at sequence: SequenceNumber) {
        state = created.due == nil ? .enqueued : .scheduled
        due = created.due
        attempts = Int(created.attempts)
        last = sequence
        queue = created.queue
        key = created.key
        requestID = created.requestID
        retry = created.retry
    }

    var isFinished: Bool { state == .succeeded || state == .failed || state == .cancelled }

    mutating func endClaim(_ next: JobState) {
        state = next
        token = 0
        claimant = 0
        due = nil
    }
}
