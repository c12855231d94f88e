package import DaybookModel

extension LogSnapshot {
    /// What a job was created as, whether the event that did it is at hand or in an archive: then another one carries
    /// it on. Nil if there is no such job, or it left the ledgers and its creation is no longer at hand.
    package func creation(of job: SequenceNumber) throws -> Box<Created>? {
        if try Books.storedJob(job, in: self)?.flags.contains(.isCarried) == true,
            let carried = try carriedCreation(of: job)
        {
            return carried
        }
        guard case .created(let created)? = try event(job, { try Event($0, at: job) })?.body else { return nil }
        return created
    }

    func carriedCreation(of job: SequenceNumber) throws -> Box<Created>? {
        guard let carried = try ArchiveRows.carried(job, in: self),
            case .carried(let created)? = try event(carried, { try Event($0, at: carried) })?.body
        else { return nil }
        return created
    }
}
