import Daybook
import DaybookLog
import DaybookModel
import Testing

private struct Echo: Job {
    static let jobName = "echo"
    var numbers: [Int]
    func run(_ context: JobContext) async throws -> [Int] { numbers }
}

private struct Sum: Job {
    static let jobName = "sum"
    func run(_ context: JobContext) async throws -> Int { try context.result(of: Echo.self).reduce(0, +) }
}

@Suite struct `A job that has succeeded and is wanted again` {
    private func withEngine(_ body: (JobEngine) async throws -> Void) async throws {
        try await withStoreFolder { folder in
            let engine = try JobEngine.open(folder, program: "test") {
                $0.register(Echo.self)
                $0.register(Sum.self)
            }
            try await body(engine)
            try await engine.close()
        }
    }

    @Test func `is done once more by a new job with the same arguments, and stays as it is`() async throws {
        try await withEngine { engine in
            let first = try await engine.enqueue(
                Echo(numbers: [7]), .queue("mail"), .priority(5), .tags("a"), .requestID("r"), .attempts(3))
            try await engine.runUntilDrained(workers: 1)
            let again = try await engine.requeue(first.id, reason: "lost in the post", by: "ada")
            #expect(again != first.id)
            #expect(try engine.state(of: first.id) == .succeeded)
            let details = try #require(try engine.details(of: again))
            #expect(details.rerunOf == first.id && details.tags == ["a"])
            #expect(details.summary.queue == "mail" && details.summary.priority == 5)
            #expect(details.summary.attempts == 3 && details.summary.state == .enqueued)
            let event = try #require(try engine.timeline(of: again).first)
            #expect(event.actor.person == "ada")
            #expect(event.cause == (try engine.timeline(of: first.id).last?.sequence))
            try await engine.runUntilDrained(workers: 1)
            #expect(try await engine.handle(for: again, of: Echo.self).result() == [7])
            let third = try await engine.requeue(again)
            #expect(third != again && third != first.id)
            // The one request was for the first job.
            #expect(try await engine.enqueue(Echo(numbers: [7]), .requestID("r")).id == first.id)
        }
    }

    @Test func `is refused where it was expected elsewhere, or its key is somebody's`() async throws {
        try await withEngine { engine in
            let first = try await engine.enqueue(Echo(numbers: [1]), .key("k"))
            try await engine.runUntilDrained(workers: 1)
            await #expect(throws: Refusal.self) { try await engine.requeue(first.id, expecting: .failed) }
            let holder = try await engine.enqueue(Echo(numbers: [2]), .key("k"))
            let refusal = await #expect(throws: Refusal.self) { try await engine.requeue(first.id) }
            #expect(refusal?.description.contains("\(holder.id)") == true)
            try await engine.runUntilDrained(workers: 1)
            try await engine.delete(first.id)
            await #expect(throws: Refusal.self) { try await engine.requeue(first.id) }
            #expect(try await engine.requeue(holder.id, expecting: .succeeded) != holder.id)
        }
    }

    @Test(arguments: [0, 31, 32]) func `keeps the metadata that it had, and the last reason if there is room`(
        count: Int
    ) async throws {
        try await withEngine { engine in
            let own = (0..<count).map { JobOption.metadata("m\($0)", "x") }
            let first = try await engine.enqueue("echo", arguments: Array("{\"numbers\":[1]}".utf8), own)
            try await engine.runUntilDrained(workers: 1)
            let second = try await engine.requeue(first.id, reason: "lost")
            try await engine.runUntilDrained(workers: 1)
            let third = try await engine.requeue(second, reason: "lost again")
            let metadata = try engine.read { try $0.creation(of: third.rawValue) }?.value.metadata ?? []
            #expect(metadata.count == min(count + 1, 32))
            #expect(metadata.filter { $0.hasPrefix("daybook.") } == (count < 32 ? ["daybook.reason=lost again"] : []))
        }
    }

    @Test func `is not done once more before it has succeeded`() async throws {
        try await withEngine { engine in
            let first = try await engine.enqueue(Echo(numbers: [1]))
            for job in [first.id.rawValue, 999] {
                var created = Created(name: "echo", queue: "default", attempts: 1, salt: 1, arguments: [])
                created.rerunOf = job
                guard case .refused = try await engine.perform(.enqueue(Box(created), onConflict: .refuse)) else {
                    Issue.record("job \(job) was done once more")
                    continue
                }
            }
        }
    }

    @Test func `reads what those came to that it had waited for`() async throws {
        try await withEngine { engine in
            let parent = try await engine.enqueue(Echo(numbers: [3, 4]))
            let child = try await engine.enqueue(Sum(), .after(parent.id))
            try await engine.runUntilDrained(workers: 1)
            #expect(try await child.result() == 7)
            let again = try await engine.requeue(child.id)
            try await engine.runUntilDrained(workers: 1)
            #expect(try await engine.handle(for: again, of: Sum.self).result() == 7)
            // Nobody waits for what can no longer be.
            try await engine.delete(parent.id)
            #expect(try engine.state(of: try await engine.requeue(child.id)) == .enqueued)
        }
    }

    @Test func `gets the arguments that it ran with last`() async throws {
        try await withEngine { engine in
            let first = try await engine.enqueue(Echo(numbers: [1]), .key("k"), .delay(.seconds(3_600)))
            _ = try await engine.enqueue(Echo(numbers: [2]), .key("k"), .onConflict(.replace))
            try await engine.reschedule(first.id, to: .epoch)
            try await engine.runUntilDrained(workers: 1)
            let again = try await engine.requeue(first.id)
            try await engine.runUntilDrained(workers: 1)
            #expect(try await engine.handle(for: again, of: Echo.self).result() == [2])
        }
    }

    @Test func `is taken up with all others that match, each once`() async throws {
        try await withEngine { engine in
            let jobs = try await engine.enqueue(all: (0..<3).map { Echo(numbers: [$0]) })
            try await engine.runUntilDrained(workers: 1)
            let done = try await engine.requeue(where: JobFilter(states: [.succeeded], name: "echo"), by: "ada")
            #expect(done.matched == 3 && done.done == 3 && done.refused.isEmpty)
            #expect(try jobs.allSatisfy { try engine.state(of: $0.id) == .succeeded })
            let again = try engine.jobs(JobFilter(states: [.enqueued], name: "echo"))
            #expect(Set(try again.map { try engine.details(of: $0.id)?.rerunOf }) == Set(jobs.map(\.id)))
        }
    }
}
