/// The rules for recurring jobs, but for firing.
extension Books {
    mutating func decide(
        _ command: RecurringCommand, _ decision: inout Decision, in ledgers: any Ledgers
    ) throws -> Answer {
        let now = decision.now
        switch command {
        case .set(let body, let expected, let passed, let actor):
            return try setRecurring(body, expected, passed, actor, &decision, in: ledgers)
        case .pause(let definition, let until, let reason, let actor):
            return try moveRecurring(definition, actor, &decision, in: ledgers) { record, step in
                if let until, until <= now { return .pauseInThePast }
                if record.flags.contains(.isPaused), record.pausedUntil == until {
                    return .alreadyPaused(record.id)
                }
                (step.until, step.reason) = (until, reason)
                return nil
            } body: {
                .recurringPaused($0)
            }
        case .resume(let definition, let plan, let reason, let actor):
            return try resume(definition, plan, reason, actor, &decision, in: ledgers)
        case .remove(let definition, let plan, let reason, let actor):
            return try remove(definition, plan, reason, actor, &decision, in: ledgers)
        case .replan(let definition, let plan, let actor):
            return try moveRecurring(definition, actor, &decision, in: ledgers) { record, step in
                guard record.isStill(plan) else { return .changedMeanwhile(record.id) }
                step.plan = plan.next
                step.zoneData = plan.zoneData
                return nil
            } body: {
                .replanned($0)
            }
        case .fire(let definition, let plan, let set, let salts, let process):
            return try fire(definition, plan, set, salts, process, &decision, in: ledgers)
        case .make(let definition, let version, let instants, let origin, let set, let salts, let actor, let reason):
            return try makeRecurring(
                definition, version, instants, origin, set, salts, actor, reason, &decision, in: ledgers)
        }
    }

    private mutating func setRecurring(
        _ given: RecurringSet, _ expected: SequenceNumber, _ passed: RecurringStretch?, _ actor: Actor,
        _ decision: inout Decision, in ledgers: any Ledgers
    ) throws -> Answer {
        if let refusal = given.refusal { return .refused(refusal) }
        let definition = try RecurringBook.definition(given.id, in: ledgers)
        let record = try definition.flatMap { try RecurringBook.record($0, in: ledgers) }
        guard record?.version ?? 0 == expected else { return .refused(.changedMeanwhile(given.id)) }
        var body = given
        body.definition = definition ?? 0
        body.earlier = record?.last ?? 0
        if let record, let definition, !record.flags.contains(.isRemoved) {
            if body.broken != nil {
                body.earlier = decision.skipWaiting(
                    record, "it waited, and the definition is broken", of: definition, after: body.earlier, by: actor)
            }
            body.earlier = decision.skipPassed(
                passed, record, "the definition was changed", of: definition, after: body.earlier, by: actor)
        }
        return .done(
            at: decision.record(Event(time: decision.now, actor: actor, body: .recurringSet(Box(body)))))
    }

    private mutating func resume(
        _ definition: SequenceNumber, _ plan: RecurringPlan, _ reason: String, _ actor: Actor,
        _ decision: inout Decision, in ledgers: any Ledgers
    ) throws -> Answer {
        guard let record = try present(definition, in: ledgers) else { return .refused(.noSuchRecurring) }
        guard record.isStill(plan) else { return .refused(.changedMeanwhile(record.id)) }
        guard record.flags.contains(.isPaused) else { return .refused(.notPaused(record.id)) }
        var earlier = record.last
        if let passed = plan.passed {
            earlier = decision.skip(passed, "paused", of: definition, after: earlier, plan.next, by: actor)
        }
        var step = RecurringStep(definition: definition, earlier: earlier)
        step.plan = plan.next
        step.zoneData = plan.zoneData
        step.reason = reason
        return .done(
            at: decision.record(Event(time: decision.now, actor: actor, body: .recurringResumed(Box(step)))))
    }

    private mutating func remove(
        _ definition: SequenceNumber, _ plan: RecurringPlan, _ reason: String, _ actor: Actor,
        _ decision: inout Decision, in ledgers: any Ledgers
    ) throws -> Answer {
        guard let record = try present(definition, in: ledgers) else { return .refused(.noSuchRecurring) }
        guard record.isStill(plan) else { return .refused(.changedMeanwhile(record.id)) }
        var step = RecurringStep(definition: definition, earlier: record.last)
        step.earlier = decision.skipWaiting(
            record, "it waited, and the definition was removed", of: definition, after: step.earlier, by: actor)
        step.earlier = decision.skipPassed(
            plan.passed, record, "the definition was removed", of: definition, after: step.earlier, by: actor)
        step.reason = reason
        return .done(
            at: decision.record(Event(time: decision.now, actor: actor, body: .recurringRemoved(Box(step)))))
    }

