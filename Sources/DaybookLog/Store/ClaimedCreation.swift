package import DaybookModel

/// What a claimed job was created as. The writer's time is everybody's, so he reads no more of it than he has to;
/// whoever runs the job reads the rest.
package enum ClaimedCreation: Sendable {
    case known(Box<Created>)
    /// The event that created the job, as the log has it. Its checksum is right.
    case stored(EventPile.Value)

    /// `job` is the one that it was claimed for.
    package func read(of job: SequenceNumber) throws -> Box<Created> {
        switch self {
        case .known(let created): return created
        case .stored(let value):
            return try value.withBytes { try ClaimedCreation.created(in: Event($0, at: job), of: job) }
        }
    }

    static func created(in event: Event?, of job: SequenceNumber) throws(LogError) -> Box<Created> {
        guard case .created(let created)? = event?.body else {
            throw LogError(.damaged, "Event \(job) does not create a job although a job has its number.", at: job)
        }
        return created
    }
}

extension Turn {
    /// What a job is to run as: what it was created as, with other arguments if they were replaced since; with a mark
    /// in their place if they were erased, whichever keys the process that runs it may still have. What is stored may
    /// have been erased as well, which whoever opens it looks up.
    package mutating func creation(of job: SequenceNumber) throws -> ClaimedCreation {
        let flags = try books.job(job, in: transaction)?.flags ?? []
        guard job < batch.first, !flags.contains(.isCarried), !flags.contains(.isReplaced) else {
            return .known(try current(job, flags))
        }
        let stored = try transaction.event(job) { value in
            try EventChecksum.require(value, at: job)
            return pile.add(value)
        }
        return try stored.map { .stored($0) } ?? .known(ClaimedCreation.created(in: nil, of: job))
    }

    /// The same, for those who read it at once.
    package mutating func created(_ job: SequenceNumber) throws -> Box<Created> {
        try creation(of: job).read(of: job)
    }
}
