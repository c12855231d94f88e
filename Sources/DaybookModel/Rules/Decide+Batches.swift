/// Batches: made, filled, sealed, cancelled, and coming to their end.
extension Books {
    mutating func batch(
        _ command: BatchCommand, _ decision: inout Decision, in ledgers: any Ledgers
    ) throws -> Answer {
        switch command {
        case .create(let new): try createBatch(new, &decision, in: ledgers)
        case .seal(let batch, let actor): try sealBatch(batch, actor, &decision, in: ledgers)
        case .cancel(let batch, let reason, let actor): try cancelBatch(batch, reason, actor, &decision, in: ledgers)
        }
    }

    /// A batch with its first jobs, all or none; it ends with the last of them unless it is kept open.
    private mutating func createBatch(
        _ new: NewBatch, _ decision: inout Decision, in ledgers: any Ledgers
    ) throws -> Answer {
        guard new.name.isEmpty || Name.isValid(new.name) else { return .refused(.badName("batch's name", new.name)) }
        let before = decision.events.count
        let batch = decision.record(
            Event(time: decision.now, actor: new.actor, body: .batchCreated(name: new.name)))
        var answers: [Answer] = []
        if !new.jobs.isEmpty {
            let jobs = new.jobs.map { job in
                var created = job.value
                created.batch = batch
                return Box(created)
            }
            let answer = try enqueueTogether(jobs, .existing, into: batch, &decision, in: ledgers)
            guard case .together(let made) = answer else {
                decision.cut(to: before)
                return answer
            }
            answers = made
        }
        if !new.isOpen {
            decision.record(Event(time: decision.now, cause: batch, actor: new.actor, body: .batchSealed(batch)))
        }
        return .together([.done(at: batch)] + answers)
    }

    /// Why a job cannot belong to a batch, if so.
    mutating func refusal(
        of created: Created, into batch: SequenceNumber, in ledgers: any Ledgers
    ) throws -> Refusal? {
        if created.after.contains(where: { $0.parent == .job(batch) }) {
            return Refusal(.badOption, "A job of batch \(batch) cannot wait for the end of that batch.")
        }
        guard let record = try BatchRecord.of(batch, in: ledgers) else { return .noSuchBatch(batch) }
        if record.wasCancelled {
            return Refusal(.wrongState, "Batch \(batch) has been cancelled and takes no more jobs; make another.")
        }
        if record.standing.isEnded {
            return Refusal(
                .wrongState,
                "Batch \(batch) has \(record.standing.rawValue) and takes no more jobs; make another, or keep one "
                    + "open until all its jobs are in.")
        }
        guard record.jobs < BatchRecord.jobsMax else {
            return Refusal(
                .badOption, "Batch \(batch) has \(record.jobs) jobs, and that is the most; make another batch.")
        }
        return nil
    }

    private mutating func sealBatch(
        _ batch: SequenceNumber, _ actor: Actor, _ decision: inout Decision, in ledgers: any Ledgers
    ) throws -> Answer {
        guard let record = try BatchRecord.of(batch, in: ledgers) else { return .refused(.noSuchBatch(batch)) }
        guard record.standing == .open else {
            return .refused(
                Refusal(.wrongState, "Batch \(batch) is \(record.standing.rawValue); only an open one can be sealed."))
        }
        return .done(at: decision.record(Event(time: decision.now, actor: actor, body: .batchSealed(batch))))
    }

    /// Decided at once; its unfinished jobs are cancelled by and by.
    private mutating func cancelBatch(
        _ batch: SequenceNumber, _ reason: String, _ actor: Actor, _ decision: inout Decision, in ledgers: any Ledgers
    ) throws -> Answer {
        guard let record = try BatchRecord.of(batch, in: ledgers) else { return .refused(.noSuchBatch(batch)) }
        guard !record.standing.isEnded, !record.wasCancelled else {
            return .refused(
                Refusal(
                    .wrongState,
                    "Batch \(batch) has \(record.wasCancelled ? "been cancelled" : record.standing.rawValue) already."))
        }
        return .done(
            at: decision.record(
                Event(time: decision.now, actor: actor, body: .batchCancelled(batch, reason: reason))))
    }

    /// What is to follow for a batch next. False: those who wait for it are to be told, as of a job.
    mutating func attend(
        to batch: SequenceNumber, _ record: BatchRecord, _ row: Continuation, _ decision: inout Decision, limit: Int,
        in ledgers: any Ledgers
    ) throws -> Bool {
        if record.isCancelling {
            let members = try BatchRecord.members(of: batch, after: record.cursor, limit: limit, in: ledgers)
            for job in members {
                guard let member = try readableJob(job, in: ledgers), !member.state.isFinished else { continue }
                var event = Event(
                    of: job, member, at: decision.now, by: .system,
                    .cancelled(reason: "its batch \(batch) was cancelled"))
                event.cause = record.last
                let end = decision.record(event)
                if member.flags.contains(.hasChildren) { decision.goOn(with: job, .cancelled, end) }
            }
            decision.record(
                Event(
                    time: decision.now, cause: record.last,
                    body: .batchContinued(batch, cursor: members.count < limit ? 0 : members.last ?? 0)))
            return true
        }
        guard row.cursor == 0, record.needsAttention else { return false }
        decision.record(
            Event(
                time: decision.now, cause: row.cause,
                body: record.standing.isEnded ? .batchReopened(batch) : .batchEnded(batch, record.end)))
        return true
    }
}

/// What somebody wants of a batch.
package enum BatchCommand: Sendable {
    /// A batch with its first jobs, all or none. The first of the answers is about the batch.
    case create(NewBatch)
    case seal(SequenceNumber, actor: Actor)
    case cancel(SequenceNumber, reason: String, actor: Actor)
}

/// A batch that somebody wants.
package struct NewBatch: Sendable {
    package var name: String
    package var isOpen: Bool
    package var jobs: [Box<Created>]
    package var actor: Actor

    package init(name: String, isOpen: Bool, jobs: [Box<Created>], actor: Actor) {
        self.name = name
        self.isOpen = isOpen
        self.jobs = jobs
        self.actor = actor
    }
}

extension Refusal {
    static func noSuchBatch(_ batch: SequenceNumber) -> Refusal {
        Refusal(.noSuchBatch, "There is no batch \(batch); `daybook batches list` shows those that there are.")
    }
}
