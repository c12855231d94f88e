import Daybook
import DaybookLog
import DaybookModel
import Synchronization
import Testing

@Suite struct `Stopping` {
    @Test func `waits for what runs, and cuts it off at the deadline without burning an attempt`() async throws {
        struct Annoyed: Error {}
        try await withStoreFolder { folder in
            let time = VirtualTime()
            let started = Countdown(2)
            let engine = try JobEngine.open(
                folder, program: "test", options: EngineOptions(), host: .real(), clock: time.clock
            ) { jobs in
                for name in ["patient", "annoyed"] {
                    jobs.register(name) { _, context in
                        started.signal()
                        while !context.isCancelled { await Task.yield() }
                        // Whatever a run makes of being cut off, it has not failed.
                        if name == "annoyed" { throw Annoyed() }
                        try Task.checkCancellation()
                    }
                }
            }
            let jobs = [
                try await engine.enqueue("patient", arguments: []), try await engine.enqueue("annoyed", arguments: []),
            ]
            try await withThrowingTaskGroup { group in
                group.addTask { try await engine.run(workers: 2) }
                await started.wait()
                engine.stop(within: .seconds(10))
                time.advance(by: 9.9)
                _ = try await engine.perform(.look)
                for job in jobs { #expect(try job.state() == .processing) }
                time.advance(by: 0.2)
                try await group.waitForAll()
            }
            for job in jobs {
                #expect(try job.state() == .enqueued)
                #expect(try engine.record(job.id)?.attempt == 0)
                guard case .interrupted("the process is stopping", false)? = try engine.events(of: job.id).last?.body
                else {
                    Issue.record("\(String(describing: try engine.events(of: job.id).last))")
                    continue
                }
            }
            try await engine.close()
        }
    }

    /// A job that has begun and hears nothing until it is released.
    private func withDeafJob(
        _ body: (
            JobEngine, VirtualTime, String, JobHandle<[UInt8]>, Task<Void, any Error>, _ release: Countdown
        ) async throws -> Void
    ) async throws {
        try await withStoreFolder { folder in
            let (started, release) = (Countdown(1), Countdown(1))
            let time = VirtualTime()
            let engine = try JobEngine.open(
                folder, program: "test", options: EngineOptions(), host: .real(), clock: time.clock
            ) { jobs in
                jobs.register("deaf") { _, _ in
                    started.signal()
                    await release.wait()
                }
            }
            let job = try await engine.enqueue("deaf", arguments: [])
            let working = Task { try await engine.run(workers: 1) }
            await started.wait()
            try await body(engine, time, folder, job, working, release)
        }
    }

    @Test func `is held up by a job that ignores its cancellation, which counts when it returns`() async throws {
        try await withDeafJob { engine, time, _, job, working, release in
            engine.stop(within: .seconds(10))
            time.advance(by: 100)
            _ = try await engine.perform(.look)
            #expect(try job.state() == .processing)
            release.signal()
            try await working.value
            #expect(try job.state() == .succeeded)
            try await engine.close()
        }
    }

    @Test func `by closing gives up a job that ignores its cancellation`() async throws {
        try await withDeafJob { engine, _, folder, job, working, release in
            try await engine.close()
            let next = try JobEngine.open(folder)
            #expect(try next.state(of: job.id) == .enqueued)
            #expect(try next.job(job.id)?.attempt == 0)
            release.signal()
            _ = try? await working.value
            #expect(try next.state(of: job.id) == .enqueued)
            try await next.close()
        }
    }

    @Test func `is what a process does that was asked to, and one that begins to work later does not`() async throws {
        try await withStoreFolder { folder in
            let engine = try JobEngine.open(folder) { $0.register("n") { _, _ in } }
            try await withThrowingTaskGroup { group in
                group.addTask { try await engine.run(workers: 1) }
                let wish = Command.askProcess(engine.process, .stop, reason: "", actor: .person("ada"))
                _ = try await engine.perform(wish)
                try await group.waitForAll()
            }
            try await engine.run(workers: 1)
            try await engine.close()
        }
    }

    @Test func `is left to a program that says how, and it is told once`() async throws {
        try await withStoreFolder { folder in
            let told = Mutex(0)
            var options = EngineOptions()
            options.whenAskedToStop = { told.withLock { $0 += 1 } }
            let engine = try JobEngine.open(folder, options: options)
            _ = try await engine.perform(.askProcess(engine.process, .stop, reason: "", actor: .person("ada")))
            // Each is a turn of its own, and finds that it was asked.
            for _ in 0..<3 { _ = try await engine.perform(.look) }
            #expect(told.withLock { $0 } == 1)
            try await engine.close()
        }
    }
}

@Suite struct `Workers on several queues` {
    private func order(_ queueOrder: QueueOrder, _ queues: [String]?) async throws -> [String] {
        try await withStoreFolder { folder in
            let ran = Mutex<[String]>([])
            let engine = try JobEngine.open(folder) {
                $0.register("n") { _, context in ran.withLock { $0.append(context.queue) } }
            }
            for (queue, priority) in [("a", 0), ("b", 5), ("c", 0), ("b", -5), ("c", 9)] {
                _ = try await engine.enqueue("n", arguments: [], [.queue(queue), .priority(priority)])
            }
            try await withThrowingTaskGroup { group in
                group.addTask { try await engine.run(workers: 1, queues: queues, order: queueOrder) }
                try await engine.wait { ran.withLock { $0.count } == (queues?.count ?? 3) * 2 - 1 }
                engine.stop()
                try await group.waitForAll()
            }
            try await engine.close()
            return ran.withLock { $0 }
        }
    }

    @Test func `take the highest priority over all, or the queues in the order given`() async throws {
        #expect(try await order(.byPriority, ["c", "a", "b"]) == ["c", "b", "a", "c", "b"])
        #expect(try await order(.strict, ["c", "a", "b"]) == ["c", "c", "a", "b", "b"])
    }

    @Test func `may stand beside each other in one process`() async throws {
        try await withStoreFolder { folder in
            let both = Countdown(2)
            let release = Countdown(1)
            let engine = try JobEngine.open(folder) {
                // Each waits for the other: with one set of workers for both this would never end.
                $0.register("n") { _, _ in
                    both.signal()
                    await both.wait()
                }
            }
            let jobs = [
                try await engine.enqueue("n", arguments: [], [.queue("small")]),
                try await engine.enqueue("n", arguments: [], [.queue("large")]),
            ]
            try await withThrowingTaskGroup { group in
                group.addTask { try await engine.run(workers: 1, queues: ["small"]) }
                group.addTask { try await engine.run(workers: 3, queues: ["large"]) }
                for job in jobs { _ = try await job.result() }
                engine.stop()
                try await group.waitForAll()
            }
            release.signal()
            try await engine.close()
        }
    }
}
