import Daybook
import DaybookLog
import DaybookModel
import Testing

@Suite struct `A closed engine` {
    @Test func `answers whatever is asked of it, and may be closed again`() async throws {
        try await withStoreFolder { folder in
            let engine = try JobEngine.open(folder)
            let job = try await engine.enqueue("n", arguments: [])
            try await engine.close()
            try await engine.close()
            await #expect(throws: EngineClosed.self) { try await engine.enqueue("n", arguments: []) }
            await #expect(throws: EngineClosed.self) { try await job.cancel() }
            await #expect(throws: EngineClosed.self) { try await engine.pause(queue: "default") }
            #expect(throws: EngineClosed.self) { try engine.state(of: job.id) }
            #expect(throws: EngineClosed.self) { try engine.jobs() }
            #expect(throws: EngineClosed.self) { try engine.recurring.all() }
            await #expect(throws: EngineClosed.self) { try await job.result() }
            await #expect(throws: EngineClosed.self) { try await engine.run() }
            var events = engine.events().makeAsyncIterator()
            #expect(try await events.next() == nil)
            try await engine.waitUntilDrained()
        }
    }

    @Test func `lets all return who wait for it to close, and who work`() async throws {
        try await withStoreFolder { folder in
            let started = Countdown(1)
            let engine = try JobEngine.open(folder) {
                $0.register("patient") { _, context in
                    started.signal()
                    while !context.isCancelled { await Task.yield() }
                }
            }
            let job = try await engine.enqueue("patient", arguments: [])
            try await withThrowingTaskGroup { group in
                group.addTask { try await engine.run(workers: 1) }
                await started.wait()
                for _ in 0..<3 { group.addTask { try await engine.close() } }
                try await group.waitForAll()
            }
            let next = try JobEngine.open(folder)
            #expect(try next.state(of: job.id) == .enqueued)
            #expect(try next.record(job.id)?.attempt == 0)
            try await next.close()
        }
    }
}

@Suite struct `Waiting for the end of the work` {
    @Test func `ends with the engine, before it began or after, and with the task that waits`() async throws {
        try await withStoreFolder { folder in
            let engine = try JobEngine.open(folder)
            _ = try await engine.enqueue("nobody", arguments: [])
            let cancelled = Task { try await engine.waitUntilDrained() }
            cancelled.cancel()
            await #expect(throws: CancellationError.self) { try await cancelled.value }
            async let early: Void = engine.waitUntilDrained()
            engine.stop()
            try await early
            try await engine.waitUntilDrained()
            try await engine.run(workers: 1)
            try await engine.close()
        }
    }

    @Test func `counts what waited for a process like this one`() async throws {
        try await withStoreFolder { folder in
            let caller = try JobEngine.open(folder) { $0.registerFallback { _, _ in throw UnknownHere() } }
            let job = try await caller.enqueue("later", arguments: [])
            try await caller.park(job.id)
            try await caller.close()
            let worker = try JobEngine.open(folder) { $0.register("later") { _, _ in } }
            #expect(try worker.state(of: job.id) == .parked)
            try await worker.runUntilDrained(workers: 1)
            #expect(try worker.state(of: job.id) == .succeeded)
            try await worker.close()
        }
    }

    private struct UnknownHere: Error {}

    @Test(arguments: [[], ["ü bad"], ["good", ""]] as [[String]])
    func `is refused for queues that cannot be`(queues: [String]) async throws {
        try await withStoreFolder { folder in
            let engine = try JobEngine.open(folder)
            await #expect(throws: Refusal.self) { try await engine.run(workers: 1, queues: queues) }
            await #expect(throws: Refusal.self) { try await engine.runUntilDrained(workers: 1, queues: queues) }
            await #expect(throws: Refusal.self) { try await engine.run(workers: 0) }
            try await engine.close()
        }
    }
}

extension JobEngine {
    /// As a process does that claims a job and finds that it cannot run it.
    fileprivate func park(_ job: JobID) async throws {
        let claim = Claim(process: process, queues: nil, isStrict: false, slots: 1, runs: .everything)
        guard case .claimed(let claimed) = try await perform(.claim(claim)), let one = claimed.first else {
            throw Refusal(.noSuchJob, "nothing was claimed")
        }
        _ = try await perform(
            .finish(job: one.job, token: one.token, .parked(reason: "no handler"), actor: .process(process)))
    }
}
