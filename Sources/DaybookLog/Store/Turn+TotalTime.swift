internal import DaybookModel

// The total time of a retry policy begins with the job, and anew when a person takes the job up again. A job's record
// does not say when that was, so it is looked up in the job's own events, and only where it decides whether there is
// another run.

extension Turn {
    mutating func began(_ conclusion: Box<Conclusion>) throws -> Box<Conclusion> {
        guard case .failed(let failure) = conclusion.value.outcome else { return conclusion }
        var concluded = conclusion.value
        concluded.outcome = .failed(try began(concluded.note.run.job, failure))
        return Box(concluded)
    }

    mutating func began(_ job: SequenceNumber, _ failure: Box<Outcome.Failure>) throws -> Box<Outcome.Failure> {
        guard try books.isOutOfTime(job, failure.value, at: now, in: transaction), let record = try self.job(job)
        else { return failure }
        var found = failure.value
        found.began = try beginning(of: job, record)
        return Box(found)
    }

    /// Nil for its creation, or if that lies too far back.
    private func beginning(of job: SequenceNumber, _ record: JobRecord) throws -> Instant? {
        let archived = try transaction.archivedThrough
        var next = record.last
        for _ in 0..<Turn.lookedBackMax where next > max(job, archived) {
            guard let event = sound(next), event.job == job else { break }
            if case .requeued = event.body { return event.time }
            if let until = event.body.newDue { return max(until, event.time) }
            next = event.previous
        }
        guard job > archived || record.flags.contains(.isCarried) else { return nil }
        return (try? original(job, record.flags, withPayload: false))?.value.due
    }

    /// Nil for one that cannot be read: a run whose job's history is damaged has ended all the same.
    private func sound(_ sequence: SequenceNumber) -> Event? {
        try? event(sequence) { value in
            // Those of this turn get theirs when it ends.
            if sequence < batch.first { try EventChecksum.require(value, at: sequence) }
            return try Event(value, at: sequence, withPayload: false)
        }
    }

    /// More events of one job are not looked through while everybody waits.
    private static let lookedBackMax = 1_024
}

extension EventBody {
    /// The instant to which it puts a job off, if it does.
    fileprivate var newDue: Instant? {
        switch self {
        case .rescheduled(let until, _): until
        case .replaced(let replaced): replaced.value.due
        default: nil
        }
    }
}
