@testable import Daybook
import DaybookLog
import DaybookModel
import Synchronization
import Testing

private struct Fetch: Job {
    static let jobName = "fetch"
    var pages: Int
    func run(_ context: JobContext) async throws -> Int { pages }
}

private struct Broken: Job {
    static let jobName = "broken"
    func run(_ context: JobContext) async throws { throw JobOutcome.stop(reason: "no paper") }
}

private struct Report: Job {
    static let jobName = "report"
    var of: [JobID] = []

    struct Summary: Codable, Equatable {
        var total = 0
        var byName = 0
        var parents: [JobID] = []
    }

    func run(_ context: JobContext) async throws -> Summary {
        var summary = Summary(parents: context.parents)
        for id in context.parents { summary.total += try context.result(of: id, as: Int.self) }
        if context.parents.count == 1 {
            summary.byName = try context.result(of: Fetch.self) + context.result(of: "fetch", as: Int.self)
        }
        return summary
    }
}

@Suite struct `Jobs after others` {
    private func withEngine(_ body: (JobEngine) async throws -> Void) async throws {
        try await withStoreFolder { folder in
            let engine = try JobEngine.open(folder, program: "test") {
                $0.register(Fetch.self)
                $0.register(Broken.self)
                $0.register(Report.self)
                $0.register("excuse") { _, context in
                    do {
                        _ = try context.resultBytes(of: context.parents[0])
                    } catch let error as JobEndedBadly {
                        context.setResult(Array(error.reason.utf8))
                    }
                }
            }
            try await body(engine)
            try await engine.close()
        }
    }

    private func working<R: Sendable>(_ engine: JobEngine, _ body: () async throws -> R) async throws -> R {
        async let work: Void = engine.run(workers: 4)
        let result = try await body()
        engine.stop()
        try await work
        return result
    }

    @Test func `find what those came to that they waited for, by type, by name and by id`() async throws {
        try await withEngine { engine in
            let one = try await engine.enqueue(Fetch(pages: 3))
            let other = try await engine.enqueue(Fetch(pages: 4))
            let single = try await engine.enqueue(Report(), .after(one))
            let both = try await engine.enqueue(Report(), .after(one), .after(other.id))
            try await working(engine) {
                let (first, second) = (try await single.result(), try await both.result())
                #expect(first == .init(total: 3, byName: 6, parents: [one.id]))
                #expect(second == .init(total: 7, parents: [one.id, other.id]))
            }
        }
    }

    @Test func `make a graph that is enqueued at once and whose nodes lead to typed handles`() async throws {
        try await withEngine { engine in
            var graph = JobGraph()
            let fetch = try graph.add(Fetch(pages: 5))
            let broken = try graph.add(Broken(), .after(fetch))
            let report = try graph.add(Report(), .after(fetch))
            let never = try graph.add(Report(), .after(broken))
            let excuse = graph.add("excuse", arguments: [], [.after(broken, .failure)])
            let jobs = try await engine.enqueue(graph)
            try await working(engine) {
                let (summary, reason) = (try await jobs[report].result(), try await jobs[excuse].result())
                #expect(summary.total == 5)
                #expect(reason == Array("no paper".utf8))
                await #expect(throws: JobEndedBadly.self) { try await jobs[never].result() }
            }
            #expect(try jobs[never].state() == .cancelled)
        }
    }

    @Test func `do not take the place of a job in another graph for one in theirs`() async throws {
        try await withEngine { engine in
            var (first, second) = (JobGraph(), JobGraph())
            let foreign = try first.add(Fetch(pages: 1))
            try second.add(Fetch(pages: 2))
            try second.add(Report(), .after(foreign))
            await #expect(throws: Refusal.self) { try await engine.enqueue(second) }
            #expect(try engine.queues().allSatisfy { $0[.enqueued] == 0 })
            try await engine.enqueue(first)
        }
    }

    @Test func `count the end of one that has been deleted, and find its result`() async throws {
        try await withEngine { engine in
            let fetch = try await engine.enqueue(Fetch(pages: 6))
            try await working(engine) { _ = try await fetch.result() }
            let delete = Command.delete(job: fetch.id.rawValue, reason: "", actor: .person("ann"))
            _ = try await engine.perform(delete)
            let report = try await engine.enqueue(Report(), .after(fetch))
            #expect(try report.state() == .enqueued)
            let alarm = try await engine.enqueue(Report(), .after(fetch, .failure))
            #expect(try alarm.state() == .cancelled)
            await #expect(throws: Refusal.self) { try await engine.enqueue(Report(), .after(JobID(rawValue: 1))) }
        }
    }

