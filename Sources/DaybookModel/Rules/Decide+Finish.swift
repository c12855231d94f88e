extension Books {
    /// The end of a run, if its claim is still in force; else the result is kept as an event and changes nothing.
    mutating func finish(
        _ job: SequenceNumber, _ token: SequenceNumber, _ outcome: Outcome, _ actor: Actor, _ decision: inout Decision,
        in ledgers: any Ledgers
    ) throws -> Answer {
        guard let record = try claimed(job, token, in: ledgers) else {
            return try late(job, token, LateEnd(outcome), actor, &decision, in: ledgers)
        }
        let at = try end(job, record, outcome, actor, &decision, in: ledgers)
        try tellOfEnd(of: job, record, at, &decision, in: ledgers)
        return .done(at: at)
    }

    /// Records how a run came out. Answers the event that the job ends up with.
    mutating func end(
        _ job: SequenceNumber, _ record: JobRecord, _ outcome: Outcome, _ actor: Actor, _ decision: inout Decision,
        in ledgers: any Ledgers
    ) throws -> SequenceNumber {
        let body: EventBody
        switch outcome {
        case .succeeded(let success): body = .succeeded(success)
        case .snoozed(let microseconds):
            body = .snoozed(until: min(decision.now.advanced(microseconds: microseconds), .maximum))
        case .cancelled(let reason): body = .cancelled(reason: reason)
        case .parked(let reason): body = .parked(reason: reason)
        case .failed(let failure):
            return try fail(job, failure.value, record, actor, &decision, in: ledgers)
        }
        return decision.record(Event(of: job, record, at: decision.now, by: actor, body))
    }

    /// Gives a claim up without a result.
    mutating func endClaim(
        _ job: SequenceNumber, _ token: SequenceNumber, _ body: EventBody, _ actor: Actor,
        deathsMax: Int = Books.deathsMax, _ decision: inout Decision, in ledgers: any Ledgers
    ) throws -> Answer {
        guard let record = try claimed(job, token, in: ledgers) else {
            return try late(job, token, LateEnd(what: "returned"), actor, &decision, in: ledgers)
        }
        var body = try givenUp(record, body, in: ledgers)
        var previous = record.last
        if case .interrupted(let reason, let charged) = body, charged {
            // Out of attempts, or a job that kills whoever runs it: the next run would be no better.
            if Int(record.deaths) + 1 >= deathsMax {
                body = .failed(AttemptFailed.interrupted("poison", reason))
            } else if record.attempt >= record.attempts, try retryRules(of: record, in: ledgers).isDiscarded {
                previous = decision.record(Event(of: job, record, at: decision.now, by: actor, body))
                body = .cancelled(reason: "discarded: \(AttemptFailed.exhausted)")
            } else if record.attempt >= record.attempts {
                body = .failed(AttemptFailed.interrupted(AttemptFailed.exhausted, reason))
            }
        }
        var end = Event(of: job, record, at: decision.now, by: actor, body)
        if previous != record.last { (end.previous, end.cause) = (previous, previous) }
        return .done(at: try self.record(end, of: record, &decision, in: ledgers).at)
    }

    /// A job that was running in so many processes when they died is set aside, unless the store's user says otherwise.
    package static let deathsMax = 3

    /// The record, if `token` is the claim in force.
    mutating func claimed(
        _ job: SequenceNumber, _ token: SequenceNumber, in ledgers: any Ledgers
    ) throws -> JobRecord? {
        guard let record = try self.job(job, in: ledgers), record.state == .processing, record.token == token else {
            return nil
        }
        return record
    }

    mutating func late(
        _ job: SequenceNumber, _ token: SequenceNumber, _ end: LateEnd, _ actor: Actor, _ decision: inout Decision,
        in ledgers: any Ledgers
    ) throws -> Answer {
        let previous = try self.job(job, in: ledgers)?.last ?? 0
        let at = decision.record(
            Event(
                time: decision.now, job: job, previous: previous, token: token, actor: actor, body: .stale(Box(end))))
        return .stale(at: at)
    }

    /// Another run, and when; or the end.
    private mutating func fail(
        _ job: SequenceNumber, _ failure: Outcome.Failure, _ record: JobRecord, _ actor: Actor,
        _ decision: inout Decision, in ledgers: any Ledgers
    ) throws -> SequenceNumber {
        let rules = try retryRules(of: record, in: ledgers)
        let next = failure.next(record, rules, decision.now)
        let body = Box(
            AttemptFailed(
                due: next.due.map { min($0, .maximum) },
                reason: failure.because.isEmpty ? next.reason : "\(failure.because): \(next.reason)",
                errorType: failure.errorType, ranMicroseconds: failure.ranMicroseconds, salt: failure.salt,
                error: failure.error))
        guard next.isLast else {
            return decision.record(Event(of: job, record, at: decision.now, by: actor, .attemptFailed(body)))
        }
        guard next.isExhausted, rules.isDiscarded else {
            return decision.record(Event(of: job, record, at: decision.now, by: actor, .failed(body)))
        }
        // The error is kept as that of any other run; what follows from it is another fact.
        let failed = decision.record(Event(of: job, record, at: decision.now, by: actor, .attemptFailed(body)))
        return decision.record(
            Event(
                time: decision.now, job: job, previous: failed, cause: failed, actor: actor,
                body: .cancelled(reason: "discarded: \(next.reason)")))
    }

    /// Whether a failed run would be the last because the time for further ones, counted from the job's creation, is
    /// over.
    package mutating func isOutOfTime(
        _ job: SequenceNumber, _ failure: Outcome.Failure, at now: Instant, in ledgers: any Ledgers
    ) throws -> Bool {
        guard let record = try self.job(job, in: ledgers), record.retry != 0 else { return false }
        return failure.next(record, try retryRules(of: record, in: ledgers), now).isOutOfTime
    }

    private mutating func retryRules(of record: JobRecord, in ledgers: any Ledgers) throws -> RetryRules {
        guard record.retry != 0, let text = try names.text(.retry, record.retry, in: ledgers) else {
            return RetryRules()
        }
        return RetryRules(text)
    }
}

