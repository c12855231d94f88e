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
    mutating func createBatch(
        _ new: NewBatch, _ decision: inout Decision, in ledgers: any Ledgers
    ) throws -> Answer {
        guard new.name.isEmpty || Name.isValid(new.name) else { return .refused(.badName("batch's name", new.name)) }
        if new.outer != 0, let refusal = try refusal(ofBatchIn: new.outer, in: ledgers) { return .refused(refusal) }
        let before = decision.events.count
        let batch = decision.record(
            Event(time: decision.now, actor: new.actor, body: .batchCreated(name: new.name, in: new.outer)))
        var answers: [Answer] = []
        if !new.jobs.isEmpty {
            let jobs = new.jobs.map { job in
                var created = job.value
                created.batch = batch
                return Box(created)
            }
            let answer = try enqueueTogether(
                jobs, .existing, among: Surroundings(batch: batch, outer: new.outer), &decision, in: ledgers)
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

    private mutating func sealBatch(
        _ batch: SequenceNumber, _ actor: Actor, _ decision: inout Decision, in ledgers: any Ledgers
    ) throws -> Answer {
        guard let record = try batches.record(batch, in: ledgers) else { return .refused(.noSuchBatch(batch)) }
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
        guard let record = try batches.record(batch, in: ledgers) else { return .refused(.noSuchBatch(batch)) }
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
    /// The batch that it is to be inside of; 0 for none.
    package var outer: SequenceNumber
    package var isOpen: Bool
    package var jobs: [Box<Created>]
    package var actor: Actor

    package init(
        name: String, in outer: SequenceNumber = 0, isOpen: Bool, jobs: [Box<Created>], actor: Actor
    ) {
        self.name = name
        self.outer = outer
        self.isOpen = isOpen
        self.jobs = jobs
        self.actor = actor
    }
}
