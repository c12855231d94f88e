public import DaybookModel

/// A job as lists show it: its row in the ledgers, with the numbers in it turned into names.
public struct JobSummary: Sendable {
    /// Which job it is.
    public let id: JobID
    /// What it is called in the log.
    public let name: String
    /// The queue it waits in, or waited in.
    public let queue: String
    package let record: JobRecord

    /// Where it stands.
    public var state: JobState { record.state }
    /// Why a scheduled job waits: `delay`, `retry`, `snooze` and the like; `limit` for one that only a limit holds up.
    public var waitsFor: String? { record.state == .scheduled || record.waitsForLimit ? "\(record.waitsFor)" : nil }
    /// When a scheduled job becomes ready.
    public var due: Instant? { record.state == .scheduled ? record.due : nil }
    /// When it is cancelled if nobody has started it.
    public var expires: Instant? { record.expires.microseconds == .max ? nil : record.expires }
    /// Higher runs first.
    public var priority: Int { Int(record.priority) }
    /// How many runs have counted, the present one included.
    public var attempt: Int { Int(record.attempt) }
    /// How many runs there may be in all.
    public var attempts: Int { Int(record.attempts) }
    /// How many processes have died running it.
    public var deaths: Int { Int(record.deaths) }
    /// When it was enqueued.
    public var created: Instant { record.created }
    /// Since when it has stood where it stands.
    public var since: Instant { record.since }
    /// Its newest event.
    public var lastEvent: SequenceNumber { record.last }

    package var sequence: SequenceNumber { id.rawValue }
}

/// Turns rows into summaries within one snapshot.
package struct JobReader {
    private let snapshot: any LogSnapshot
    private let queues: [QueueRecord]
    private var books = Books()

    package init(_ snapshot: any LogSnapshot) throws {
        self.snapshot = snapshot
        queues = try books.allQueues(in: snapshot)
    }

    package mutating func job(_ id: SequenceNumber) throws -> JobSummary? {
        guard let record = try Books.storedJob(id, in: snapshot) else { return nil }
        return try summary(id, record)
    }

    package mutating func summary(_ id: SequenceNumber, _ record: JobRecord) throws -> JobSummary {
        guard let name = try books.names.text(.job, record.name, in: snapshot),
            queues.indices.contains(Int(record.queue) - 1)
        else { throw LedgerError.unreadableRow(.jobs, id) }
        return JobSummary(
            id: JobID(rawValue: id), name: name, queue: queues[Int(record.queue) - 1].name, record: record)
    }
}
