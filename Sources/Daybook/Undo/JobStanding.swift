internal import DaybookLog
internal import DaybookModel

/// Where a job stood before somebody moved it.
struct JobStanding {
    let state: JobState
    /// When it was due, if it was scheduled.
    let due: Instant?

    init(_ state: JobState, due: Instant? = nil) {
        (self.state, self.due) = (state, due)
    }

    /// More events than that are not gone through; such a job has run for long.
    private static let eventsMax = 10_000

    /// Where a job stood before an event, which the events before that one tell; nil if they are not at hand.
    static func before(_ event: Event, _ storage: any LogStorage) throws -> JobStanding? {
        var sequence = event.previous
        for _ in 0..<eventsMax where sequence > 0 {
            let place = sequence
            guard let found = try storage.read({ try $0.eventAtHand(place) { try Event($0, at: place) } }) else {
                return nil
            }
            if let standing = JobStanding(after: found) { return standing }
            sequence = found.previous
        }
        return nil
    }

    /// Nil for what leaves a job where it stands.
    private init?(after event: Event) {
        switch event.body {
        case .created(let created):
            if created.value.after.contains(where: { $0.end == nil }) {
                self.init(.awaiting)
            } else if let due = created.value.due, due > event.time {
                self.init(.scheduled, due: due)
            } else {
                self.init(.enqueued)
            }
        case .rescheduled(let until, _), .snoozed(let until): self.init(.scheduled, due: until)
        case .attemptFailed(let failure):
            self.init(failure.value.due == nil ? .enqueued : .scheduled, due: failure.value.due)
        case .enqueued, .requeued, .returned, .interrupted: self.init(.enqueued)
        case .parked: self.init(.parked)
        case .claimed: self.init(.processing)
        case .succeeded: self.init(.succeeded)
        case .failed: self.init(.failed)
        case .cancelled: self.init(.cancelled)
        default: return nil
        }
    }
}

extension JobEngine {
    /// Puts a job back to where it stood before it was cancelled or rescheduled. Answers the event that did.
    func putBack(
        _ change: SequenceNumber, _ event: Event, _ reason: String, _ actor: Actor
    ) async throws -> SequenceNumber {
        func no(_ why: String) -> Refusal {
            Refusal(.wrongState, "Job \(event.job) is not put back: \(why).")
        }
        guard let standing = try JobStanding.before(event, storage) else { throw no("its history is not at hand") }
        switch try inverse(of: event.job, since: change, to: standing, reason, actor) {
        case .failure(let refusal): throw no(refusal.sentence)
        case .success(let commands):
            switch try await performInOneGo(commands) {
            case .done(let event): return event
            case .refused(let refusal): throw refusal
            default: throw no(OperationRefusal.movedOn.sentence)
            }
        }
    }

    /// What puts a job back to where it stood before an event, if nothing has happened to it since.
    func inverse(
        of job: SequenceNumber, since event: SequenceNumber?, to standing: JobStanding, _ reason: String,
        _ actor: Actor
    ) throws -> Result<[Command], OperationRefusal> {
        guard let record = try read({ try Books.storedJob(job, in: $0) }) else {
            return .failure(OperationRefusal("it has been deleted since"))
        }
        guard record.last == event else {
            return .failure(OperationRefusal("it has run since, or somebody has moved it"))
        }
        switch (record.state, standing.state) {
        case (_, .processing): return .failure(OperationRefusal("it was running"))
        case (_, .awaiting): return .failure(OperationRefusal("it waited for other jobs"))
        case (.cancelled, .scheduled):
            guard let due = standing.due else { return .failure(.movedOn) }
            return .success([
                .requeue(job: job, expected: .cancelled, reason: reason, actor: actor),
                .reschedule(job: job, until: due, expected: .enqueued, reason: reason, actor: actor),
            ])
        case (.cancelled, .enqueued), (.cancelled, .parked):
            return .success([.requeue(job: job, expected: .cancelled, reason: reason, actor: actor)])
        case (.scheduled, .scheduled):
            guard let due = standing.due else { return .failure(.movedOn) }
            return .success([.reschedule(job: job, until: due, expected: .scheduled, reason: reason, actor: actor)])
        case (.scheduled, _):
            return .success([.requeue(job: job, expected: .scheduled, reason: reason, actor: actor)])
        default: return .failure(.movedOn)
        }
    }
}
