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
    /// Not before this, once all that it waits for has come true.
    let delayedUntil: Instant?
    /// What it waits for, as long as not all of that has come true.
    var conditions: [ConditionFacts] = []
    /// The event that made it ready, while it is.
    var readySince: SequenceNumber
    let name: String
    let queue: String
    let priority: Int16
    let batch: SequenceNumber
    /// The recurring job that made it.
    let definition: SequenceNumber
    /// What limits may be about it: its keys, its name, its queue.
    let scopes: [String]
    let key: String?
    let uniqueness: Uniqueness
    let requestID: String?
    let retry: String?
    var successes = 0
    var isPurged = false
    /// Those who wait for it are being told what became of it, by and by.
    var isTelling = false

    init(_ created: Created, _ event: Event, at sequence: SequenceNumber) {
        state = created.due == nil ? .enqueued : .scheduled
        delayedUntil = created.due
        readySince = sequence
        name = created.name
        priority = created.priority
        batch = created.batch
        definition = event.actor.recurring
        uniqueness = created.uniqueness
        scopes = LimitFacts.scopes(of: created)
        due = created.due
        attempts = Int(created.attempts)
        last = sequence
        queue = created.queue
        key = created.key
        requestID = created.requestID
        retry = created.retry
        let conditions = created.after.compactMap { ConditionFacts($0) }
        if conditions.contains(where: { $0.standing != .met }) {
            state = .awaiting
            self.conditions = conditions
        }
    }

    /// Its first claim.
    var begun: SequenceNumber?

    /// Whether it stands for a call in parts.
    var isCall: Bool { queue == Name.staging }

    var isFinished: Bool { state == .succeeded || state == .failed || state == .cancelled }

    mutating func endClaim(_ next: JobState, at sequence: SequenceNumber) {
        if next == .enqueued { readySince = sequence }
        state = next
        token = 0
        claimant = 0
        due = nil
    }
}
