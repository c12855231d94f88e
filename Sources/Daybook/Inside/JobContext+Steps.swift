internal import DaybookLog
internal import DaybookModel

/// Work in steps, of which none is repeated.
extension JobContext {
    /// Does a part of the job that must not be done twice, and gives what it came to. When the job runs again, after a
    /// crash or a failure, the step is not done again: what it came to is taken from the log.
    ///
    ///     let receipt = try await context.step("charge") { try await bank.charge(order) }
    ///     try await context.step("ship") { try await warehouse.ship(order, receipt) }
    ///
    /// What the step came to is durable before this returns. A crash after the work and before that leaves the step
    /// undone in the log, so give others ``token`` or the job's id to recognise a repetition by. A step that throws is
    /// not recorded. Each step of a run has a name of its own; a name that comes twice is refused, and so is a step
    /// whose job this run no longer holds. Steps are kept until the job succeeds or is deleted: a job that failed
    /// or was cancelled and is requeued goes on after its last step.
    public func step<Value: Codable & Sendable>(
        _ name: String, isolation: isolated (any _Concurrency.Actor)? = #isolation, _ work: () async throws -> Value
    ) async throws -> Value {
        try await step(name, .json, isolation: isolation, work)
    }

    /// Does a part of the job that must not be done twice, and that comes to nothing but its having been done.
    public func step(
        _ name: String, isolation: isolated (any _Concurrency.Actor)? = #isolation, _ work: () async throws -> Void
    ) async throws {
        try await step(name, .nothing, isolation: isolation, work)
    }

    private func step<Value>(
        _ name: String, _ coding: JobOutputCoding<Value>, isolation: isolated (any _Concurrency.Actor)?,
        _ work: () async throws -> Value
    ) async throws -> Value {
        if let event = try notes.begin(step: name) { return try recorded(name, at: event, coding) }
        do {
            // What is done for a job that others have in their hands would be done twice.
            guard !isCancelled else { throw CancellationError() }
            let value = try await work()
            try await record(name, try coding.bytes(of: value, "What the step \(name) came to"))
            return value
        } catch {
            notes.giveUp(step: name)
            throw error
        }
    }

    private func recorded<Value>(
        _ name: String, at event: SequenceNumber, _ coding: JobOutputCoding<Value>
    ) throws -> Value {
        let body = try notes.desk.read { log in try log.event(event) { try Event($0, at: event).body } }
        guard case .stepped(let stepped)? = body, let value = try? coding.decode(stepped.value.result) else {
            throw RunRefusal(
                .stepUnreadable,
                "Event \(event) has what the step \(name) came to, and this code cannot read it. Give a step that "
                    + "comes to something else another name.")
        }
        return value
    }

    private func record(_ name: String, _ result: [UInt8]) async throws {
        let bytesMax = notes.desk.limits.resultBytesMax
        guard result.count <= bytesMax else {
            throw RunRefusal.tooLarge("What the step \(name) came to", bytesMax: bytesMax)
        }
        let salt = result.isEmpty ? 0 : notes.desk.random.drawn()
        let stepped = Stepped(step: name, salt: salt, result: result)
        switch try await notes.desk.perform(.step(Box(stepped), of: notes.run)) {
        case .done: return
        case .refused(let refusal): throw RunRefusal(.badStep, refusal.description)
        default:
            throw RunRefusal(
                .claimLost,
                "The step \(name) was done and is not recorded: this run no longer holds the job, which was cancelled, "
                    + "took too long, or was taken over by another process.")
        }
    }
}
