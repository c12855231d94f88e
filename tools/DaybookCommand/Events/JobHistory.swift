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

    init(of job: SequenceNumber, in store: CommandStore, _ progress: Progress) throws {
        summary = try store.read { snapshot in
            var reader = try JobReader(snapshot)
            return try reader.job(job)
        }
        let events = try store.history(of: job, progress).map { EventRecord(sequence: $0.sequence, event: $0.event) }
        guard case .created(let created)? = events.first?.event.body else {
            throw Failure.no("There is no job \(job); `daybook jobs list` shows those that there are.")
        }
        self.created = created.value
        let (closed, closedEnd) = try store.read { log in
            (
                try log.closedArguments(of: job),
                try log.closedEnd(of: events.map { LoggedEvent($0.event, at: $0.sequence) })
            )
        }
        self.events = events
        self.closedEnd = closedEnd
        arguments = GivenArguments(
            created.value,
            events.compactMap { record in
                if case .replaced(let replaced) = record.event.body { replaced.value } else { nil }
            }, closed: closed)
    }
}
