import DaybookModel
import Testing

@testable import Daybook

@Suite struct `One action on many jobs` {
    private struct Trouble: Error {}

    private func withEngine(_ body: (JobEngine) async throws -> Void) async throws {
        try await withStoreFolder { folder in
            let engine = try JobEngine.open(folder, program: "test")
            try await body(engine)
            try await engine.close()
        }
    }

    private func enqueue(_ engine: JobEngine, _ count: Int, _ options: JobOption...) async throws -> [JobID] {
        try await engine.enqueue((0..<count).map { _ in JobRequest("bad", arguments: [], options) }).map(\.id)
    }

    private func states(_ engine: JobEngine, _ jobs: [JobID]) throws -> Set<JobState?> {
        Set(try jobs.map { try engine.state(of: $0) })
    }

    @Test func `takes up what has failed, of one queue and with one error, and nothing else`() async throws {
        try await withStoreFolder { folder in
            let first = try JobEngine.open(folder, program: "test") { $0.register("bad") { _, _ in throw Trouble() } }
            let mail = try await enqueue(first, 3, .queue("mail"), .attempts(1))
            let other = try await enqueue(first, 2, .queue("other"), .attempts(1))
            try await first.working { try await first.wait { try states(first, mail + other) == [.failed] } }
            // What is stopping begins nothing, and leaves nothing behind for others to begin.
            await #expect(throws: EngineClosed.self) { try await first.requeue(where: JobFilter(queue: "mail")) }
            #expect(try !first.hasOperations())
            try await first.close()
            let engine = try JobEngine.open(folder, program: "test")
            let waiting = try await enqueue(engine, 1, .queue("mail"), .delay(.seconds(3_600)))
            let back = try await engine.requeue(
                where: JobFilter(queue: "mail"), reason: "the bank is back", by: "ada")
            #expect(back.matched == 3 && back.done == 3 && back.refused.isEmpty)
            #expect(try states(engine, mail) == [.enqueued] && states(engine, other) == [.failed])
            #expect(try states(engine, waiting) == [.scheduled])
            let last = try #require(try engine.timeline(of: mail[0]).last)
            #expect(last.actor.person == "ada" && last.reason.hasPrefix("the bank is back"))
            #expect(try engine.job(back.operation)?.state == .succeeded)
            #expect(try await engine.requeue(where: JobFilter(error: "No"), by: "ada").matched == 0)
            try await engine.close()
        }
    }

    @Test func `puts off, cancels and deletes what matches`() async throws {
        try await withEngine { engine in
            let jobs = try await enqueue(engine, 3, .tags("old"))
            let other = try await enqueue(engine, 1)
            let later = engine.clock.now().advanced(microseconds: 3_600_000_000)
            #expect(try await engine.reschedule(where: JobFilter(tags: ["old"]), to: later).done == 3)
            #expect(try jobs.map { try engine.job($0)?.due } == [later, later, later])
            #expect(try await engine.cancel(where: JobFilter(tags: ["old"])).done == 3)
            #expect(try states(engine, jobs) == [.cancelled])
            #expect(try await engine.delete(where: JobFilter(tags: ["old"])).done == 3)
            #expect(try states(engine, jobs) == [nil] && states(engine, other) == [.enqueued])
        }
    }

    @Test func `is refused where nothing says which jobs`() async throws {
        try await withEngine { engine in
            let job = try await enqueue(engine, 1)
            let refusal = await #expect(throws: Refusal.self) { try await engine.cancel(where: JobFilter()) }
            #expect(refusal?.description.contains("say which jobs") == true)
            #expect(try states(engine, job) == [.enqueued])
        }
    }
}
