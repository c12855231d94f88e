internal import DaybookLog
internal import DaybookModel

/// Running jobs.
extension JobEngine {
    /// Works until ``stop(within:)`` is called or the surrounding task is cancelled: claims jobs of `queues` (all of
    /// them, if none are named) and runs up to `workers` at a time. What was claimed and not started goes back. Once
    /// the engine has been stopped it returns at once.
    ///
    /// Call it several times at once for workers of several sizes with queues of their own. Cancelling the task cancels
    /// the running jobs at once; they go back without burning an attempt.
    public func run(
        workers: Int = 8, queues: [String]? = nil, order: QueueOrder = .byPriority
    ) async throws {
        try await work(try pool(workers, queues, order))
    }

    /// Works until none of `queues` (all of them, if none are named) has a job that is ready or running, in any
    /// process. Jobs that are due later do not count.
    public func runUntilDrained(
        workers: Int = 8, queues: [String]? = nil, order: QueueOrder = .byPriority
    ) async throws {
        let pool = try pool(workers, queues, order)
        // What waited for a process like this one is work, too, before anybody asks whether there is any.
        try await unparkWhatCanRun()
        try await withThrowingTaskGroup { group in
            group.addTask { try await self.work(pool) }
            group.addTask {
                defer { pool.stop() }
                try await self.waitUntilDrained(queues)
            }
            try await group.waitForAll()
        }
    }

    /// Waits until none of `queues` (all of them, if none are named) has a job that is ready or running, in any
    /// process. Jobs that are due later do not count. Also returns when this engine is stopped. Cancelling the task
    /// that waits throws `CancellationError`.
    public func waitUntilDrained(_ queues: [String]? = nil) async throws {
        try await writer.waitUntilDrained(queues)
    }

    /// Ends every ``run(workers:queues:order:)`` of this engine once its running jobs have finished, at the latest
    /// after `patience` if that is given: what runs then is cancelled and goes back without burning an attempt.
    ///
    /// A job that ignores its cancellation holds the end up for as long as it runs.
    public func stop(within patience: Duration? = nil) {
        if let patience {
            let microseconds = UInt64(clamping: patience.clampedMicroseconds)
            let (span, overflow) = microseconds.multipliedReportingOverflow(by: 1_000)
            let (deadline, wraps) = clock.monotonicNanoseconds().addingReportingOverflow(span)
            if !overflow, !wraps { writer.stopDeadline.set(deadline) }
        }
        writer.stopWorking()
    }

    /// Whether it runs jobs, or takes part in it.
    package var isWorking: Bool { working.current.contains { $0.queues != [AlertEpisode.queue] } }

    /// Each worker is a task that waits; nobody has more jobs under way at once.
    private static let workersMax = 100_000

    private func pool(_ workers: Int, _ queues: [String]?, _ order: QueueOrder) throws -> WorkPool {
        guard workers > 0 else { throw Refusal(.badOption, "There are no \(workers) workers; give 1 or more.") }
        guard workers <= JobEngine.workersMax else {
            throw Refusal(.badOption, "\(workers) workers are too many; give \(JobEngine.workersMax) at most.")
        }
        guard queues?.isEmpty != true else {
            throw Refusal(.badOption, "No queue was named: name one or more, or leave the list out for all of them.")
        }
        for queue in queues ?? [] where !Name.isValid(queue) { throw Refusal.badName("queue", queue) }
        return WorkPool(queues: queues, order: order, workers: workers, runs: registry.runnable)
    }

    private func work(_ pool: WorkPool) async throws {
        working.add(pool)
        defer { working.remove(pool) }
        try await unparkWhatCanRun()
        writer.add(pool)
        let runner = JobRunner(
            pool: pool, registry: registry, inbox: writer.inbox, random: random, process: process,
            claims: writer.claims, desk: writer.desk, clock: clock, storage: environment.storage,
            middleware: middleware, observers: options.observers)
        await withTaskCancellationHandler {
            await withTaskGroup { group in
                // In virtual time whoever drives the engine looks for what is wrong.
                if alerts != nil, environment.driver == nil { group.addTask { try? await self.watchAlerts() } }
                await work(runner)
                group.cancelAll()
            }
        } onCancel: {
            pool.stop()
            writer.inbox.poke()
        }
        try await giveBack(pool)
    }

    private func work(_ runner: JobRunner) async {
        await withTaskGroup(of: UInt32?.self) { group in
            func add(_ worker: UInt32) { group.addTask { await runner.work(as: worker) ? worker : nil } }
            for worker in runner.pool.numbers { add(worker) }
            while let ended = await group.next() { if let spent = ended { add(spent) } }
        }
    }

    /// Makes ready again what other processes could not run and this one can.
    private func unparkWhatCanRun() async throws {
        for job in try read(parkedJobs) {
            _ = try await perform(.unpark(job: job, actor: .process(process)))
        }
    }

    private func parkedJobs(_ log: any LogSnapshot) throws -> [SequenceNumber] {
        var books = Books()
        guard try books.allQueues(in: log).contains(where: { $0[.parked] > 0 }) else { return [] }
        var found: [SequenceNumber] = []
        try RowKey.number(0).withBytes { start in
            try log.scan(.jobs, from: start) { key, value in
                guard let record = JobRecord(value), record.state == .parked,
                    let name = try books.names.text(.job, record.name, in: log),
                    registry.handler(for: name, version: Int(record.version)) != nil
                else { return true }
                found.append(RowKey(key).first)
                return true
            }
        }
        return found
    }

    /// Waits until all that the workers reported is written, and gives back what none of them took.
    private func giveBack(_ pool: WorkPool) async throws {
        // A turn that has begun may still claim for it; it is over before the look is answered.
        writer.remove(pool)
        do {
            _ = try await perform(.look)
            for job in pool.takeOverdue(nowNanoseconds: .max) where writer.claims.giveBack(job) {
                _ = try await perform(
                    .release(
                        job: job.claimed.job, token: job.claimed.token, reason: "the process is stopping",
                        actor: .process(process)))
            }
        } catch is EngineClosed {
            // Closing has said goodbye for all of it.
        }
    }
}
