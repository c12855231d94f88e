import Daybook
import DaybookLog
import DaybookModel
import Foundation
import Testing

private struct CountLetters: Job {
    static let jobName = "count-letters"
    var word: String

    func run(_ context: JobContext) async throws -> Int {
        guard !word.isEmpty else { throw JobOutcome.stop(reason: "there is no word") }
        return word.count
    }
}

@Suite struct `What a job comes to` {
    private func withEngine(_ body: (JobEngine) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "daybook-\(UInt64.random(in: 0...(.max)))")
            .path()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let engine = try JobEngine.open(folder, program: "test") { $0.register(CountLetters.self) }
        try await body(engine)
        try await engine.close()
    }

    /// Runs workers until `body` is through.
    private func working(_ engine: JobEngine, _ body: @Sendable @escaping () async throws -> Void) async throws {
        try await withThrowingTaskGroup { group in
            group.addTask { try await engine.run(workers: 2) }
            try await body()
            engine.stop()
            try await group.waitForAll()
        }
    }

    @Test func `is told with its type, whoever came first, the waiter or the end`() async throws {
        try await withEngine { engine in
            let before = try await engine.enqueue(CountLetters(word: "daybook"))
            async let early = before.result()
            try await working(engine) {
                let handle = try await engine.enqueue(CountLetters(word: "log"))
                #expect(try await handle.result() == 3)
                #expect(try await handle.result() == 3)
                #expect(try handle.state() == .succeeded)
            }
            #expect(try await early == 7)
        }
    }

    @Test func `is told to many who wait for the same`() async throws {
        try await withEngine { engine in
            let handle = try await engine.enqueue(CountLetters(word: "many"))
            try await working(engine) {
                let results = try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 0..<50 { group.addTask { try await handle.result() } }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(results == Array(repeating: 4, count: 50))
            }
        }
    }

    @Test func `is an error with its reason if it is no success`() async throws {
        try await withEngine { engine in
            let failing = try await engine.enqueue(CountLetters(word: ""))
            let cancelled = try await engine.enqueue(CountLetters(word: "never"), .delay(.seconds(3600)))
            try await cancelled.cancel(reason: "no longer wanted")
            await #expect(
                throws: JobEndedBadly(id: cancelled.id, state: .cancelled, reason: "no longer wanted")
            ) { try await cancelled.result() }
            await #expect(throws: Refusal.self) { try await cancelled.cancel() }
            try await working(engine) {
                await #expect(throws: JobEndedBadly(id: failing.id, state: .failed, reason: "there is no word")) {
                    try await failing.result()
                }
            }
        }
    }

    @Test func `can be waited for in vain without harm`() async throws {
        try await withEngine { engine in
            let handle = try await engine.enqueue(CountLetters(word: "later"), .delay(.seconds(3600)))
            let waiter = Task { try await handle.result() }
            waiter.cancel()
            await #expect(throws: CancellationError.self) { try await waiter.value }
            #expect(try handle.state() == .scheduled)
        }
    }
}

@Suite struct `Jobs enqueued together` {
    private func withEngine(_ body: (JobEngine) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "daybook-\(UInt64.random(in: 0...(.max)))")
            .path()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let engine = try JobEngine.open(folder, program: "test")
        try await body(engine)
        try await engine.close()
    }

    private func events(_ engine: JobEngine) throws -> SequenceNumber { try engine.read { try $0.last } }

    @Test func `are one commit`() async throws {
        try await withEngine { engine in
            let handles = try await engine.enqueue([
                try JobRequest(CountLetters(word: "one"), .queue("words")),
                JobRequest("other", arguments: Array("{}".utf8), [.key("k")]),
            ])
            #expect(handles.map(\.id.rawValue) == [handles[0].id.rawValue, handles[0].id.rawValue + 1])
            let seal = try engine.read { try $0.commit(of: handles[0].id.rawValue) }
            #expect(seal?.last == handles[1].id.rawValue)
            let again = try await engine.enqueue([
                JobRequest("other", arguments: [], [.key("k")]), JobRequest("third", arguments: []),
            ])
            #expect(again.map(\.wasThere) == [true, false])
            #expect(again[0].id == handles[1].id)
            let many = try await engine.enqueue(all: (0..<2_000).map { CountLetters(word: "\($0)") })
            #expect(many.count == 2_000)
        }
    }

    @Test(
        arguments: [
            Refused(
                [JobRequest("good", arguments: []), JobRequest("not good", arguments: [])], "Job 2 of 2: The job's name"
            ),
            Refused(
                [JobRequest("a", arguments: [], [.key("k")]), JobRequest("b", arguments: [], [.key("k")])],
                "Job 2 of 2: Another of these jobs has the key k."
            ),
            Refused(
                [JobRequest("a", arguments: [], [.requestID("r")]), JobRequest("b", arguments: [], [.requestID("r")])],
                "has the request id r"
            ),
            Refused(
                [JobRequest("large", arguments: Array(repeating: 49, count: 262_145))],
                "The arguments have 262145 bytes; 262144 are allowed"
            ),
        ])
    func `are none if one is refused`(_ refused: Refused) async throws {
        try await withEngine { engine in
            let before = try events(engine)
            let refusal = await #expect(throws: Refusal.self) { try await engine.enqueue(refused.requests) }
            #expect(refusal?.description.contains(refused.sentence) == true, "\(refusal?.description ?? "")")
            #expect(try events(engine) == before)
        }
    }
}

/// Jobs that are refused together, and a part of what is said to that. Known by the latter: some of them are long.
struct Refused: Sendable, CustomTestStringConvertible {
    let requests: [JobRequest]
    let sentence: String

    init(_ requests: [JobRequest], _ sentence: String) {
        self.requests = requests
        self.sentence = sentence
    }

    var testDescription: String { sentence }
}