/// What follows after a failed run.
private struct NextRun {
    var isLast = false
    /// Another run would have been worth it, and there is none left.
    var isExhausted = false
    var isOutOfTime = false
    /// When; nil for at once, and for never.
    var due: Instant?
    let reason: String
}

extension Outcome.Failure {
    fileprivate func next(_ record: JobRecord, _ rules: RetryRules, _ now: Instant) -> NextRun {
        if isFinal { return NextRun(isLast: true, reason: "not to be retried") }
        guard rules.allow(errorType) else {
            return NextRun(isLast: true, reason: "errors of this type are not to be retried")
        }
        guard record.attempt < record.attempts else {
            return NextRun(isLast: true, isExhausted: true, reason: "attempts exhausted")
        }
        let delay = rules.policy.delayMicroseconds(retry: Int(record.attempt), random: random)
        let due = now.advanced(microseconds: delay)
        guard rules.policy.allows(due, since: began ?? record.created) else {
            return NextRun(isLast: true, isExhausted: true, isOutOfTime: true, reason: "total time exhausted")
        }
        return NextRun(
            due: delay == 0 ? nil : due, reason: "retry \(record.attempt) of \(record.attempts - 1)")
    }
}

extension Outcome {
    var word: String {
        switch self {
        case .succeeded: "succeeded"
        case .failed: "failed"
        case .snoozed: "snoozed"
        case .cancelled: "cancelled"
        case .parked: "parked"
        }
    }
}

extension AttemptFailed {
    static let exhausted = "attempts exhausted"

    static func interrupted(_ reason: String, _ what: String) -> Box<AttemptFailed> {
        Box(
            AttemptFailed(
                due: nil, reason: reason, errorType: "interrupted", ranMicroseconds: 0, salt: 0, error: what))
    }
}

extension Instant {
    /// Later by so much, and never beyond what can be told.
    package func advanced(microseconds step: Int64) -> Instant {
        let (sum, overflow) = microseconds.addingReportingOverflow(step)
        return Instant(microseconds: overflow ? (step < 0 ? .min : .max) : sum)
    }
}
