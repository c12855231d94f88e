internal import DaybookLog
internal import DaybookModel

/// How a job ended, read from its events.
enum JobEnd {
    /// The result's bytes, or how it ended badly; nil while it has not ended.
    static func find(_ id: JobID, in log: any LogSnapshot) throws -> Result<[UInt8], JobEndedBadly>? {
        var books = Books()
        guard let record = try books.job(id.rawValue, in: log) else {
            return .failure(JobEndedBadly(id: id, state: nil, reason: ""))
        }
        guard record.state.isFinished else { return nil }
        // Behind its end a job may have events that changed nothing: late results, others who asked for the same.
        var sequence = record.last
        while sequence > 0 {
            guard let event = try log.event(sequence, { try Event($0, at: sequence) }) else { break }
            switch (record.state, event.body) {
            case (.succeeded, .succeeded(let success)): return .success(try result(success, at: sequence, of: id, log))
            case (.failed, .failed(let failure)):
                return bad(id, record, try error(failure.value, at: sequence, log))
            case (.cancelled, .cancelled(let reason)): return bad(id, record, reason)
            default: sequence = event.previous
            }
        }
        return bad(id, record, "")
    }

    /// How it had ended by an event of it that is its end or came behind it.
    static func find(
        _ id: JobID, from event: SequenceNumber, in log: any LogSnapshot
    ) throws -> Result<[UInt8], JobEndedBadly> {
        var sequence = event
        while sequence > 0, let event = try log.event(sequence, { try Event($0, at: sequence) }) {
            switch event.body {
            case .succeeded(let success): return .success(try result(success, at: sequence, of: id, log))
            case .failed(let failure):
                let reason = try self.error(failure.value, at: sequence, log)
                return .failure(JobEndedBadly(id: id, state: .failed, reason: reason))
            case .cancelled(let reason): return .failure(JobEndedBadly(id: id, state: .cancelled, reason: reason))
            default: sequence = event.previous
            }
        }
        return .failure(JobEndedBadly(id: id, state: nil, reason: ""))
    }

    /// A result that cannot be read is none of the others that a program knows what to do with.
    private static func result(
        _ success: Succeeded, at sequence: SequenceNumber, of id: JobID, _ log: any LogSnapshot
    ) throws -> [UInt8] {
        if success.result.isEmpty, let why = try log.closedPayload(of: sequence) {
            throw ResultIsClosed(id: id, why: why)
        }
        return success.result
    }

    private static func error(
        _ failure: AttemptFailed, at sequence: SequenceNumber, _ log: any LogSnapshot
    ) throws -> String {
        guard failure.error.isEmpty, let why = try log.closedPayload(of: sequence) else { return failure.error }
        return "its error is \(why)"
    }

    private static func bad(_ id: JobID, _ record: JobRecord, _ reason: String) -> Result<[UInt8], JobEndedBadly> {
        .failure(JobEndedBadly(id: id, state: record.state, reason: reason))
    }
}
