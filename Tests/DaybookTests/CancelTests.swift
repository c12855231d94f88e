import Daybook
import DaybookLog
import DaybookModel
import Synchronization
import Testing

@Suite struct `A run` {
    /// Runs until it is cancelled, however that comes about.
    private static func untilCancelled(_ context: JobContext) async throws {
        while !context.isCancelled { await Task.yield() }
        try Task.checkCancellation()
    }

    private func names(_ events: [Event]) -> [String] {
        events.compactMap { EventKind(rawValue: $0.body.kind)?.name }
    }

    @Test func `of a cancelled job ends, and what it comes to is stale`() async throws {
        try await withStoreFolder { folder in
            let hasStarted = Countdown(1)
            let engine = try JobEngine.open(folder) { registry in
                registry.register("long") { _, context in
                    hasStarted.signal()
                    try await Self.untilCancelled(context)
                }
                registry.register("short") { _, _ in }
            }
            let job = try await engine.enqueue("long", arguments: [])
            try await engine.working(1) {
                await hasStarted.wait()
                _ = try await engine.perform(
                    .cancel(job: job.id.rawValue, expected: nil, reason: "enough", actor: .person("ann")))
                #expect(try engine.record(job.id)?.state == .cancelled)
                try await engine.wait { try names(engine.events(of: job.id)).last == "stale" }
                // The only worker's task was cancelled; another has taken its place.
                let next = try await engine.enqueue("short", arguments: [])
                try await engine.wait { try engine.record(next.id)?.state == .succeeded }
            }
            // On a busy machine the job may have been given back before its worker came.
            let events = try engine.events(of: job.id).suffix(3)
            #expect(names(Array(events)) == ["claimed", "cancelled", "stale"])
            #expect(events.dropFirst().first?.actor == .person("ann"))
            try await engine.close()
        }
    }

    @Test func `that takes longer than its timeout fails, and is tried again`() async throws {
        try await withStoreFolder { folder in
            let time = VirtualTime()
            let runs = Mutex(0)
            let engine = try JobEngine.open(
                folder, program: "test", options: EngineOptions(), host: .real(), clock: time.clock
            ) { registry in
                registry.register("long") { _, context in
                    runs.withLock { $0 += 1 }
                    if context.attempt == 1 { try await Self.untilCancelled(context) }
                }
            }
            let job = try await engine.enqueue(
                "long", arguments: [], [.timeout(.seconds(10)), .retry(.fixed(.zero)), .attempts(2)])
            try await engine.working {
                try await engine.wait { runs.withLock { $0 } == 1 }
                time.advance(by: 9.9)
                _ = try await engine.perform(.look)
                #expect(try engine.record(job.id)?.state == .processing)
                time.advance(by: 0.2)
                try await engine.wait { try engine.record(job.id)?.state == .succeeded }
            }
            let events = try engine.events(of: job.id)
            let failures = events.compactMap { event -> AttemptFailed? in
                if case .attemptFailed(let failure) = event.body { failure.value } else { nil }
            }
            #expect(failures.map(\.errorType) == ["timeout"])
            #expect(failures.first?.reason == "timeout: retry 1 of 1")
            #expect(names(events).contains("stale"))
            try await engine.close()
        }
    }

    @Test func `is not begun for a job that expires, at the instant at which it does`() async throws {
        try await withStoreFolder { folder in
            let time = VirtualTime()
            let engine = try JobEngine.open(
                folder, program: "test", options: EngineOptions(), host: .real(), clock: time.clock
            ) { _ in }
            let job = try await engine.enqueue("n", arguments: [], [.expires(after: .seconds(5))])
            let expires = time.now.advanced(microseconds: 5_000_000)
            time.advance(by: 4.999)
            _ = try await engine.perform(.look)
            #expect(try engine.record(job.id)?.state == .enqueued)
            time.advance(by: 0.001)
            try await engine.wait { try engine.record(job.id)?.state == .cancelled }
            #expect(try engine.events(of: job.id).last?.time == expires)
            try await engine.close()
        }
    }
}
