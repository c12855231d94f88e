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
    let clock: EngineClock
    let middleware: MiddlewareChain
    let observers: [any EngineObserver]

    /// One worker: takes a job, runs it, reports, until the pool stops. Answers true if a job that it ran was
    /// cancelled: its task then stays cancelled, and another has to take its place.
    func work(as worker: UInt32) async -> Bool {
        while let job = await pool.next(nowNanoseconds: clock.monotonicNanoseconds()) {
            let wasCancelled = await withUnsafeCurrentTask { task in
                await attend(job, task.map(TaskReference.init), worker)
            }
            pool.finish()
            if wasCancelled { return true }
        }
        return false
    }

    private func attend(_ job: ClaimedJob, _ task: TaskReference?, _ worker: UInt32) async -> Bool {
        // Whoever took the claim away before it began has written down why.
        guard let (run, isFirst) = claims.begin(job, task, nowNanoseconds: clock.monotonicNanoseconds()) else {
            return false
        }
        if isFirst { inbox.poke() }
        let outcome = await self.run(job, run)
        claims.end(run)
        report(outcome, of: job, by: worker)
        return run.isCancelled
    }

    /// How the run came out; nil if it was given up before it came to an end.
    private func run(_ job: ClaimedJob, _ run: StartedRun) async -> Outcome? {
        let started = clock.monotonicNanoseconds()
        let result = ResultBox()
        let context = context(job, run, result)
        for observer in observers { observer.started(context) }
        let end = await end(of: context, job.created)
        let ran = clock.monotonicNanoseconds() - started
        var chosen: RunOutcome?
        if case .outcome(let outcome) = end {
            chosen = middleware.all.isEmpty ? outcome : middleware.choose(outcome, for: context)
        }
        for observer in observers { observer.ended(context, chosen, after: .nanoseconds(Int64(clamping: ran))) }
        if case .parked(let reason) = end { return .parked(reason: reason) }
        return chosen.map { outcome(of: $0, ran / 1_000) }
    }

    private enum End {
        case outcome(RunOutcome)
        case parked(reason: String)
        /// Given up before it came to an end.
        case abandoned
    }

    private func end(of context: JobContext, _ created: Box<Created>) async -> End {
        guard let handler = registry.handler(for: context.name, version: context.argumentsVersion) else {
            return .parked(reason: "no handler for \(context.name) is registered in the process that claimed it")
        }
        do {
            try await JobContext.$current.withValue(context) {
                guard !middleware.all.isEmpty else { return try await handler(created.value.arguments, context) }
                try await middleware.run(context) { try await handler(created.value.arguments, context) }
            }
            return .outcome(.succeeded(result: context.result.take()))
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
        } catch  where Task.isCancelled && !context.run.isCancelled {
            // The process is stopping; whatever the run made of that, the job did not fail.
            return .abandoned
        } catch {
            return .outcome(.failed(error, retries: true))
        }
    }

    private func outcome(of chosen: RunOutcome, _ ran: UInt64) -> Outcome {
        switch chosen {
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
            errorType: type, error: JobRunner.limited(text), ranMicroseconds: ran, salt: random.drawn(),
            random: random.drawn(), isFinal: isFinal)
    }

    /// An error's text is for people; what is longer than they would read is cut, with a mark.
    private static func limited(_ text: String) -> String {
        guard text.utf8.count > errorBytesMax else { return text }
        return String(decoding: text.utf8.prefix(errorBytesMax), as: UTF8.self) + " … (cut)"
    }

    private static let errorBytesMax = 64 << 10

    private func context(_ job: ClaimedJob, _ run: StartedRun, _ result: ResultBox) -> JobContext {
        let created = job.created.value
        return JobContext(
            id: JobID(rawValue: job.claimed.job), name: created.name, queue: created.queue,
            attempt: Int(job.claimed.attempt), token: job.claimed.token, tags: created.tags, tenant: created.tenant,
            created: job.created, run: run, result: result)
    }

    private func report(_ outcome: Outcome?, of job: ClaimedJob, by worker: UInt32) {
        let (id, token) = (job.claimed.job, job.claimed.token)
        let actor = Actor.process(process, worker: worker)
        let command =
            outcome.map { Command.finish(job: id, token: token, $0, actor: actor) }
            ?? .interrupt(job: id, token: token, reason: "the process is stopping", charged: false, actor: actor)
        // If the writer has died there is nobody left to tell; whoever opens the store next finds the claim without
        // a result.
        try? inbox.submit(WriteRequest(command: command, reply: nil))
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
