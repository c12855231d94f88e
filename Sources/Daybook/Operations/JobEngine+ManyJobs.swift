public import DaybookLog
public import DaybookModel

/// What was done to many jobs.
public struct ManyJobs: Sendable {
    /// The job that did it, which the dashboard shows among the operations, and from where it can be taken back.
    public let operation: JobID
    /// How many jobs it found.
    public let matched: Int
    /// To how many of them it was done.
    public let done: Int
    /// Why it was not done to the others, and to how many each.
    public let refused: [String: Int]
}

/// One action on all jobs that a filter finds, as the dashboard and the command line do it.
///
///     let back = try await engine.requeue(
///         where: JobFilter(queue: "mail", error: "Timeout"), reason: "the bank is back", by: "ada")
///     print("\(back.done) of \(back.matched) go on")
///
/// It is an operation: a job of its own, durable before the first of the others is touched. If this process ends
/// meanwhile, it goes on in whichever does operations next: a dashboard, `daybook operations`, or one of these calls.
/// Jobs that came after it are not meant, and each must still be in the state in which it was found.
extension JobEngine {
    /// Takes up again all that match: those that have failed, unless the filter names states.
    @discardableResult
    public func requeue(
        where filter: JobFilter, reason: String = "", by person: String? = nil
    ) async throws -> ManyJobs {
        try await perform(.requeue, on: filter, reason, person)
    }

    /// Cancels all that match: those that are unfinished, unless the filter names states.
    @discardableResult
    public func cancel(where filter: JobFilter, reason: String = "", by person: String? = nil) async throws -> ManyJobs
    {
        try await perform(.cancel, on: filter, reason, person)
    }

    /// Lets all that match run no earlier than at an instant: those that wait to be started, unless the filter names
    /// states.
    @discardableResult
    public func reschedule(
        where filter: JobFilter, to instant: Instant, reason: String = "", by person: String? = nil
    ) async throws -> ManyJobs {
        try await perform(.reschedule, on: filter, reason, person, until: instant)
    }

    /// Takes all that match out of all lists, cancelling them first if they are unfinished.
    @discardableResult
    public func delete(where filter: JobFilter, reason: String = "", by person: String? = nil) async throws -> ManyJobs
    {
        try await perform(.delete, on: filter, reason, person)
    }

    private func perform(
        _ action: Operation.Action, on filter: JobFilter, _ reason: String, _ person: String?, until: Instant? = nil
    ) async throws -> ManyJobs {
        guard !filter.isEmpty else {
            throw Refusal(
                .badOption, "An empty filter would mean every job there is; say which jobs, at least their states.")
        }
        guard readiness != .stopping else { throw EngineClosed() }
        var operation = Operation(action, on: filter, reason: reason, by: person)
        operation.until = until?.microseconds
        let id = try await start(operation)
        while true {
            try Task.checkCancellation()
            // The ticket first, the look second: an end between the two is not missed.
            let ticket = try watch.ticketForAnything()
            if try hasOperations() { try await performOperations() }
            guard try state(of: JobID(rawValue: id))?.isFinished == false else { break }
            // Nothing is begun by an engine that stops; it stands in the log for the next.
            guard readiness != .stopping, try await ticket.wait() else { throw EngineClosed() }
        }
        let totals = try JobOutputCoding<OperationTotals>.json.decode(try await resultBytes(of: JobID(rawValue: id)))
        return ManyJobs(
            operation: JobID(rawValue: id), matched: totals.matched, done: totals.done, refused: totals.refused)
    }
}
