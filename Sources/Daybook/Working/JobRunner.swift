internal import DaybookLog
internal import DaybookModel

/// Runs claimed jobs and reports how they came out.
struct JobRunner: Sendable {
    let pool: WorkPool
    let registry: JobRegistry
    let inbox: Inbox
    let random: RandomNumbers
    let process: SequenceNumber
    let claims: HeldClaims
    let desk: RunDesk
    let clock: EngineClock
    let storage: any LogStorage
    let middleware: MiddlewareChain
    let observers: [any EngineObserver]

    /// One worker: takes a job, runs it, reports, until the pool stops. Answers true if a job that it ran was
    /// cancelled: its task then stays cancelled, and another has to take its place.
    func work(as worker: UInt32) async -> Bool {
        await withUnsafeCurrentTask { task in await work(as: worker, in: task.map(TaskReference.init)) }
    }

    /// The same, as the task that it runs in.
    private func work(as worker: UInt32, in task: TaskReference?) async -> Bool {
        var now = clock.monotonicNanoseconds()
        while let job = await pool.next(nowNanoseconds: now) {
            let wasCancelled = await attend(job, task, worker, &now)
            pool.finish()
            if wasCancelled { return true }
        }
        return false
    }

    /// Leaves in `now` when the run ended: to ask for the time costs as much as some of the rest.
    @inline(__always)
    private func attend(
        _ claim: ClaimedJob, _ task: TaskReference?, _ worker: UInt32, _ now: inout UInt64
    ) async -> Bool {
        let job = opened(claim)
        now = clock.monotonicNanoseconds()
        guard let job else { return false }
        // Whoever took the claim away before it began has written down why.
        guard let (run, isFirst) = claims.begin(job, task, nowNanoseconds: now) else { return false }
        if isFirst { inbox.poke() }
        let notes = RunNotes(run, worker: .process(process, worker: worker), desk)
        let outcome = await self.run(job, run, notes, &now)
        claims.end(run)
        // If the writer has died there is nobody left to tell; whoever opens the store next finds the claim without
        // a result.
        notes.end(outcome) { try? inbox.submit(WriteRequest(command: $0, reply: nil)) }
        return run.isCancelled
    }

    private func opened(_ claim: ClaimedJob) -> OpenedJob? {
        do {
            return try claim.opened(in: storage)
        } catch {
            guard claims.giveBack(claim) else { return nil }
            let end = claim.end(after: error, by: .process(process))
            try? inbox.submit(WriteRequest(command: end, reply: nil))
            return nil
        }
    }

    /// How the run came out; nil if it was given up before it came to an end.
    @inline(__always)
    private func run(_ job: OpenedJob, _ run: StartedRun, _ notes: RunNotes, _ now: inout UInt64) async -> Outcome? {
        let started = now
        let context = JobContext(notes)
        for observer in observers { observer.started(context) }
        let end = await end(of: context, job.created, run, notes)
        now = clock.monotonicNanoseconds()
        let ran = now - started
        var chosen: RunOutcome?
        if case .outcome(let outcome) = end {
            chosen = middleware.all.isEmpty ? outcome : middleware.choose(outcome, for: context)
        }
        for observer in observers { observer.ended(context, chosen, after: .nanoseconds(Int64(clamping: ran))) }
        // Whoever looks on takes the time that he takes.
        if !middleware.all.isEmpty || !observers.isEmpty { now = clock.monotonicNanoseconds() }
        if case .parked(let reason) = end { return .parked(reason: reason) }
        return chosen.map { (outcome(of: $0, ran / 1_000)).written(without: notes.secrets) }
    }

    private enum End {
        case outcome(RunOutcome)
        case parked(reason: String)
        /// Given up before it came to an end.
        case abandoned
    }

