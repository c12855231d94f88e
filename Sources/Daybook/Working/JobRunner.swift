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
        let notes = RunNotes(run, worker: .process(process, worker: worker), desk)
        let outcome = await self.run(job, run, notes)
        claims.end(run)
        // If the writer has died there is nobody left to tell; whoever opens the store next finds the claim without
        // a result.
        notes.end(outcome) { try? inbox.submit(WriteRequest(command: $0, reply: nil)) }
        return run.isCancelled
    }

    /// How the run came out; nil if it was given up before it came to an end.
    private func run(_ job: ClaimedJob, _ run: StartedRun, _ notes: RunNotes) async -> Outcome? {
        let started = clock.monotonicNanoseconds()
        func ran() -> UInt64 { (clock.monotonicNanoseconds() - started) / 1_000 }
        let created = job.created.value
        do {
            guard let handler = registry.handler(for: created.name) else {
                return .parked(reason: "no handler for \(created.name) is registered in the process that claimed it")
            }
            try await RunNotes.$current.withValue(notes) { try await handler(created.arguments, JobContext(notes)) }
            let bytes = notes.result
            guard bytes.count <= desk.resultBytesMax else {
                throw RunRefusal.tooLarge("The result", bytesMax: desk.resultBytesMax)
            }
            return .succeeded(
                Succeeded(ranMicroseconds: ran(), salt: bytes.isEmpty ? 0 : random.drawn(), result: bytes))
        } catch is RunAbandoned {
            return nil
        } catch is CancellationError where Task.isCancelled && !run.isCancelled {
            // The process is stopping; the job did not fail.
            return nil
        } catch is UnreadableArguments {
            return .parked(reason: "the process that claimed it cannot read the arguments of \(created.name)")
        } catch JobOutcome.snooze(let delay) {
            return .snoozed(microseconds: max(0, delay.clampedMicroseconds))
        } catch JobOutcome.cancel(let reason) {
            return .cancelled(reason: reason)
        } catch JobOutcome.stop(let reason) {
            return .failed(Box(failure("JobOutcome.stop", reason, ran(), isFinal: true)))
        } catch {
            let isFinal = (error as? RunRefusal)?.isFinal ?? false
            return .failed(
                Box(failure(String(describing: type(of: error)), String(describing: error), ran(), isFinal: isFinal)))
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
