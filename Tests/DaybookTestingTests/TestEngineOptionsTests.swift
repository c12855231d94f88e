import Daybook
import DaybookTesting
import Synchronization
import Testing

private struct Note: Job {
    static let jobName = "note"
    var text: String

    func run(_ context: JobContext) async throws -> String { text + (context.metadata["mark"] ?? "") }
}

/// Marks what is enqueued, and remembers what it saw.
private final class Marking: JobMiddleware, EngineObserver {
    private let seen = Mutex<[String]>([])
    var all: [String] { seen.withLock { $0 } }

    func enqueue(
        _ jobs: [JobDraft], next: ([JobDraft]) async throws -> [EnqueuedJob]
    ) async throws -> [EnqueuedJob] {
        try await next(
            jobs.map { job in
                var job = job
                job.metadata["mark"] = "!"
                return job
            })
    }

    func run(_ job: JobContext, next: () async throws -> Void) async throws {
        seen.withLock { $0.append("run") }
        try await next()
    }

    func ended(_ job: JobContext, _ outcome: RunOutcome?, after duration: Duration) {
        seen.withLock { $0.append("ended") }
    }
}

@Suite struct `The options of an engine under test` {
    @Test func `are its middleware and its observers`() async throws {
        let marking = Marking()
        var options = EngineOptions()
        options.middleware = [marking]
        options.observers = [marking]
        let test = try TestEngine(options: options) { $0.register(Note.self) }
        let note = try await test.engine.enqueue(Note(text: "hello"))
        try await test.drain()
        #expect(try await note.result() == "hello!")
        #expect(marking.all == ["run", "ended"])
    }

    @Test func `are its limits`() async throws {
        var options = EngineOptions()
        options.resultBytesMax = 10
        let test = try TestEngine(options: options) { $0.register(Note.self) }
        let short = try await test.engine.enqueue(Note(text: "12345678"))
        let long = try await test.engine.enqueue(Note(text: "123456789"))
        try await test.drain()
        try test.expect(short.id, is: .succeeded)
        try test.expect(long.id, is: .failed)
    }

    @Test(arguments: [1, 2])
    func `say how many deaths a job may cause`(_ deaths: Int) async throws {
        var options = EngineOptions()
        options.deathsMax = deaths
        let test = try TestEngine(options: options) { $0.register(Note.self) }
        let note = try await test.engine.enqueue(Note(text: "deadly"))
        for _ in 1...deaths {
            try test.expect(note.id, is: .enqueued)
            try await test.crash(running: note.id)
        }
        try test.expect(note.id, is: .failed)
        await #expect(throws: UnmetExpectation.self) { try await test.crash(running: note.id) }
    }

    @Test func `let a job live on that one process died over`() async throws {
        let test = try TestEngine { $0.register(Note.self) }
        let note = try await test.engine.enqueue(Note(text: "deadly"))
        try await test.crash(running: note.id)
        try await test.drain()
        #expect(try await note.result() == "deadly")
        #expect(try test.engine.job(note.id)?.attempt == 2)
    }

    @Test func `are refused where they need a folder`() {
        var encrypted = EngineOptions()
        encrypted.encryption = .perStore
        var archiving = EngineOptions()
        archiving.retention.archiving = .automatic()
        var checked = EngineOptions()
        checked.checkpoints(every: .seconds(60), to: "checkpoints")
        for options in [encrypted, archiving, checked] {
            #expect { try TestEngine(options: options) { _ in } } throws: { "\($0)".contains("need a folder") }
        }
    }
}

@Suite struct `The time of an engine under test` {
    @Test func `does not go back, and ends`() async throws {
        let test = try TestEngine { $0.register(Note.self) }
        for span in [.seconds(-1), .seconds(86_400 * 365 * 1_000), .seconds(Int64.max), .seconds(Int64.min)]
            as [Duration]
        {
            await #expect(throws: Refusal.self, "\(span)") { try await test.advance(by: span) }
        }
        let start = test.now
        try await test.advance(by: .seconds(60))
        #expect(test.now.microseconds - start.microseconds == 60_000_000)
    }

    @Test func `lets a year pass in a moment`() async throws {
        let test = try TestEngine { $0.register(Note.self) }
        let note = try await test.engine.enqueue(Note(text: "late"), .delay(.seconds(86_400 * 364)))
        try await test.advance(by: .seconds(86_400 * 365))
        try test.expect(note.id, is: .succeeded)
    }

    @Test func `has an end for those who sleep for ever`() async throws {
        let run = try await Sleeper().testRun()
        #expect { try run.output } throws: { "\($0)".contains("hundred years") }
    }

    @Test func `is what clocks can tell, however far off it begins`() throws {
        for start in [Instant(microseconds: .max), Instant(microseconds: .min), .maximum, .minimum] {
            let test = try? TestEngine(start: start) { _ in }
            _ = test?.now
        }
    }

    private struct Sleeper: Job {
        static let jobName = "sleeper"
        func run(_ context: JobContext) async throws {
            while true { try await context.sleep(for: .seconds(Int64.max)) }
        }
    }
}
