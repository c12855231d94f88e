package import DaybookModel

extension LogSnapshot {
    /// What a job was created as, whether the event that did it is at hand or in an archive: then another one carries
    /// it on. Nil if there is no such job, or it left the ledgers and its creation is no longer at hand.
    package func creation(of job: SequenceNumber, withPayload: Bool = true) throws -> Box<Created>? {
        if knowsLedgers, try Books.storedJob(job, in: self)?.flags.contains(.isCarried) == true,
            let carried = try carriedCreation(of: job, withPayload: withPayload)
        {
            return carried
        }
        guard case .created(let created)? = try event(job, { try Event($0, at: job, withPayload: withPayload) })?.body
        else { return nil }
        return created
    }

    /// Whether a job is the engine's own that stands for a call of many jobs; see `Books.stage`.
    package func isCall(_ job: SequenceNumber) throws -> Bool {
        try creationAtHand(of: job, withPayload: false)?.value.queue == Name.staging
    }

    /// As ``creation(of:)``, and nil as well where the archive that has it is not there: for those who can do without.
    package func creationAtHand(of job: SequenceNumber, withPayload: Bool = true) throws -> Box<Created>? {
        do {
            return try creation(of: job, withPayload: withPayload)
        } catch let error as LogError where error.code == .notFound {
            return nil
        }
    }

    /// What gave the job other arguments last; nil if nothing did, or it is no longer at hand, or nothing tells.
    package func replacement(of job: SequenceNumber) throws -> Replaced? {
        guard knowsLedgers, let event = try KeyBook.replacement(of: job, in: self),
            case .replaced(let replaced)? = try eventAtHand(event, { try Event($0, at: event) })?.body
        else { return nil }
        return replaced.value
    }

    /// As ``event(_:_:)``, and nil as well where the archive that has it is not there.
    package func eventAtHand<R>(_ sequence: SequenceNumber, _ body: (UnsafeRawBufferPointer) throws -> R) throws -> R? {
        do {
            return try event(sequence, body)
        } catch let error as LogError where error.code == .notFound {
            return nil
        }
    }

    func carriedCreation(of job: SequenceNumber, withPayload: Bool = true) throws -> Box<Created>? {
        guard let carried = try ArchiveRows.carried(job, in: self),
            case .carried(let created)? = try event(carried, { try Event($0, at: carried, withPayload: withPayload) })?
                .body
        else { return nil }
        return created
    }
}
