import Daybook
import DaybookLog
import DaybookModel
import Testing

private struct Letter: Job {
    static let jobName = "letter"
    static let options: [JobOption] = [.tags("a"), .limitKey("k:1"), .metadata("m", "1"), .displayName("To {0} {to}")]
    var to: String
    var copies = 1

    func run(_ context: JobContext) async throws -> String { to }
}

private struct Report: Job {
    static let jobName = "report"
    var shop: String?

    func run(_ context: JobContext) async throws -> String { shop ?? "all" }
}

/// An array in an array, and so on.
private struct Nested: JobArguments {
    static let jobName = "nested"
    let depth: Int

    init(depth: Int) { self.depth = depth }

    init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        depth = container.isAtEnd ? 1 : try container.decode(Nested.self).depth + 1
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.unkeyedContainer()
        if depth > 1 { try container.encode(Nested(depth: depth - 1)) }
    }
}

/// What the guide's table of arguments says.
@Suite struct `The bytes of arguments` {
    /// An engine on a folder that is gone afterwards.
    private func withEngine(_ body: (JobEngine) async throws -> Void) async throws {
        try await withStoreFolder { folder in
            let engine = try JobEngine.open(folder) { registry in
                registry.register(Letter.self)
                registry.register(Report.self)
                registry.register(Nested.self) { _, _ in }
                registry.register("raw") { arguments, context in context.setResult(arguments) }
            }
            try await body(engine)
            try await engine.close()
        }
    }

    @Test(arguments: [
        "not JSON", #"{"x":1,"x":2}"#, #"{"x":"\u0000"}"#, "", "\u{0}\u{1}",
        String(repeating: "[", count: 600) + String(repeating: "]", count: 600),
    ])
    func `reach a handler by name as they were handed over`(_ text: String) async throws {
        try await withEngine { engine in
            let job = try await engine.enqueue("raw", arguments: Array(text.utf8))
            try await engine.runUntilDrained(workers: 1)
            #expect(try await job.result() == Array(text.utf8))
        }
    }

    @Test func `of a type may be 511 levels deep`() async throws {
        try await withEngine { engine in
            let deep = try await engine.enqueue(Nested(depth: 511))
            await #expect(throws: EncodingError.self) { try await engine.enqueue(Nested(depth: 512)) }
            try await engine.runUntilDrained(workers: 1)
            #expect(try deep.state() == .succeeded)
        }
    }

    @Test func `may hold a NUL, and the first of two equal keys is read`() async throws {
        try await withEngine { engine in
            let typed = try await engine.enqueue(Letter(to: "a\u{0}b"))
            let raw = try await engine.enqueue(
                "letter", arguments: Array(#"{"to":"a","to":"b","copies":1}"#.utf8))
            try await engine.runUntilDrained(workers: 1)
            #expect(try await typed.result() == "a\u{0}b")
            #expect(try await engine.handle(for: raw.id, of: Letter.self).result() == "a")
        }
    }

    @Test(arguments: ["", "null", "{}"])
    func `are not missed by a type that can do without any`(_ text: String) async throws {
        try await withEngine { engine in
            let job = try await engine.enqueue("report", arguments: Array(text.utf8))
            try await engine.runUntilDrained(workers: 1)
            try #require(try job.state() == .succeeded)
            #expect(try await engine.handle(for: job.id, of: Report.self).result() == "all")
        }
    }

    @Test(arguments: ["not JSON", #"{"copies":1}"#, "", "null"])
    func `park a job whose type cannot read them`(_ text: String) async throws {
        try await withEngine { engine in
            let job = try await engine.enqueue("letter", arguments: Array(text.utf8))
            try await engine.runUntilDrained(workers: 1)
            #expect(try job.state() == .parked)
            #expect(try engine.job(job.id)?.attempt == 0)
        }
    }

    @Test func `are counted by their sorted keys in a display name`() async throws {
        try await withEngine { engine in
            let job = try await engine.enqueue(Letter(to: "ada", copies: 3))
            #expect(try created(job.id, engine).shownName == "To 3 ada")
            let odd = try await engine.enqueue(Letter(to: "a\u{0}b"))
            #expect(try created(odd.id, engine).shownName == "To {0} {to}")
        }
    }

    @Test func `come with what their type and the call add`() async throws {
        try await withEngine { engine in
            let job = try await engine.enqueue(
                Letter(to: "ada"), .tags("b"), .limitKey("k:2"), .metadata("n", "2"), .metadata("m", "3"))
            let created = try created(job.id, engine)
            #expect(created.tags == ["a", "b"])
            #expect(created.limitKeys == ["k:1", "k:2"])
            #expect(created.metadata.sorted() == ["m=3", "n=2"])
        }
    }

    @Test func `do not matter to a result that its type cannot read`() async throws {
        try await withStoreFolder { folder in
            let engine = try JobEngine.open(folder) {
                $0.register("letter") { _, context in context.setResult(Array("sent".utf8)) }
            }
            let job = try await engine.enqueue(Letter(to: "ada"))
            try await engine.runUntilDrained(workers: 1)
            #expect(try job.state() == .succeeded)
            await #expect(throws: DecodingError.self) { try await job.result() }
            try await engine.close()
        }
    }

    private func created(_ job: JobID, _ engine: JobEngine) throws -> Created {
        try #require(try engine.read { try $0.creation(of: job.rawValue)?.value })
    }
}
