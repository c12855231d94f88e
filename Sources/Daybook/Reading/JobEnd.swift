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
            case (.succeeded, .succeeded(let success)): return .success(success.result)
            case (.failed, .failed(let failure)): return bad(id, record, failure.value.error)
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
            case .succeeded(let success): return .success(success.result)
            case .failed(let failure):
                return .failure(JobEndedBadly(id: id, state: .failed, reason: failure.value.error))
            case .cancelled(let reason): return .failure(JobEndedBadly(id: id, state: .cancelled, reason: reason))
            default: sequence = event.previous
            }
        }
        return .failure(JobEndedBadly(id: id, state: nil, reason: ""))
    }

    private static func bad(_ id: JobID, _ record: JobRecord, _ reason: String) -> Result<[UInt8], JobEndedBadly> {
        .failure(JobEndedBadly(id: id, state: record.state, reason: reason))
    }
}
