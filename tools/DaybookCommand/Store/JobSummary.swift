import DaybookLog
import DaybookModel

/// A job as lists show it: its row in the ledgers, with the numbers in it turned into names.
struct JobSummary {
    let id: SequenceNumber
    let record: JobRecord
    let name: String
    let queue: String

    var state: JobState { record.state }

    /// Why a waiting job waits, where the state does not say it.
    var waitsFor: String? { record.state == .scheduled || record.waitsForLimit ? "\(record.waitsFor)" : nil }

    var due: Instant? { record.state == .scheduled ? record.due : nil }
    var expires: Instant? { record.expires.microseconds == .max ? nil : record.expires }

    func write(to json: inout JSONWriter) {
        json.field("job", id)
        json.field("name", name)
        json.field("queue", queue)
        json.field("state", state.name)
        json.field("waitsFor", waitsFor)
        json.field("priority", record.priority)
        json.field("attempt", record.attempt)
        json.field("attempts", record.attempts)
        if record.deaths > 0 { json.field("deaths", record.deaths) }
        json.field("due", due)
        json.field("expires", expires)
        if state == .processing {
            json.field("process", record.process)
            json.field("token", record.token)
        }
        json.field("created", record.created)
        json.field("since", record.since)
        json.field("last", record.last)
    }
}

extension JobState {
    var colour: Colour? {
        switch self {
        case .succeeded: .green
        case .failed: .red
        case .processing: .blue
        case .awaiting, .scheduled, .parked: .yellow
        case .cancelled: .grey
        case .enqueued: nil
        }
    }
}

/// Turns rows into summaries within one snapshot.
struct JobReader {
    private let snapshot: any LogSnapshot
    private let queues: [QueueRecord]
    private var books = Books()

    init(_ snapshot: any LogSnapshot) throws {
        self.snapshot = snapshot
        queues = try books.allQueues(in: snapshot)
    }

    mutating func job(_ id: SequenceNumber) throws -> JobSummary? {
        guard let record = try Books.storedJob(id, in: snapshot) else { return nil }
        return try summary(id, record)
    }

    mutating func summary(_ id: SequenceNumber, _ record: JobRecord) throws -> JobSummary {
        guard let name = try books.names.text(.job, record.name, in: snapshot),
            queues.indices.contains(Int(record.queue) - 1)
        else { throw LedgerError.unreadableRow(.jobs, id) }
        return JobSummary(id: id, record: record, name: name, queue: queues[Int(record.queue) - 1].name)
    }
}
