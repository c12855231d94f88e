extension Books {
    /// The end of a run, if its claim is still in force; else the result is kept as an event and changes nothing.
    mutating func finish(
        _ job: SequenceNumber, _ token: SequenceNumber, _ outcome: Outcome, _ actor: Actor, _ decision: inout Decision,
        in ledgers: any Ledgers
    ) throws -> Answer {
        guard let record = try claimed(job, token, in: ledgers) else {
            return try late(job, token, outcome.word, actor, &decision, in: ledgers)
        }
        let body = try body(of: outcome, record, decision.now, in: ledgers)
        return .done(
            at: try self.record(
                Event(of: job, record, at: decision.now, by: actor, body), of: record, &decision, in: ledgers
            ).at)
    }

    mutating func body(
        of outcome: Outcome, _ record: JobRecord, _ now: Instant, in ledgers: any Ledgers
    ) throws -> EventBody {
        switch outcome {
        case .succeeded(let success): .succeeded(success)
        case .snoozed(let microseconds): .snoozed(until: now.advanced(microseconds: microseconds))
        case .cancelled(let reason): .cancelled(reason: reason)
        case .parked(let reason): .parked(reason: reason)
        case .failed(let failure): try decideFailure(failure.value, record, now, in: ledgers)
        }
    }

    /// Gives a claim up without a result.
    mutating func endClaim(
        _ job: SequenceNumber, _ token: SequenceNumber, _ body: EventBody, _ actor: Actor,
        deathsMax: Int = Books.deathsMax, _ decision: inout Decision, in ledgers: any Ledgers
    ) throws -> Answer {
        guard let record = try claimed(job, token, in: ledgers) else {
            return try late(job, token, "returned", actor, &decision, in: ledgers)
        }
        var body = body
        if case .interrupted(let reason, let charged) = body, charged {
            // Out of attempts, or a job that kills whoever runs it: the next run would be no better.
            if Int(record.deaths) + 1 >= deathsMax {
                body = .failed(AttemptFailed.interrupted("poison", reason))
            } else if record.attempt >= record.attempts {
                body = .failed(AttemptFailed.interrupted("attempts exhausted", reason))
            }
        }
        return .done(
            at: try self.record(
                Event(of: job, record, at: decision.now, by: actor, body), of: record, &decision, in: ledgers
            ).at)
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
        _ job: SequenceNumber, _ token: SequenceNumber, _ what: String, _ actor: Actor, _ decision: inout Decision,
        in ledgers: any Ledgers
    ) throws -> Answer {
        let previous = try self.job(job, in: ledgers)?.last ?? 0
        let at = decision.record(
            Event(
                time: decision.now, job: job, previous: previous, token: token, actor: actor, body: .stale(what: what)))
        return .stale(at: at)
    }

    /// Another run, and when; or the end.
    private mutating func decideFailure(
        _ failure: Outcome.Failure, _ record: JobRecord, _ now: Instant, in ledgers: any Ledgers
    ) throws -> EventBody {
        func body(_ due: Instant?, _ reason: String) -> Box<AttemptFailed> {
            Box(
                AttemptFailed(
                    due: due, reason: failure.because.isEmpty ? reason : "\(failure.because): \(reason)",
                    errorType: failure.errorType, ranMicroseconds: failure.ranMicroseconds,
                    salt: failure.salt, error: failure.error))
        }
        if failure.isFinal { return .failed(body(nil, "not to be retried")) }
        guard record.attempt < record.attempts else { return .failed(body(nil, "attempts exhausted")) }
        let policy = try retryPolicy(of: record, in: ledgers)
        let delay = policy.delayMicroseconds(retry: Int(record.attempt), random: failure.random)
        let due = now.advanced(microseconds: delay)
        guard policy.allows(due, created: record.created) else { return .failed(body(nil, "total time exhausted")) }
        return .attemptFailed(
            body(delay == 0 ? nil : due, "retry \(record.attempt) of \(record.attempts - 1)"))
    }

    private mutating func retryPolicy(of record: JobRecord, in ledgers: any Ledgers) throws -> RetryPolicy {
        guard record.retry != 0, let text = try names.text(.retry, record.retry, in: ledgers) else { return .hangfire }
        return RetryPolicy(text) ?? .hangfire
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
