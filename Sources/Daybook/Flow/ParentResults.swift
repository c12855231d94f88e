internal import DaybookLog
internal import DaybookModel

/// Finds what those came to that a running job waited for. Everything stands in the log: the job's first event says who
/// had ended by then, later ones who has ended since, and each leads to that end, whether or not the ledgers still know
/// the other job.
struct ParentResults {
    private let context: JobContext

    init(_ context: JobContext) {
        self.context = context
    }

    /// Of the only one of this name.
    func bytes(of name: String) throws -> [UInt8] {
        let found = try context.notes.desk.read { log in
            try context.parents.filter { id in
                try log.event(id.rawValue) { value in
                    guard case .created(let created) = try Event(value, at: id.rawValue, withPayload: false).body
                    else { return false }
                    return created.value.name == name
                } ?? false
            }
        }
        guard found.count < 2 else {
            throw RunRefusal(
                .badParent, "Job \(context.id) waited for \(found.count) jobs called \(name); ask by id which is meant."
            )
        }
        guard let id = found.first else {
            throw RunRefusal(.badParent, "Job \(context.id) waited for no job called \(name).")
        }
        return try bytes(of: id)
    }

    func bytes(of id: JobID) throws -> [UInt8] {
        guard
            let dependency = context.notes.started.job.created.value.after.first(where: {
                $0.parent == .job(id.rawValue)
            })
        else { throw RunRefusal(.badParent, "Job \(context.id) did not wait for job \(id).") }
        return try context.notes.desk.read { log in
            guard let event = try dependency.end?.at ?? end(of: id.rawValue, in: log) else {
                throw JobEndedBadly(id: id, state: nil, reason: "it had not ended when job \(context.id) was started")
            }
            return try JobEnd.find(id, from: event, in: log).get()
        }
    }

    /// The event that ended it, as this job was told.
    private func end(of parent: SequenceNumber, in log: any LogSnapshot) throws -> SequenceNumber? {
        var sequence = context.token
        while sequence > 0, let event = try log.event(sequence, { try Event($0, at: sequence, withPayload: false) }) {
            switch event.body {
            case .parentEnded(parent, _): return event.cause
            case .parentReopened(parent): return nil
            default: sequence = event.previous
            }
        }
        return nil
    }
}