    @inline(__always)
    private func end(
        of context: JobContext, _ created: Box<Created>, _ run: StartedRun, _ notes: RunNotes
    ) async -> End {
        if let reason = run.job.closedReason { return .parked(reason: reason) }
        guard let handler = registry.handler(for: context.name, version: context.argumentsVersion) else {
            return .parked(reason: "no handler for \(context.name) is registered in the process that claimed it")
        }
        do {
            try await RunNotes.$current.withValue(notes) {
                guard !middleware.all.isEmpty else { return try await handler(created.value.arguments, context) }
                try await middleware.run(context) { try await handler(created.value.arguments, context) }
            }
            let result = notes.result
            guard result.count <= desk.limits.resultBytesMax else {
                return .outcome(.failed(resultTooLarge, retries: false))
            }
            return .outcome(.succeeded(result: result))
        } catch is RunAbandoned {
            return .abandoned
        } catch is UnreadableArguments {
            return .parked(reason: "the process that claimed it cannot read the arguments of \(context.name)")
        } catch JobOutcome.snooze(let delay) {
            return .outcome(.snooze(delay))
        } catch JobOutcome.cancel(let reason) {
            return .outcome(.cancel(reason: reason))
        } catch JobOutcome.stop(let reason) {
            return .outcome(.failed(JobOutcome.stop(reason: reason), retries: false))
        } catch  where Task.isCancelled && !run.isCancelled {
            // The process is stopping; whatever the run made of that, the job did not fail.
            return .abandoned
        } catch {
            return .outcome(.failed(error, retries: (error as? RunRefusal)?.isFinal != true))
        }
    }

    private var resultTooLarge: RunRefusal { .tooLarge("The result", bytesMax: desk.limits.resultBytesMax) }

    private func outcome(of chosen: RunOutcome, _ ran: UInt64) -> Outcome {
        switch chosen {
        case .succeeded(let result) where result.count > desk.limits.resultBytesMax:
            outcome(of: .failed(resultTooLarge, retries: false), ran)
        case .succeeded(let result):
            .succeeded(Succeeded(ranMicroseconds: ran, salt: result.isEmpty ? 0 : random.drawn(), result: result))
        case .snooze(let delay): .snoozed(microseconds: max(0, delay.clampedMicroseconds))
        case .cancel(let reason): .cancelled(reason: reason)
        case .failed(JobOutcome.stop(let reason), let retries):
            .failed(Box(failure("JobOutcome.stop", reason, ran, isFinal: !retries)))
        case .failed(let error, let retries):
            .failed(
                Box(failure(String(describing: type(of: error)), String(describing: error), ran, isFinal: !retries)))
        }
    }

    private func failure(_ type: String, _ text: String, _ ran: UInt64, isFinal: Bool = false) -> Outcome.Failure {
        Outcome.Failure(
            errorType: type, error: text, ranMicroseconds: ran, salt: random.drawn(), random: random.drawn(),
            isFinal: isFinal)
    }
}

extension Outcome {
    /// As it may be written down: without what its job's type calls secret, where texts quote it, and of an error no
    /// more than people would read. Results are for whoever waits for them; they are covered where they are shown.
    func written(without secrets: Secrets?) -> Outcome {
        switch self {
        case .failed(let failure):
            var written = failure.value
            // A worker elsewhere writes the type as freely as the text. Of a secret that is cut, half would stay.
            written.errorType = (secrets?.text(written.errorType) ?? written.errorType).cut(toBytes: 200)
            written.error = (secrets?.text(written.error) ?? written.error).cut(toBytes: 64 << 10)
            return .failed(Box(written))
        case .cancelled(let reason): return .cancelled(reason: secrets?.text(reason) ?? reason)
        default: return self
        }
    }
}

extension RandomNumbers {
    /// What a rule needs drawn. A system that has no random numbers any more must not keep a result from being told.
    func drawn() -> UInt64 {
        (try? next()) ?? 0
    }
}

/// A run was cut off because its process stops: the job goes back, and no attempt is burnt.
package struct RunAbandoned: Error {
    package init() {}
}