    @Test func `are all told, though very many wait for one, while others are answered`() async throws {
        try await withEngine { engine in
            let parent = try await engine.enqueue(Fetch(pages: 1), .queue("first"))
            let requests = try (0..<5_000).map { _ in try JobRequest(Fetch(pages: 0), .after(parent), .queue("rest")) }
            _ = try await engine.enqueue(requests)
            async let work: Void = engine.run(workers: 1, queues: ["first"])
            try await engine.wait {
                try engine.read { log in
                    var books = Books()
                    return try books.queue("rest", in: log)?[.enqueued] == 5_000
                }
            }
            engine.stop()
            try await work
            #expect(try engine.read { try Continuation.first(in: $0) } == nil)
        }
    }
}

@Suite struct `Batches of an engine` {
    @Test func `have progress, an end and jobs that wait for it`() async throws {
        try await withStoreFolder { folder in
            let engine = try JobEngine.open(folder, program: "test") {
                $0.register(Fetch.self)
                $0.register("done") { _, _ in }
            }
            let requests = try (0..<100).map { try JobRequest(Fetch(pages: $0)) }
            let batch = try await engine.enqueue(batch: "import", requests)
            let done = try await engine.enqueue("done", arguments: [], [.after(batch)])
            async let work: Void = engine.run(workers: 4)
            _ = try await done.result()
            engine.stop()
            try await work
            #expect(try batch.progress()?.standing == .succeeded)
            #expect(try batch.progress()?.fraction == 1)
            try await engine.close()
        }
    }

    @Test func `may be inside one another, and know the one around them`() async throws {
        try await withStoreFolder { folder in
            let engine = try JobEngine.open(folder, program: "test") {
                $0.register(Fetch.self)
                $0.register("done") { _, _ in }
            }
            let outer = try await engine.openBatch("import")
            let requests = try (0..<20).map { try JobRequest(Fetch(pages: $0)) }
            let part = try await engine.enqueue(batch: "part", in: outer, requests)
            let other = try await engine.openBatch("other", in: outer)
            try await engine.enqueue(Fetch(pages: 1), .batch(other), .after(part))
            #expect(try part.parent?.id == outer.id)
            #expect(try other.parent?.id == outer.id)
            #expect(try outer.parent == nil)
            let done = try await engine.enqueue("done", arguments: [], [.after(outer)])
            try await outer.seal()
            try await other.seal()
            #expect(try outer.progress()?.jobs == 2)
            async let work: Void = engine.run(workers: 4)
            _ = try await done.result()
            engine.stop()
            try await work
            #expect(try outer.progress()?.succeeded == 2)
            await #expect(throws: Refusal.self) { try await engine.openBatch("late", in: outer) }
            try await engine.close()
        }
    }

    @Test func `that are cancelled stop what runs, and are appended to by their own jobs before`() async throws {
        try await withStoreFolder { folder in
            let engine = try JobEngine.open(folder, program: "test") {
                $0.register("seed") { arguments, context in
                    try context.enqueue("endless", arguments: [], [.batch(number: 2 + UInt64(arguments.count))])
                }
                $0.register("endless") { _, _ in
                    while !Task.isCancelled { await Task.yield() }
                    throw CancellationError()
                }
            }
            let batch = try await engine.openBatch()
            try await engine.enqueue(
                "seed", arguments: Array(repeating: 1, count: Int(batch.id) - 2), [.batch(batch)])
            async let work: Void = engine.run(workers: 2)
            try await engine.wait {
                try engine.read { log in
                    var books = Books()
                    return try books.queue("default", in: log)?[.processing] == 1
                        && BatchRecord.of(batch.id, in: log)?.jobs == 2
                }
            }
            try await batch.cancel(reason: "enough")
            try await engine.wait { try batch.progress()?.standing.isEnded == true }
            #expect(try batch.progress()?.standing == .cancelled)
            engine.stop()
            try await work
            try await engine.close()
        }
    }
}
