// Work for those who are elsewhere: a program in another language, behind a door of its own, that asks for jobs and
// says how they came out. Its claims are this process's and come about like all others, in the turn that has the
// job and finds a slot free; a caller who waits is a pool with as many workers as he wants jobs. What becomes of
// such a claim when the other program falls silent is for whoever speaks with it to say: see `giveUp`.

internal import DaybookLog
package import DaybookModel

/// A run that goes on elsewhere, in this process's name.
package final class RemoteRun: Sendable {
    package let job: SequenceNumber
    package let token: SequenceNumber
    package let attempt: UInt32
    package let created: Box<Created>
    private let notes: RunNotes
    private let engine: JobEngine

    fileprivate init(_ claim: OpenedJob, _ engine: JobEngine, by actor: Actor) {
        job = claim.claimed.job
        token = claim.claimed.token
        attempt = claim.claimed.attempt
        created = claim.created
        let started = StartedRun(claim, nil, place: nil, deadlineNanoseconds: nil, presence: nil)
        notes = RunNotes(started, worker: actor, engine.writer.desk)
        self.engine = engine
        if isForOthers { engine.elsewhere.begin() }
    }

    deinit {
        if isForOthers { engine.elsewhere.end(at: engine.clock.now()) }
    }

    /// Daybook does some jobs of its own by the same way.
    private var isForOthers: Bool { !QueueRecord.isReserved(created.value.queue) }

    /// What handlers know of their run.
    package var context: JobContext { JobContext(notes) }

    /// Whether the claim is still in force: nobody has cancelled or deleted the job, or given it to another.
    package func isInForce() throws -> Bool { try engine.isInForce(job, token) }

    package func log(_ level: LogLine.Level, _ text: String) { notes.log(level, text) }
    package func progress(_ fraction: Double, _ text: String) { notes.progress(fraction, text) }

    // MARK: The end

    /// What is too large is refused before anything of it is kept, so that the run can end in another way.
    package func succeed(
        _ result: [UInt8], statistics: [UInt8] = [], ranMicroseconds: UInt64
    ) async throws -> Answer {
        let outcome = try engine.success(result, ranMicroseconds: ranMicroseconds)
        if !statistics.isEmpty { try notes.setStatistics(statistics) }
        return try await end(outcome)
    }

    package func fail(
        _ type: String, _ text: String, ranMicroseconds: UInt64, isFinal: Bool, because: String = ""
    ) async throws -> Answer {
        try await end(
            engine.failure(type, text, ranMicroseconds: ranMicroseconds, isFinal: isFinal, because: because))
    }

    package func snooze(_ microseconds: Int64) async throws -> Answer {
        try await end(.snoozed(microseconds: max(0, microseconds)))
    }

    package func cancel(reason: String) async throws -> Answer { try await end(.cancelled(reason: reason)) }

    /// It went silent, or gives the job back: the job is ready again, and no attempt is burnt.
    package func giveUp(reason: String) async throws -> Answer {
        try await engine.perform(
            .interrupt(job: job, token: token, reason: reason, charged: false, actor: notes.run.actor))
    }

    /// What it said last goes ahead; the answer is that to its end.
    fileprivate func end(_ outcome: Outcome) async throws -> Answer {
        var commands: [Command] = []
        notes.end(outcome.written(without: notes.secrets)) { commands.append($0) }
        var answer = Answer.done(at: 0)
        for command in commands { answer = try await engine.perform(command) }
        return answer
    }
}

