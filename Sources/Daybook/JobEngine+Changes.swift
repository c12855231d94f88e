internal import DaybookLog
public import DaybookModel

/// What people do to jobs and queues. Whoever did it stands in the log: this process, and the person if one is named.
extension JobEngine {
    /// Cancels a job, waiting or running. Refused once it has finished, and if it is not where `expected` says.
    public func cancel(
        _ id: JobID, reason: String = "", expecting expected: JobState? = nil, by person: String? = nil
    ) async throws {
        try await change(.cancel(job: id.rawValue, expected: expected, reason: reason, actor: actor(person)))
    }

    /// Takes up again a job that has failed, was cancelled, is parked, or waits for its time or for others: it is ready
    /// at once, with all its attempts before it.
    ///
    ///     try await engine.requeue(job, reason: "the bank is back", expecting: .failed, by: "ada")
    ///
    /// A job succeeds once. Of one that has succeeded a new job is made, with the same arguments and options, that
    /// says whose work it does once more; say `expecting: .failed` where that must not be.
    /// - Returns: The job that runs: the same one, or the new one.
    @discardableResult
    public func requeue(
        _ id: JobID, reason: String = "", expecting expected: JobState? = nil, by person: String? = nil
    ) async throws -> JobID {
        JobID(rawValue: try await requeue(id.rawValue, expected, reason, actor(person)).runs)
    }

    package func requeue(
        _ job: SequenceNumber, _ expected: JobState?, _ reason: String, _ actor: Actor
    ) async throws -> (runs: SequenceNumber, event: SequenceNumber) {
        let command = try storage.requeueing(
            job, expecting: expected, reason: reason, by: actor, salt: { try random.next() })
        switch try await perform(command) {
        case .created(let again): return (again, again)
        case .done(let event): return (job, event)
        case .refused(let refusal): throw refusal
        default: throw Refusal(.badOption, "The store answered something else than was asked.")
        }
    }

    /// Lets a job that has not started run no earlier than at an instant.
    public func reschedule(
        _ id: JobID, to instant: Instant, reason: String = "", expecting expected: JobState? = nil,
        by person: String? = nil
    ) async throws {
        try await change(
            .reschedule(
                job: id.rawValue, until: instant, expected: expected, reason: reason, actor: actor(person)))
    }

    /// Lets a job that has not started run so long from now, and no earlier.
    public func reschedule(
        _ id: JobID, after delay: Duration, reason: String = "", expecting expected: JobState? = nil,
        by person: String? = nil
    ) async throws {
        let instant = clock.now().advanced(microseconds: delay.clampedMicroseconds)
        try await reschedule(id, to: instant, reason: reason, expecting: expected, by: person)
    }

    /// Takes a job out of all lists, cancelling it first if it is unfinished. What happened to it stays in the log.
    public func delete(
        _ id: JobID, reason: String = "", expecting expected: JobState? = nil, by person: String? = nil
    ) async throws {
        try await change(.delete(job: id.rawValue, expected: expected, reason: reason, actor: actor(person)))
    }

    /// Hands out no more jobs of a queue, in any process and across restarts, until it is resumed. What runs goes on,
    /// and jobs can be enqueued.
    public func pause(queue: String, reason: String = "", by person: String? = nil) async throws {
        try await change(.pauseQueue(queue, reason: reason, actor: actor(person)))
    }

    /// Hands out the jobs of a paused queue again.
    public func resume(queue: String, reason: String = "", by person: String? = nil) async throws {
        try await change(.resumeQueue(queue, reason: reason, actor: actor(person)))
    }

    /// Pauses all queues, those as well that no job has been in yet. One of them can be resumed alone. Operations on
    /// many jobs and the delivery of alerts go on.
    public func pauseAllQueues(reason: String = "", by person: String? = nil) async throws {
        _ = try await moveAllQueues(isPause: true, reason, actor(person))
    }

    /// Hands out the jobs of all queues again.
    public func resumeAllQueues(reason: String = "", by person: String? = nil) async throws {
        _ = try await moveAllQueues(isPause: false, reason, actor(person))
    }

    /// All of them in one go. Answers the event that says it of the queues to come: who takes that back takes back all.
    package func moveAllQueues(isPause: Bool, _ reason: String, _ actor: Actor) async throws -> SequenceNumber {
        let commands = try storage.commands(pausingAll: isPause, reason: reason, by: actor).map(\.command)
        return try await firstEvent(of: commands)
    }

    /// Performs them in one go. Answers the event of the first.
    func firstEvent(of commands: [Command]) async throws -> SequenceNumber {
        let answers = try await performInOrder(commands.map { [$0] })
        for case .refused(let refusal) in answers { throw refusal }
        guard case .done(let event)? = answers.first else {
            throw Refusal(.badOption, "The store answered something else than was asked.")
        }
        return event
    }

    /// Says how many jobs of a queue, of a name or of a key may run at once, for all processes of the store and until
    /// it is said otherwise.
    ///
    ///     try await engine.limit(.keys("tenant"), to: .concurrency(4))
    ///     try await engine.limit(.key("account:7"), to: .serial)
    ///
    /// What runs already goes on.
    public func limit(
        _ scope: LimitScope, to limit: Limit, reason: String = "", by person: String? = nil
    ) async throws {
        try await change(.limit(scope, limit, reason: reason, actor: actor(person)))
    }

    /// Takes a limit away. What waited for it is let through in turn.
    public func unlimit(_ scope: LimitScope, reason: String = "", by person: String? = nil) async throws {
        try await change(.limit(scope, nil, reason: reason, actor: actor(person)))
    }

    /// This process, and the person if one is named. A name that says nothing would be nobody's in the log.
    func actor(_ person: String?) throws(Refusal) -> Actor {
        if let person { try Refusal.requireName(of: person) }
        return Actor(process: process, person: person)
    }

    private func change(_ command: Command) async throws {
        if case .refused(let refusal) = try await perform(command) { throw refusal }
    }
}

extension Refusal {
    /// Refuses a person whose name is empty, or blank.
    static func requireName(of person: String) throws(Refusal) {
        guard person.allSatisfy(\.isWhitespace) else { return }
        throw Refusal(.badName, "Who did it has an empty name: give the name they go by, or leave `by` out.")
    }
}