    /// One event about one that is there. `prepare` fills the step, which has the plan as it stands, or refuses.
    private func moveRecurring(
        _ definition: SequenceNumber, _ actor: Actor, _ decision: inout Decision, in ledgers: any Ledgers,
        _ prepare: (RecurringRecord, inout RecurringStep) -> Refusal?, body: (Box<RecurringStep>) -> EventBody
    ) throws -> Answer {
        guard let record = try present(definition, in: ledgers) else { return .refused(.noSuchRecurring) }
        var step = RecurringStep(definition: definition, earlier: record.last)
        if let refusal = prepare(record, &step) { return .refused(refusal) }
        return .done(at: decision.record(Event(time: decision.now, actor: actor, body: body(Box(step)))))
    }

    /// The record, unless there is none or it was removed.
    func present(_ definition: SequenceNumber, in ledgers: any Ledgers) throws -> RecurringRecord? {
        guard let record = try RecurringBook.record(definition, in: ledgers), !record.flags.contains(.isRemoved)
        else { return nil }
        return record
    }
}

extension RecurringRecord {
    fileprivate var plan: RecurringNext { RecurringNext(planned: next, due: due) }

    /// Whether what the plan was made for still holds.
    func isStill(_ plan: RecurringPlan) -> Bool { version == plan.version && next == plan.expected }
}

extension Decision {
    /// Records that a stretch of occurrences becomes no job; answers the event.
    mutating func skip(
        _ stretch: RecurringStretch, _ reason: String, of definition: SequenceNumber, after earlier: SequenceNumber,
        _ next: RecurringNext, _ origin: FireOrigin = .schedule, by actor: Actor
    ) -> SequenceNumber {
        var step = RecurringStep(definition: definition, earlier: earlier)
        step.planned = stretch.first
        step.plannedLast = stretch.count > 1 ? stretch.last : nil
        step.howMany = UInt64(stretch.count)
        step.plan = next
        step.origin = origin
        step.reason = reason
        return record(Event(time: now, actor: actor, body: .skipped(Box(step))))
    }

    /// The same of what came before somebody changed or removed the definition, which says itself what is planned then.
    fileprivate mutating func skipPassed(
        _ passed: RecurringStretch?, _ record: RecurringRecord, _ reason: String, of definition: SequenceNumber,
        after earlier: SequenceNumber, by actor: Actor
    ) -> SequenceNumber {
        guard let passed else { return earlier }
        return skip(
            passed, record.flags.contains(.isPaused) ? "paused" : reason, of: definition, after: earlier, record.plan,
            by: actor)
    }

    /// The same of the occurrence that waits for the end of what is unfinished, if one does.
    fileprivate mutating func skipWaiting(
        _ record: RecurringRecord, _ reason: String, of definition: SequenceNumber, after earlier: SequenceNumber,
        by actor: Actor
    ) -> SequenceNumber {
        guard let pending = record.pending else { return earlier }
        return skip(
            RecurringStretch(first: pending, last: pending, count: 1), reason, of: definition, after: earlier,
            record.plan, .waited, by: actor)
    }
}

extension Refusal {
    package static let noSuchRecurring = Refusal(
        .noSuchRecurring, "There is no recurring job of that id, or it has been removed.")

    static func changedMeanwhile(_ id: String) -> Refusal {
        Refusal(
            .changedMeanwhile,
            "The recurring job \(id) was changed by somebody else at the same moment; look at it again.")
    }

    static func notPaused(_ id: String) -> Refusal {
        Refusal(.wrongState, "The recurring job \(id) is not paused.")
    }

    static func alreadyPaused(_ id: String) -> Refusal {
        Refusal(.wrongState, "The recurring job \(id) is paused already.")
    }

    /// What is wrong with it stands in the event that set it.
    package static func isBroken(_ id: String, _ why: String) -> Refusal {
        Refusal(.wrongState, "The recurring job \(id) is broken and makes no jobs: \(why)")
    }

    static let pauseInThePast = Refusal(.badOption, "A pause cannot end in the past.")
}