extension JobEngine {
    /// Up to `count` jobs of `queues` (all of them, if none are named) that `runs` names, as soon as there is one; none
    /// if there is none for so long, or the task is cancelled.
    package func claimForOthers(
        upTo count: Int, of queues: [String]?, runs: Runnable, by person: String?, waiting patience: Duration
    ) async throws -> [RemoteRun] {
        guard readiness != .stopping else { return [] }
        let isForOthers = queues.map { !$0.allSatisfy(QueueRecord.isReserved) } ?? true
        if isForOthers { elsewhere.begin() }
        defer { if isForOthers { elsewhere.end(at: self.clock.now()) } }
        let pool = WorkPool(queues: queues, workers: max(1, count), runs: runs, takesOnce: true)
        writer.add(pool)
        let clock = clock
        let first = await withTaskCancellationHandler {
            await withTaskGroup(of: ClaimedJob?.self) { group in
                group.addTask { await pool.next(nowNanoseconds: clock.monotonicNanoseconds()) }
                group.addTask {
                    // All that is ready is looked at in any case, so that who does not wait at all gets what there is.
                    repeat {
                        guard (try? await self.perform(.look)) != nil else { break }
                    } while pool.wasCut && !Task.isCancelled
                    try? await clock.pause(patience)
                    pool.stop()
                    return nil
                }
                // Whichever comes first, the other is let go at once; a job that was handed out meanwhile is not lost.
                var found: ClaimedJob?
                for await job in group {
                    found = found ?? job
                    group.cancelAll()
                }
                return found
            }
        } onCancel: {
            pool.stop()
        }
        let more = pool.takeWaiting()
        pool.stop()
        writer.remove(pool)
        // Who has got jobs has got all of them. Else a turn may just be claiming some: after this none has the pool any
        // more, and what it was given is in it.
        if first == nil { _ = try await perform(.look) }
        let claims = ([first].compactMap { $0 } + more + pool.takeWaiting()).filter { writer.claims.giveBack($0) }
        var runs: [RemoteRun] = []
        let actor = Actor(process: process, person: person)
        for claim in claims {
            let job: OpenedJob
            do {
                job = try claim.opened(in: storage)
            } catch {
                // If that cannot be written, the others are still handed out.
                _ = try? await perform(claim.end(after: error, by: actor))
                continue
            }
            let run = RemoteRun(job, self, by: actor)
            if let reason = job.closedReason {
                _ = try await run.end(.parked(reason: reason))
            } else {
                runs.append(run)
            }
        }
        guard Task.isCancelled else { return runs }
        for run in runs { _ = try await run.giveUp(reason: "whoever asked for it has gone") }
        return []
    }

    /// What a run elsewhere has come to, if it is not too large.
    package func success(_ result: [UInt8], ranMicroseconds: UInt64 = 0) throws -> Outcome {
        guard result.count <= writer.desk.limits.resultBytesMax else {
            throw RunRefusal.tooLarge("The result", bytesMax: writer.desk.limits.resultBytesMax)
        }
        let salt = result.isEmpty ? 0 : random.drawn()
        return .succeeded(Succeeded(ranMicroseconds: ranMicroseconds, salt: salt, result: result))
    }

    package func failure(
        _ type: String, _ text: String, ranMicroseconds: UInt64 = 0, isFinal: Bool, because: String = ""
    ) -> Outcome {
        .failed(
            Box(
                Outcome.Failure(
                    errorType: type, error: text, ranMicroseconds: ranMicroseconds, salt: random.drawn(),
                    random: random.drawn(), isFinal: isFinal, because: because)))
    }

    /// Writes down how a run elsewhere ended whose claim is not held here any more. It does not count.
    package func noteLateEnd(
        of job: SequenceNumber, _ token: SequenceNumber, _ outcome: Outcome, by actor: Actor
    ) async throws {
        let secrets = try storage.opened.creation(of: job)?.value.secrets
        _ = try await perform(.finish(job: job, token: token, outcome.written(without: secrets), actor: actor))
    }

    /// Whether a claim is the one that its job has now.
    package func isInForce(_ job: SequenceNumber, _ token: SequenceNumber) throws -> Bool {
        try read { log in
            guard let record = try Books.storedJob(job, in: log) else { return false }
            return record.state == .processing && record.token == token
        }
    }

    /// The job that a claim is about, and whose claim it is; nil if that event is no claim.
    package func claim(_ token: SequenceNumber) throws -> (job: SequenceNumber, process: SequenceNumber)? {
        try read { log in
            guard token <= (try log.last), let event = try log.event(token, { try Event($0, at: token) }),
                case .claimed = event.body
            else { return nil }
            return (event.job, event.actor.process)
        }
    }
}
