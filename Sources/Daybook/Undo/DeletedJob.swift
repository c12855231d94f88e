// A deleted job does not come back: `purged` is the last word on its number, and followers, archives and whoever was
// told that it is gone take it as that. What can be taken back is that its work was not done. So a job that was
// deleted before it ran is put in again, as a new job with the same arguments and options that says whose place it
// takes; and where that would not be the same work, it is said why.

internal import DaybookLog
internal import DaybookModel

struct DeletedJob {
    private let deletion: SequenceNumber
    private let event: Event
    private let engine: JobEngine

    /// More events than that are not gone through; such a job has run for long.
    private static let eventsMax = 10_000

    init(_ deletion: SequenceNumber, _ event: Event, _ engine: JobEngine) {
        self.deletion = deletion
        self.event = event
        self.engine = engine
    }

    /// Puts its work in again. Answers the event that creates the new job; asked again, the same.
    func putInAgain(_ reason: String, _ actor: Actor) async throws -> SequenceNumber {
        var job = try workLeft()
        try refuseWhatIsElsewhere(job)
        job.requestID = "\(JobCreation.undoneDeletion)\(deletion)"
        job.actor = actor
        job.salt = try engine.random.next()
        job.note("daybook.replaces", String(event.job))
        job.note("daybook.reason", String(reason.prefix(200)))
        switch try await engine.perform(.enqueue(Box(job), onConflict: .refuse)) {
        case .created(let job), .duplicate(let job, _): return job
        case .refused(let refusal): throw refusal
        default: throw Refusal(.badOption, "The store answered something else than was asked.")
        }
    }

    /// The same words for all jobs, so that an operation can count them.
    private func no(_ why: String) -> OperationRefusal { OperationRefusal(why) }

    private static let hasEnded = "it had ended before; what happened to it is still shown"

    // MARK: What it was to do

    /// The job as it stood when it was deleted, as far as a new one can stand there.
    private func workLeft() throws -> Created {
        let created = try engine.read { log -> Created? in
            guard try Books.storedJob(event.job, in: log) == nil else { return nil }
            return try log.eventAtHand(event.job) { try Event($0, at: event.job) }.flatMap {
                guard case .created(let created) = $0.body else { return nil }
                return $0.actor.recurring == 0 ? created.value : nil
            }
        }
        guard var job = created else {
            throw no("its beginning is not at hand, or a recurring job made it, which can be run now instead")
        }
        let (opened, closed) = try engine.read { try $0.opened(job, at: event.job) }
        if let closed { throw no("its arguments are \(closed)") }
        job = opened
        guard job.batch == 0 else { throw no("it was part of a batch, which has counted it out") }
        guard job.queue != Operation.queue else { throw no("it was an operation; start another one") }
        job.due = try due()
        job.after = []
        if let expires = job.expires, expires <= engine.clock.now() { throw no("it has expired since") }
        return job
    }

    /// When it was to run, which its last events say.
    private func due() throws -> Instant? {
        var due: Instant??
        var sequence = event.previous
        var looked = 0
        var wasCancelled = false
        while sequence > 0 {
            looked += 1
            guard looked <= DeletedJob.eventsMax else { throw no("it has too long a history") }
            let place = sequence
            guard let found = try engine.read({ try $0.eventAtHand(place) { try Event($0, at: place) } }) else {
                throw no("its history is not at hand")
            }
            switch found.body {
            case .cancelled(let reason) where !wasCancelled && isOfDeletion(found, reason): wasCancelled = true
            case .cancelled, .succeeded, .failed:
                if due == nil { throw no(DeletedJob.hasEnded) }
            case .stepped: throw no("steps of it were done, and a new job would do them again")
            case .replaced: throw no("it had been given other arguments; enqueue it with those")
            case .claimed: if due == nil { throw no("it was running") }
            case .rescheduled(let until, _), .snoozed(let until): due = due ?? until
            case .attemptFailed(let failure): due = due ?? failure.value.due
            case .enqueued, .requeued, .returned, .interrupted, .parked: due = due ?? .some(nil)
            case .created(let created):
                let isWaiting = created.value.after.contains { $0.end == nil }
                guard due != nil || !isWaiting else { throw no("it waited for other jobs") }
                due = due ?? created.value.due
            default: break
            }
            sequence = found.previous
        }
        guard wasCancelled else { throw no(DeletedJob.hasEnded) }
        return due ?? nil
    }

    /// Whoever deletes an unfinished job cancels it with the same words in the same turn.
    private func isOfDeletion(_ found: Event, _ reason: String) -> Bool {
        guard case .purged(let word) = event.body else { return false }
        return found.time == event.time && found.actor == event.actor && reason == word
    }

    /// Somebody may have asked for the same work since.
    private func refuseWhatIsElsewhere(_ job: Created) throws {
        guard let request = job.requestID,
            try engine.read({ try KeyBook.job(.request, request, in: $0) }) != nil
        else { return }
        throw no("the same was asked for again since, under the same request id")
    }
}
