// A job succeeds once, and that it did stands. Whoever wants its work done once more gets another job, made of what the
// first one ran with last, that says whose work it does.

package import DaybookModel

extension LogStorage {
    /// The command that makes a job ready again, or, if it has succeeded, enqueues another that does its work once
    /// more.
    package func requeueing(
        _ job: SequenceNumber, expecting expected: JobState?, reason: String, by actor: Actor,
        salt: () throws -> UInt64
    ) throws -> Command {
        let state = try read { try Books.storedJob(job, in: $0)?.state }
        guard state == .succeeded, expected ?? .succeeded == .succeeded else {
            return .requeue(job: job, expected: expected, reason: reason, actor: actor)
        }
        return .enqueue(Box(try workAgain(of: job, reason, actor, salt: try salt())), onConflict: .refuse)
    }

    /// What a job is made of that does once more what another one did. It runs at once and belongs to no batch, whose
    /// members were counted; nobody else's request is answered with it.
    package func workAgain(
        of job: SequenceNumber, _ reason: String, _ actor: Actor, salt: UInt64
    ) throws -> Created {
        var again = try read { try $0.lastRunAs(job) }
        again.rerunOf = job
        again.actor = actor
        again.client = actor.client
        again.salt = salt
        again.due = nil
        again.expires = nil
        again.requestID = nil
        again.batch = 0
        again.after = try again.after.compactMap(met)
        again.note("daybook.replaces", "")
        again.note("daybook.reason", String(reason.prefix(200)))
        return again
    }

    /// What a job waited for, if its condition is still met: whose result the run may want to read.
    private func met(_ dependency: Dependency) throws -> Dependency? {
        guard case .job(let parent) = dependency.parent else { return nil }
        let end = try read { log -> Dependency.End? in
            if let record = try Books.storedJob(parent, in: log) {
                return Dependency.End(record.state, at: record.last)
            }
            return try BatchRecord.of(parent, in: log).map { Dependency.End($0.standing.jobState, at: $0.last) }
        }
        guard let end = try end ?? endOfDeleted(parent), dependency.condition.isMet(by: end.state) == true
        else { return nil }
        return Dependency(.job(parent), dependency.condition, end: end)
    }
}

extension LogSnapshot {
    /// What a job's latest run got, open.
    fileprivate func lastRunAs(_ job: SequenceNumber) throws -> Created {
        func no(_ why: String) -> Refusal {
            Refusal(.wrongState, "Job \(job) has succeeded, and cannot be done again: \(why).")
        }
        guard let created = try creationAtHand(of: job) else { throw no("what it was made of is no longer at hand") }
        guard !QueueRecord.isReserved(created.value.queue) else { throw no("it was the engine's own") }
        let (opened, closed) = try opened(created.value, at: job)
        if let closed = try closed ?? closedArguments(of: job) { throw no("its arguments are \(closed)") }
        var current = opened
        if let replaced = try replacement(of: job) {
            current.arguments = keyring?.openedArguments(of: replaced) ?? replaced.arguments
            current.takeForm(of: replaced)
        }
        return current
    }
}
