import DaybookLog
import DaybookModel
import Testing

@testable import Daybook

@Suite struct `Statistics of a recurring job` {
    private func withEngine(_ body: (JobEngine, VirtualTime) async throws -> Void) async throws {
        try await withStoreFolder { folder in
            let time = VirtualTime()
            let engine = try JobEngine.open(
                folder, program: "test", options: EngineOptions(), host: HostFacts.real(), clock: time.clock
            ) { _ in }
            try await body(engine, time)
            try await engine.close()
        }
    }

    private func claim(_ engine: JobEngine) async throws -> Claimed {
        let claim = Claim(process: engine.process, worker: 1, queues: nil, slots: 1)
        guard case .claimed(let claimed) = try await engine.perform(.claim(claim)), let job = claimed.first else {
            throw Refusal.noSuchRecurring
        }
        return job
    }

    /// Ends the run of a job, of the next one unless said otherwise.
    @discardableResult
    private func end(
        _ engine: JobEngine, _ claimed: Claimed? = nil, milliseconds: UInt64, fails: Bool = false
    ) async throws -> JobID {
        var job = claimed
        if job == nil { job = try await claim(engine) }
        guard let job else { throw Refusal.noSuchRecurring }
        let microseconds = milliseconds * 1_000
        let failure = Outcome.Failure(
            errorType: "Trouble", error: "no", ranMicroseconds: microseconds, salt: 1, random: 1, isFinal: true)
        _ = try await engine.perform(
            .finish(
                job: job.job, token: job.token,
                fails ? .failed(Box(failure)) : .succeeded(Succeeded(ranMicroseconds: microseconds)),
                actor: .process(engine.process, worker: 1)))
        return JobID(rawValue: job.job)
    }

    @Test func `count how runs ended and how long they took`() async throws {
        try await withEngine { engine, time in
            try await engine.recurring.set(RecurringJob("tick", "job", arguments: [], .every(.seconds(86_400))))
            let none = try engine.recurring.statistics("tick")
            #expect(none.runs == 0 && none.durations == nil && none.isWhole && none.lastSuccess == nil)
            var handles: [JobHandle<[UInt8]>] = []
            for _ in 0..<25 { handles.append(try await engine.recurring.trigger("tick")) }
            for milliseconds in 1...19 { try await end(engine, milliseconds: UInt64(milliseconds)) }
            for _ in 0..<2 { try await end(engine, milliseconds: 30, fails: true) }
            time.advance(by: 10)
            let failed = try await end(engine, milliseconds: 30, fails: true)
            let succeeded = try await end(engine, milliseconds: 20)
            try await engine.cancel(handles[23].id)
            try await engine.recurring.pause("tick")
            time.advance(by: 3 * 86_400)
            try await engine.recurring.resume("tick")

            let found = try engine.recurring.statistics("tick")
            #expect(found.runs == 25 && found.isWhole)
            #expect(found.succeeded == 20 && found.failed == 3 && found.cancelled == 1 && found.unfinished == 1)
            #expect(found.gone == 0 && found.skipped == 3)
            // 23 of them: 1 to 20 ms, and three times 30 ms.
            let durations = try #require(found.durations)
            #expect(durations.shortest == .milliseconds(1) && durations.median == .milliseconds(12))
            #expect(durations.percentile95 == .milliseconds(30) && durations.longest == .milliseconds(30))
            #expect(found.lastSuccess?.job == succeeded && found.lastFailure?.job == failed)
            let ended = try engine.recurring.history("tick").first { $0.job == failed }?.since
            #expect(found.lastFailure?.time == ended)
        }
    }

    @Test func `name what ended last, whichever fired last`() async throws {
        try await withEngine { engine, time in
            try await engine.recurring.set(RecurringJob("tick", "job", arguments: [], .every(.seconds(86_400))))
            for _ in 0..<2 { try await engine.recurring.trigger("tick") }
            let (first, second) = (try await claim(engine), try await claim(engine))
            try await end(engine, second, milliseconds: 1)
            time.advance(by: 10)
            let last = try await end(engine, first, milliseconds: 11)
            #expect(try engine.recurring.statistics("tick").lastSuccess?.job == last)
        }
    }

    @Test func `look at the latest thousand runs and say so`() async throws {
        try await withEngine { engine, _ in
            try await engine.recurring.set(RecurringJob("tick", "job", arguments: [], .every(.seconds(1))))
            try await engine.recurring.pause("tick")
            let now = try Instant(iso8601: "2026-03-01T12:00:00Z")
            let start = now.advanced(microseconds: -999_000_000)
            _ = try await engine.recurring.backfill("tick", from: start, through: now)
            #expect(try engine.recurring.statistics("tick").runs == 1_000)
            #expect(try engine.recurring.statistics("tick").isWhole)
            try await engine.recurring.trigger("tick")
            let found = try engine.recurring.statistics("tick")
            #expect(found.runs == 1_000 && found.unfinished == 1_000 && !found.isWhole)
        }
    }

    @Test(arguments: [
        ([7], [7, 7, 7, 7]), ([2, 1], [1, 1, 2, 2]), (Array(1...100), [1, 50, 95, 100]),
        (Array(1...20), [1, 10, 19, 20]),
    ])
    func `are durations that were measured`(_ given: [Int], _ expected: [Int]) throws {
        let found = try #require(RecurringStatistics.Durations(given.map { .seconds($0) }))
        #expect(
            [found.shortest, found.median, found.percentile95, found.longest] == expected.map { Duration.seconds($0) })
    }
}
