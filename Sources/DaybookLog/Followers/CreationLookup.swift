internal import DaybookModel

/// Finds the events that created jobs, on the snapshot of the batch that is under way. Not Sendable: one thread runs a
/// batch.
final class CreationLookup {
    private var log: (any LogSnapshot)?
    private var known: [SequenceNumber: JobCreation] = [:]

    init(_ log: any LogSnapshot) {
        self.log = log
    }

    /// All that will be asked for is known already, and nothing needs a snapshot.
    init(known: [SequenceNumber: JobCreation]) {
        self.known = known
    }

    /// The snapshot is gone: who has kept an event beyond `apply` is refused.
    func end() { log = nil }

    /// When an event happened; nil where there is no snapshot to look at, and for a gap in a recovered log.
    func time(of sequence: SequenceNumber) throws -> Instant? {
        try log?.event(sequence) { value in try? EventHead(value, at: sequence).time } ?? nil
    }

    func creation(of job: SequenceNumber) throws -> JobCreation? {
        if let creation = known[job] { return creation }
        guard let log else {
            throw LogError(.badInput, "With what a job was created can only be asked inside of a follower's `apply`.")
        }
        if let carried = try log.carriedCreation(of: job) { return JobCreation(carried) }
        return try log.eventAtHand(job) { value in
            guard EventChecksum.matches(value, at: job), let event = try? Event(value, at: job) else {
                throw LogError(.damaged, "Event \(job) is damaged; run `daybook log verify`.", at: job)
            }
            // In a log that was recovered there may be a gap in its place.
            guard case .created(let created) = event.body else { return nil }
            return JobCreation(created)
        } ?? nil
    }
}
