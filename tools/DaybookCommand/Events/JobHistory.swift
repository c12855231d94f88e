// A job's events lead from the newest back to the one that created it. The newest is known to the ledgers for as
// long as they know the job; of a job that has been deleted the log is read from its first event on.

import DaybookLog
import DaybookModel

struct JobHistory {
    /// Nil for a job that the ledgers no longer know.
    let summary: JobSummary?
    let created: Created?
    /// What its next run gets, which may have been replaced since it was created.
    let arguments: [UInt8]
    /// In the order in which they happened.
    let events: [EventRecord]

    init(of job: SequenceNumber, in store: CommandStore, _ progress: Progress) throws {
        let (summary, known) = try store.read { snapshot in
            var reader = try JobReader(snapshot)
            let summary = try reader.job(job)
            return (summary, try summary.map { try JobHistory.chain(from: $0.record.last, of: job, in: snapshot) })
        }
        self.summary = summary
        events = try known ?? JobHistory.scan(job, store, progress)
        guard case .created(let created)? = events.first?.event.body else {
            throw JobHistory.missing(job)
        }
        self.created = created.value
        arguments = events.reversed().lazy.compactMap(\.replacement).first ?? created.value.arguments
    }

    private static func chain(
        from last: SequenceNumber, of job: SequenceNumber, in snapshot: any LogSnapshot
    ) throws -> [EventRecord] {
        var events: [EventRecord] = []
        var next = last
        while next > 0 {
            guard let event = try snapshot.event(next, { try Event($0, at: next) }), event.job == job else {
                throw LogError(
                    .damaged, "Event \(next) should be one of job \(job) and is not; run `daybook log verify`.",
                    at: next)
            }
            events.append(EventRecord(sequence: next, event: event))
            next = event.previous
        }
        return events.reversed()
    }

    /// From the event that would have created it to the one that took it out of the ledgers.
    private static func scan(
        _ job: SequenceNumber, _ store: CommandStore, _ progress: Progress
    ) throws -> [EventRecord] {
        let isThere = try store.read { snapshot in
            try snapshot.event(job) { try EventHead($0, at: job).kind == EventKind.created.rawValue } ?? false
        }
        guard isThere else { return [] }
        var events: [EventRecord] = []
        var reader = EventReader(store, EventFilter(job: job))
        var last = job - 1
        while true {
            let (found, latest) = try reader.next(after: last)
            events += found
            progress.update("looking for events of job \(job)", latest, of: 0)
            let isOver = found.contains { $0.event.body.kind == EventKind.purged.rawValue }
            if isOver || latest == last { return events }
            last = latest
        }
    }
}

extension EventRecord {
    fileprivate var replacement: [UInt8]? {
        guard case .replaced(let replaced) = event.body else { return nil }
        return replaced.value.arguments
    }
}

extension JobHistory {
    fileprivate static func missing(_ job: SequenceNumber) -> Failure {
        .no("There is no job \(job); `daybook jobs list` shows those that there are.")
    }
}
