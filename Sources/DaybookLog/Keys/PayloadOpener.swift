package import DaybookModel

// What was erased is what belongs to a tenant's jobs from before the event `erased`. That event and the payloads are
// seen in one snapshot, so whoever reads a payload in it knows, whatever keys this or any process still has in its
// memory: a view that is built from a snapshot with that event never gets to see what was erased.

/// Opens payloads as a snapshot of the log allows it.
struct PayloadOpener {
    let ring: Keyring
    let log: any LogSnapshot

    /// The fields of an event's payload, or why they cannot be read.
    func open(
        _ sealed: UnsafeRawBufferPointer, of head: EventHead, in value: UnsafeRawBufferPointer,
        at sequence: SequenceNumber
    ) throws -> Keyring.Opening {
        try ring.open(sealed) { key in
            try isErased(head.job == 0 ? sequence : head.job, key) {
                try tenant(of: head, in: value, at: sequence)
            }
        }
    }

    /// What a recurring job's jobs are made of, or a job, as event `sequence` has it.
    func opened(_ created: Created, at sequence: SequenceNumber) throws -> (job: Created, closed: ClosedPayload?) {
        try ring.opened(created) { key in try isErased(sequence, key) { created.tenant } }
    }

    /// Whether what belongs to a job, or to the definition of one, was erased. Most keys say whose they are.
    private func isErased(
        _ job: SequenceNumber, _ key: PayloadKey?, tenant: () throws -> String?
    ) throws -> Bool {
        guard ring.scope == .tenant, try RetentionRows.hasErasures(in: log),
            let tenant = try key.map(\.tenant) ?? tenant()
        else { return false }
        return try job < RetentionRows.erasure(of: tenant, in: log)
    }

    private func tenant(
        of head: EventHead, in value: UnsafeRawBufferPointer, at sequence: SequenceNumber
    ) throws -> String? {
        guard case .known(let tenant) = try PayloadOpener.owner(of: head, in: value, at: sequence, log) else {
            return nil
        }
        return tenant
    }

    /// Whose the payload of an event is; of a job that is in no ledger any more, and whose beginning is archived, it
    /// cannot be told.
    static func owner(
        of head: EventHead, in value: UnsafeRawBufferPointer, at sequence: SequenceNumber, _ log: any LogSnapshot
    ) throws -> KeyFile.Tenant {
        switch try? Event(value, at: sequence, withPayload: false).body {
        case .created(let created)?, .carried(let created)?: return .known(created.value.tenant)
        case .recurringSet(let set)?: return .known(set.value.job.tenant)
        default:
            guard head.job != 0 else { return .known(nil) }
            if let record = try Books.storedJob(head.job, in: log) {
                return .known(try RetentionRules.tenant(of: head.job, record, in: log))
            }
            return try log.creationAtHand(of: head.job, withPayload: false).map { .known($0.value.tenant) } ?? .unknown
        }
    }
}

extension LogSnapshot {
    package func closedPayload(of sequence: SequenceNumber) throws -> ClosedPayload? {
        guard let keyring else { return nil }
        return try eventAtHand(sequence) { value in
            guard let head = try? EventHead(value, at: sequence), let sealed = SealedEvent.content(of: value, head),
                // Of a damaged event nothing is to be believed, least of all that a key is wrong.
                EventChecksum.matches(value, at: sequence),
                case .closed(let why) = try PayloadOpener(ring: keyring, log: self)
                    .open(sealed, of: head, in: value, at: sequence)
            else { return nil }
            return why
        } ?? nil
    }

    /// What a job, or those of a recurring one, is made of, as event `sequence` has it: open, or as it is with the
    /// reason.
    package func opened(
        _ created: Created, at sequence: SequenceNumber
    ) throws -> (job: Created, closed: ClosedPayload?) {
        guard let keyring else { return (created, nil) }
        return try PayloadOpener(ring: keyring, log: self).opened(created, at: sequence)
    }
}
