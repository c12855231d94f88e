import Daybook
import DaybookLog
import DaybookModel
import Foundation
import Synchronization
import Testing

/// Counts down to the moment when everything that a test waits for has happened.
final class Countdown: Sendable {
    private struct State {
        var left: Int
        var waiter: CheckedContinuation<Void, Never>?
    }
    private let state: Mutex<State>

    init(_ count: Int) { state = Mutex(State(left: count)) }

    func signal() {
        let waiter = state.withLock { state in
            state.left -= 1
            guard state.left == 0 else { return CheckedContinuation<Void, Never>?.none }
            return state.waiter
        }
        waiter?.resume()
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isDone = state.withLock { state in
                if state.left > 0 { state.waiter = continuation }
                return state.left <= 0
            }
            if isDone { continuation.resume() }
        }
    }
}

private struct Greet: Job {
    static let jobName = "greet"
    var person: String
    func run(_ context: JobContext) async throws { context.setResult(Array("\"Hello, \(person)\"".utf8)) }
}

@Suite struct `An engine` {
    private func withEngine(
        _ register: (inout JobRegistry) -> Void, _ body: (JobEngine, String) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "daybook-\(UInt64.random(in: 0...(.max)))")
            .path()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let engine = try JobEngine.open(folder, program: "test", register)
        try await body(engine, folder)
        try await engine.close()
    }

    /// Works until `countdown` has come to its end.
    private func work(_ engine: JobEngine, workers: Int = 4, until countdown: Countdown) async throws {
        try await withThrowingTaskGroup { group in
            group.addTask { try await engine.run(workers: workers) }
            await countdown.wait()
            engine.stop()
            try await group.waitForAll()
        }
    }

    private func state(_ id: JobID, _ engine: JobEngine) throws -> JobRecord? {
        try engine.read { try Books.storedJob(id.rawValue, in: $0) }
    }

    @Test(arguments: [Int.min, 0, 100_001, .max])
    func `has at least one worker, and not more than anybody needs`(_ workers: Int) async throws {
        try await withStoreFolder { folder in
            let engine = try JobEngine.open(folder) { _ in }
            await #expect(throws: Refusal.self) { try await engine.run(workers: workers) }
            await #expect(throws: Refusal.self) { try await engine.runUntilDrained(workers: workers) }
            try await engine.close()
        }
    }

    @Test func `runs what was enqueued and records its success with the result`() async throws {
        let countdown = Countdown(1)
        try await withEngine {
            $0.register("greet") { _, context in
                context.setResult(Array("42".utf8))
                countdown.signal()
            }
        } _: { engine, _ in
            let job = try await engine.enqueue(Greet(person: "Ada"))
            try await work(engine, until: countdown)
            #expect(try state(job.id, engine)?.state == .succeeded)
            let result = try engine.read { log in
                try log.event(log.last) { try Event($0, at: log.last) }
            }
            guard case .succeeded(let success)? = result?.body else {
                Issue.record("the last event is \(String(describing: result))")
                return
            }
            #expect(success.result == Array("42".utf8))
        }
    }

    @Test func `decodes the arguments of a registered type`() async throws {
        try await withEngine {
            $0.register(Greet.self)
        } _: { engine, _ in
            let job = try await engine.enqueue(Greet(person: "Ada"))
            try await withThrowingTaskGroup { group in
                group.addTask { try await engine.run(workers: 1) }
                // The writer answers in order: once this marker has been decided after the job's end, the job is done.
                while try state(job.id, engine)?.state != .succeeded { _ = try await engine.perform(.look) }
                engine.stop()
                try await group.waitForAll()
            }
        }
    }

    @Test func `tries a failed job again after its delay`() async throws {
        let countdown = Countdown(3)
        try await withEngine {
            $0.register("flaky") { _, context in
                countdown.signal()
                if context.attempt < 3 { throw JobOutcomeError() }
            }
        } _: { engine, _ in
            let job = try await engine.enqueue("flaky", arguments: [], [.retry(.fixed(.milliseconds(1)))])
            try await work(engine, until: countdown)
            let record = try state(job.id, engine)
            #expect(record?.state == .succeeded)
            #expect(record?.attempt == 3)
        }
    }

    @Test func `fails a job that is out of attempts`() async throws {
        let countdown = Countdown(2)
        try await withEngine {
            $0.register("broken") { _, _ in
                countdown.signal()
                throw JobOutcomeError()
            }
        } _: { engine, _ in
            let job = try await engine.enqueue("broken", arguments: [], [.attempts(2), .retry(.fixed(.zero))])
            try await work(engine, until: countdown)
            #expect(try state(job.id, engine)?.state == .failed)
        }
    }

    @Test func `runs a thousand jobs once each`() async throws {
        let count = 1000
        let countdown = Countdown(count)
        let ran = Mutex<[UInt64: Int]>([:])
        try await withEngine {
            $0.register("n") { _, context in
                ran.withLock { $0[context.id.rawValue, default: 0] += 1 }
                countdown.signal()
            }
        } _: { engine, _ in
            try await withThrowingTaskGroup { group in
                for _ in 0..<count { group.addTask { _ = try await engine.enqueue("n", arguments: []) } }
                try await group.waitForAll()
            }
            try await work(engine, until: countdown)
            #expect(ran.withLock { $0.count } == count)
            #expect(ran.withLock { $0.values.allSatisfy { $0 == 1 } })
            let queue = try engine.read { log in
                var books = Books()
                return try books.queue("default", in: log)
            }
            #expect(queue?[.succeeded] == UInt64(count))
        }
    }

    @Test func `answers a second enqueue with the same key with the job that is there`() async throws {
        try await withEngine { _ in
        } _: { engine, _ in
            let first = try await engine.enqueue("n", arguments: [], [.key("one")])
            let second = try await engine.enqueue("n", arguments: [], [.key("one")])
            #expect(second.id == first.id)
            #expect(second.wasThere)
        }
    }

    @Test func `parks what it cannot run, and runs it once it can`() async throws {
        let countdown = Countdown(1)
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "daybook-\(UInt64.random(in: 0...(.max)))").path()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let stranger = try JobEngine.open(folder, program: "stranger")
        let job = try await stranger.enqueue("n", arguments: [])
        try await withThrowingTaskGroup { group in
            group.addTask { try await stranger.run(workers: 1) }
            while try state(job.id, stranger)?.state != .parked { _ = try await stranger.perform(.look) }
            stranger.stop()
            try await group.waitForAll()
        }
        #expect(try state(job.id, stranger)?.attempt == 0)
        try await stranger.close()

        let engine = try JobEngine.open(folder, program: "test") { $0.register("n") { _, _ in countdown.signal() } }
        try await work(engine, until: countdown)
        #expect(try state(job.id, engine)?.state == .succeeded)
        try await engine.close()
    }

    @Test func `refuses what is not a name`() async throws {
        try await withEngine { _ in
        } _: { engine, _ in
            await #expect(throws: Refusal.self) { try await engine.enqueue("no spaces", arguments: []) }
        }
    }
}

private struct JobOutcomeError: Error {}
