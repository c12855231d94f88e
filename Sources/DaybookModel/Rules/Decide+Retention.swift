/// What somebody wants with what is kept.
package enum RetentionCommand: Sendable {
    /// For so many microseconds; nil leaves it to the more general rules.
    case keep(RetentionScope, UInt64?, reason: String, actor: Actor)
    case hold(HoldScope, reason: String, actor: Actor)
    case release(HoldScope, reason: String, actor: Actor)
    /// Takes those of these jobs out of the ledgers that may leave them by now.
    case retire([SequenceNumber], actor: Actor)
}

extension Books {
    /// So many at most leave the ledgers by one command.
    package static let retiredMax = 256

    mutating func decide(
        _ command: RetentionCommand, _ decision: inout Decision, in ledgers: any Ledgers
    ) throws -> Answer {
        switch command {
        case .keep(let scope, let microseconds, let reason, let actor):
            guard scope.isValid else { return .refused(.badRetentionScope) }
            guard try microseconds != nil || RetentionRows.rule(scope.description, in: ledgers) != nil else {
                return .refused(Refusal(.wrongState, "There is no such rule; `daybook retention list` shows all."))
            }
            let body = RetentionSet(scope: scope.description, keepMicroseconds: microseconds, reason: reason)
            return .done(
                at: decision.record(Event(time: decision.now, actor: actor, body: .retentionSet(Box(body)))))
        case .hold(let scope, let reason, let actor):
            guard scope.isValid else { return .refused(.badRetentionScope) }
            if case .job(let job) = scope, try self.job(job.rawValue, in: ledgers) == nil {
                return .refused(.noSuchJob(job.rawValue))
            }
            guard try RetentionRows.hold(scope.description, in: ledgers) == nil else {
                return .refused(Refusal(.alreadyThere, "A hold is on \(scope) already."))
            }
            return recordHold(scope, EventBody.held, reason, actor, &decision)
        case .release(let scope, let reason, let actor):
            guard try RetentionRows.hold(scope.description, in: ledgers) != nil else {
                return .refused(
                    Refusal(.wrongState, "There is no hold on \(scope); `daybook retention list` shows all."))
            }
            return recordHold(scope, EventBody.released, reason, actor, &decision)
        case .retire(let jobs, let actor):
            return try retire(jobs, actor, &decision, in: ledgers)
        }
    }

    private func recordHold(
        _ scope: HoldScope, _ body: (Box<RetentionHold>) -> EventBody, _ reason: String, _ actor: Actor,
        _ decision: inout Decision
    ) -> Answer {
        let hold = RetentionHold(scope: scope.description, reason: reason)
        return .done(at: decision.record(Event(time: decision.now, actor: actor, body: body(Box(hold)))))
    }

    /// Whoever found them may have looked a while ago; what holds is what the books say now.
    private mutating func retire(
        _ jobs: [SequenceNumber], _ actor: Actor, _ decision: inout Decision, in ledgers: any Ledgers
    ) throws -> Answer {
        let rules = try RetentionRules(in: ledgers)
        var seen: Set<SequenceNumber> = []
        for id in jobs.prefix(Books.retiredMax) where seen.insert(id).inserted {
            guard let record = try readableJob(id, in: ledgers), record.state.isFinished,
                let leaves = try rules.leaves(id, record, &names, in: ledgers), leaves <= decision.now,
                try !isNeeded(id, record, at: decision.now, in: ledgers)
            else { continue }
            decision.record(
                Event(
                    time: decision.now, job: id, previous: record.last, actor: actor,
                    body: .purged(reason: "\(record.state.name) and kept for long enough")))
        }
        return .done(at: decision.head + UInt64(decision.events.count))
    }

    /// Looking through more of those who wait for a job than this would be no small step.
    private static let childrenSeenMax = 256

    /// Whether something unfinished still needs a job that has finished.
    package mutating func isNeeded(
        _ id: SequenceNumber, _ record: JobRecord, at now: Instant, in ledgers: any Ledgers
    ) throws -> Bool {
        if record.flags.contains(.inBatch), let batch = try BatchRecord.number(of: id, in: ledgers),
            try batches.around(batch, in: ledgers).contains(where: { !$0.record.standing.isEnded })
        {
            return true
        }
        if record.flags.contains(.hasKey), let text = try KeyBook.text(.unique, of: id, in: ledgers),
            try KeyBook.holder(text, at: now, in: ledgers)?.job == id
        {
            return true
        }
        guard record.flags.contains(.hasChildren) else { return false }
        if try Continuation.of(id, in: ledgers) != nil { return true }
        let children = try Continuation.children(of: id, limit: Books.childrenSeenMax, in: ledgers)
        if children.count == Books.childrenSeenMax { return true }
        return try children.contains { try readableJob($0, in: ledgers)?.state.isFinished == false }
    }

    func applyRetention(_ event: Event, at sequence: SequenceNumber, in ledgers: any Ledgers) throws {
        switch event.body {
        case .retentionSet(let set):
            try RetentionRows.setRule(set.value.scope, set.value.keepMicroseconds, in: ledgers)
        case .held(let hold): try RetentionRows.setHold(hold.value.scope, sequence, in: ledgers)
        case .released(let hold): try RetentionRows.setHold(hold.value.scope, nil, in: ledgers)
        case .erased(let erased) where !erased.value.isAfterwards:
            try RetentionRows.setErasure(of: erased.value.tenant, sequence, in: ledgers)
        default: break
        }
    }
}

extension Refusal {
    static let badRetentionScope = Refusal(
        .badName, "Name what it is about: a state that is an end, or a name or a tenant (letters, digits, '._:-').")

    static func isHeld(_ job: SequenceNumber) -> Refusal {
        Refusal(
            .wrongState, "A legal hold is on job \(job); `daybook retention list` says which. Release that first.")
    }
}
