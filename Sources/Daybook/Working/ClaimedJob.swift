internal import DaybookLog
internal import DaybookModel

/// A job that was claimed for this process and waits for a worker.
struct ClaimedJob: Sendable {
    let claimed: Claimed
    let creation: ClaimedCreation

    /// The job with its payload open, for whoever runs it; as it is, with the reason, where that cannot be. Whether it
    /// has been erased is for the log to say. Throws where that, or what created the job, cannot be read.
    func opened(in storage: any LogStorage) throws -> OpenedJob {
        let created = try creation.read(of: claimed.job)
        guard !created.value.sealed.isEmpty, storage.keyring != nil else {
            return OpenedJob(claimed: claimed, created: created)
        }
        let (opened, closed) = try storage.read { try $0.opened(created.value, at: claimed.job) }
        return OpenedJob(claimed: claimed, created: Box(opened), closed: closed)
    }

    /// What ends the claim where ``opened(in:)`` has thrown.
    func end(after error: any Error, by actor: Actor) -> Command {
        guard !TurnLoop.isAboutOneEvent(error) else { return claimed.parkedAsDamaged(by: actor) }
        return .release(job: claimed.job, token: claimed.token, reason: "the store could not be read", actor: actor)
    }
}

/// A claimed job that a worker has taken.
struct OpenedJob: Sendable {
    let claimed: Claimed
    let created: Box<Created>
    /// Why its payload could not be opened, if that was tried.
    var closed: ClosedPayload?

    /// Why it cannot be run here, if that is so.
    var closedReason: String? {
        guard !created.value.sealed.isEmpty else { return nil }
        return "its arguments are " + (closed?.description ?? "encrypted")
    }
}

extension Claimed {
    /// What ends a claim on a job that nobody can run, since what created it cannot be read.
    func parkedAsDamaged(by actor: Actor) -> Command {
        let reason = "event \(job), which created it, is damaged; see `daybook log verify`"
        return .finish(job: job, token: token, .parked(reason: reason), actor: actor)
    }
}
