internal import DaybookModel

/// What a run knows from the job's creation.
extension JobContext {
    private var created: Created { notes.started.job.created.value }

    /// Which form the arguments have, from 1.
    public var argumentsVersion: Int { created.version }

    /// How the job is called where people see it: as ``JobOption/displayName(_:)`` says, or its name.
    public var displayName: String { created.shownName }

    /// How many runs the job may have in all.
    public var attempts: Int { Int(created.attempts) }
}

extension Created {
    /// Takes over whose the job that enqueues it is, and what that was given along.
    mutating func inherit(from parent: Box<Created>) {
        if let tenant = parent.value.tenant { self.tenant = tenant }
        for entry in parent.value.metadata {
            let key = Created.metadataKey(entry)
            metadata.removeAll { Created.metadataKey($0) == key }
            metadata.append(entry)
        }
    }
}
