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
        var next = record.last
        for _ in 0..<Turn.lookedBackMax where next > job {
            let sequence = next
            guard let head = try event(sequence, { try EventHead($0, at: sequence) }) else { break }
            switch EventKind(rawValue: head.kind) {
            case .requeued: return head.time
            case .rescheduled, .replaced:
                let body = try event(sequence) { try Event($0, at: sequence, withPayload: false).body }
                if let until = body?.newDue { return max(until, head.time) }
            default: break
            }
            next = head.previous
        }
        // A run whose job cannot be read any more has ended all the same.
        return (try? original(job, record.flags, withPayload: false))?.value.due
    }

    /// More events of one job are not looked through while everybody waits.
    private static let lookedBackMax = 4_096
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
