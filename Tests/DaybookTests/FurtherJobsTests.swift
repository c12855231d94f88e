@testable import Daybook
import DaybookLog
import DaybookModel
import Synchronization
import Testing

private struct Receipt: Job {
    static let jobName = "receipt"
    var order: Int
    func run(_ context: JobContext) async throws {}
}

@Suite struct `Jobs enqueued inside a run` {
    private struct Broken: Error {}

    private func withEngine(
        _ handler: @escaping @Sendable (JobContext) async throws -> Void,
        _ body: (JobEngine) async throws -> Void
    ) async throws {
        try await withStoreFolder { folder in
            let engine = try JobEngine.open(folder, program: "test") {
                $0.register("order") { _, context in try await handler(context) }
            }
            try await body(engine)
            try await engine.close()
        }
    }

    private func run(_ engine: JobEngine, _ options: [JobOption] = []) async throws -> JobHandle<[UInt8]> {
        let job = try await engine.enqueue("order", arguments: [], options + [.queue("orders")])
        try await withThrowingTaskGroup { group in
            group.addTask { try await engine.run(workers: 1, queues: ["orders"]) }
            try await engine.wait { try engine.record(job.id)?.state.isFinished == true }
            engine.stop()
            try await group.waitForAll()
        }
        return job
    }

    private func created(_ engine: JobEngine) throws -> [(event: Event, created: Created)] {
        try engine.read { log in
            var found: [(Event, Created)] = []
            try log.events(from: 1) { sequence, value in
                let event = try Event(value, at: sequence)
                if case .created(let created) = event.body, created.value.name != "order" {
                    found.append((event, created.value))
                }
                return true
            }
            return found
        }
    }

    @Test func `are there with its success, which is their cause`() async throws {
        try await withEngine { context in
            try context.enqueue(Receipt(order: 7), .queue("mail"))
            try context.enqueue("count", arguments: Array("1".utf8))
        } _: { engine in
            let job = try await run(engine)
            let found = try created(engine)
            #expect(found.map(\.created.name) == ["receipt", "count"])
            #expect(found.map(\.created.queue) == ["mail", "default"])
            #expect(found[0].created.arguments == Array(#"{"order":7}"#.utf8))
            let success = try engine.record(job.id)?.last
            #expect(found.map(\.event.cause) == [success, success])
            #expect(found.map(\.event.actor.worker) == [1, 1])
        }
    }

    @Test func `are not there while it runs, and never if it fails`() async throws {
        let place = Mutex<JobEngine?>(nil)
        let seen = Mutex<Int?>(nil)
        try await withEngine { context in
            try context.enqueue(Receipt(order: 7))
            if let engine = place.withLock({ $0 }) {
                let count = try created(engine).count
                seen.withLock { $0 = count }
            }
            throw Broken()
        } _: { engine in
            place.withLock { $0 = engine }
            _ = try await run(engine, [.attempts(1)])
            place.withLock { $0 = nil }
            #expect(seen.withLock { $0 } == 0)
            #expect(try created(engine).isEmpty)
        }
    }

    @Test func `inherit the tenant, and not what they say themselves`() async throws {
        try await withEngine { context in
            try context.enqueue(Receipt(order: 1))
            try context.enqueue(Receipt(order: 2), .tenant("other"))
        } _: { engine in
            _ = try await run(engine, [.tenant("acme")])
            #expect(try created(engine).map(\.created.tenant) == ["acme", "other"])
        }
    }

    @Test func `inherit correlation, trace and locale`() async throws {
        let metadata = Mutex<[String: String]>([:])
        try await withEngine { context in
            metadata.withLock { $0 = context.metadata }
            try context.enqueue(Receipt(order: 1))
        } _: { engine in
            _ = try await run(engine, [.metadata("trace", "1-2"), .metadata("locale", "de_AT")])
            #expect(metadata.withLock { $0 } == ["trace": "1-2", "locale": "de_AT"])
            #expect(try created(engine).map(\.created.metadata) == [["trace=1-2", "locale=de_AT"]])
        }
    }

    @Test func `are refused where they are enqueued, and the others stay`() async throws {
        let codes = Mutex<[Refusal.Code]>([])
        try await withEngine { context in
            func refused(_ name: String, _ options: [JobOption] = []) {
                do {
                    try context.enqueue(name, arguments: [], options)
                } catch {
                    if let refusal = error as? Refusal { codes.withLock { $0.append(refusal.code) } }
                }
            }
            try context.enqueue("good", arguments: [], [.key("k"), .requestID("r")])
            refused("not a name")
            refused("same-key", [.key("k")])
            refused("same-request", [.requestID("r")])
        } _: { engine in
            _ = try await run(engine)
            #expect(codes.withLock { $0 } == [.badName, .alreadyThere, .alreadyThere])
            #expect(try created(engine).map(\.created.name) == ["good"])
        }
    }

    @Test func `are ten thousand at most`() async throws {
        let refusal = Mutex<RunRefusal?>(nil)
        try await withEngine { context in
            for _ in 0..<10_000 { try context.enqueue("n", arguments: []) }
            do {
                try context.enqueue("n", arguments: [])
            } catch {
                refusal.withLock { $0 = error as? RunRefusal }
            }
        } _: { engine in
            _ = try await run(engine)
            #expect(refusal.withLock { $0?.code } == .tooLarge)
            #expect(try created(engine).count == 10_000)
        }
    }

    @Test func `have four megabytes of arguments at most`() async throws {
        try await withEngine { context in
            for _ in 0..<17 { try context.enqueue("n", arguments: Array(repeating: 48, count: 256 << 10)) }
        } _: { engine in
            let job = try await run(engine, [.attempts(1)])
            #expect(try engine.record(job.id)?.state == .failed)
            #expect(try created(engine).isEmpty)
        }
    }
}
