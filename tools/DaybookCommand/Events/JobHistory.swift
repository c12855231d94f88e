import DaybookLog
import DaybookModel

/// Everything that happened to a job, and where it stands.
struct JobHistory {
    /// Nil for a job that the ledgers no longer know.
    let summary: JobSummary?
    let created: Created?
    let arguments: GivenArguments
    /// Why its latest result or error cannot be read, if that is so.
    let closedEnd: ClosedPayload?
    /// In the order in which they happened.
    let events: [EventRecord]

    /// About events that are in an archive which is not there.
    let missing: String?

    init(of job: SequenceNumber, in store: CommandStore, _ progress: Progress) throws {
        summary = try store.read { snapshot in
            var reader = try JobReader(snapshot)
            return try reader.job(job)
        }
        let (found, missing) = try store.history(of: job, progress)
        events = found.map { EventRecord(sequence: $0.sequence, event: $0.event) }
        self.missing = missing
        var created: Created?
        if case .created(let box)? = events.first?.event.body {
            created = box.value
        } else if summary != nil {
            created = try store.read { try $0.creation(of: job)?.value }
        }
        guard let created else { throw Failure.no(try store.read { try $0.absence(of: job) }) }
        self.created = created
        let (closed, closedEnd) = try store.read { log in
            (try log.closedArguments(of: job), try log.closedEnd(of: found))
        }
        self.closedEnd = closedEnd
        arguments = GivenArguments(
            created,
            events.compactMap { record in
                if case .replaced(let replaced) = record.event.body { replaced.value } else { nil }
            }, closed: closed)
    }
}
