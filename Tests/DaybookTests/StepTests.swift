import Daybook
import DaybookLog
import DaybookModel
import Synchronization
import Testing

@Suite struct `A step of a job` {
    private struct Broken: Error {}

    /// What was done, in order.
    private final class Diary: Sendable {
        private let entries = Mutex<[String]>([])
        func write(_ entry: String) { entries.withLock { $0.append(entry) } }
        var all: [String] { entries.withLock { $0 } }
    }

    private func withEngine(
        options: EngineOptions = EngineOptions(),
        _ handler: @escaping @Sendable (JobContext) async throws -> Void,
        _ body: (JobEngine) async throws -> Void
    ) async throws {
        try await withStoreFolder { folder in
            let engine = try JobEngine.open(folder, program: "test", options: options) {
                $0.register("job") { _, context in try await handler(context) }
            }
            try await body(engine)
            try await engine.close()
        }
    }

    private func run(_ engine: JobEngine, _ options: [JobOption]) async throws -> JobHandle<[UInt8]> {
        let job = try await engine.enqueue("job", arguments: [], options)
        try await engine.working(1) {
            try await engine.wait { try engine.record(job.id)?.state.isFinished == true }
        }
        return job
    }

    private func failure(_ engine: JobEngine, _ job: JobHandle<[UInt8]>) throws -> AttemptFailed? {
        guard case .failed(let failure)? = try engine.events(of: job.id).last?.body else { return nil }
        return failure.value
    }

    @Test func `is done once, and its result is there when the job runs again`() async throws {
        let diary = Diary()
        try await withEngine { context in
            let receipt = try await context.step("charge") { () async throws -> Int in
                diary.write("charge")
                return 7
            }
            try await context.step("ship") {
                diary.write("ship \(receipt)")
                if context.attempt == 1 { throw Broken() }
            }
            diary.write("end")
        } _: { engine in
            let job = try await run(engine, [.retry(.fixed(.zero)), .attempts(2)])
            #expect(try engine.record(job.id)?.state == .succeeded)
            #expect(diary.all == ["charge", "ship 7", "ship 7", "end"])
            #expect(try engine.read { try StepBook.of(job.id.rawValue, in: $0) } == StepBook())
        }
    }

    @Test func `is durable before it returns`() async throws {
        let events = Mutex<[Event]>([])
        let place = Mutex<JobEngine?>(nil)
        try await withEngine { context in
            try await context.step("charge") {}
            guard let engine = place.withLock({ $0 }) else { return }
            let found = try engine.events(of: context.id)
            events.withLock { $0 = found }
        } _: { engine in
            place.withLock { $0 = engine }
            _ = try await run(engine, [])
            place.withLock { $0 = nil }
            #expect(events.withLock { $0.last?.body } == .stepped(Box(Stepped(step: "charge"))))
        }
    }

    @Test func `whose name comes twice in a run is refused, and the job fails for good`() async throws {
        let diary = Diary()
        try await withEngine { context in
            for _ in 0..<2 { try await context.step("charge") { diary.write("charge") } }
        } _: { engine in
            let job = try await run(engine, [.attempts(5)])
            #expect(diary.all == ["charge"])
            #expect(try failure(engine, job)?.reason == "not to be retried")
            #expect(
                try failure(engine, job)?.error.hasPrefix("This run has begun a step called charge before.") == true)
        }
    }

    @Test func `that threw may be tried again in the same run`() async throws {
        let diary = Diary()
        try await withEngine { context in
            try? await context.step("charge") {
                diary.write("in vain")
                throw Broken()
            }
            try await context.step("charge") { diary.write("done") }
        } _: { engine in
            let job = try await run(engine, [])
            #expect(try engine.record(job.id)?.state == .succeeded)
            #expect(diary.all == ["in vain", "done"])
        }
    }

    @Test func `may be done beside others`() async throws {
        try await withEngine { context in
            try await withThrowingTaskGroup { group in
                for number in 0..<20 { group.addTask { try await context.step("s\(number)") { number } } }
                var sum = 0
                for try await number in group { sum += number }
                context.setResult(Array("\(sum)".utf8))
            }
        } _: { engine in
            let job = try await run(engine, [])
            #expect(try await job.result() == Array("190".utf8))
        }
    }

    @Test func `of a job that somebody cancels is not begun, and what was being done is not recorded`() async throws {
        let diary = Diary()
        let (isCharging, mayGoOn) = (Countdown(1), Countdown(1))
        try await withEngine { context in
            do {
                try await context.step("charge") {
                    isCharging.signal()
                    await mayGoOn.wait()
                }
            } catch let refusal as RunRefusal {
                diary.write(refusal.code.rawValue)
            }
            do {
                try await context.step("ship") { diary.write("ship") }
            } catch is CancellationError {
                diary.write("cancelled")
            }
        } _: { engine in
            let job = try await engine.enqueue("job", arguments: [])
            try await engine.working(1) {
                await isCharging.wait()
                try await engine.cancel(job.id)
                mayGoOn.signal()
                try await engine.wait { diary.all.count == 2 }
            }
            #expect(diary.all == ["claimLost", "cancelled"])
            #expect(try engine.read { try StepBook.of(job.id.rawValue, in: $0) } == StepBook())
        }
    }

    @Test func `whose result is too large fails the job for good`() async throws {
        var options = EngineOptions()
        options.resultBytesMax = 1_000
        try await withEngine(options: options) { context in
            _ = try await context.step("charge") { String(repeating: "x", count: 1_000) }
        } _: { engine in
            let job = try await run(engine, [])
            #expect(try failure(engine, job)?.error.hasPrefix("What the step charge came to has more") == true)
        }
    }

    @Test func `whose value cannot be written down fails the job for good, and so does such a result`() async throws {
        struct Halves: Job {
            static let jobName = "halves"
            let inStep: Bool
            func run(_ context: JobContext) async throws -> Double {
                guard inStep else { return .nan }
                return try await context.step("divide") { Double.infinity }
            }
        }
        try await withStoreFolder { folder in
            let engine = try JobEngine.open(folder) { $0.register(Halves.self) }
            for inStep in [true, false] {
                let job = try await engine.enqueue(Halves(inStep: inStep))
                try await engine.runUntilDrained(workers: 1)
                #expect(try job.state() == .failed)
                #expect(try engine.record(job.id)?.attempt == 1)
                #expect(try engine.runs(of: job.id).last?.end?.error.contains("cannot be written down") == true)
            }
            try await engine.close()
        }
    }

    @Test func `that came to something else than the code expects fails the run, which is tried again`() async throws {
        try await withEngine { context in
            switch context.attempt {
            case 1:
                _ = try await context.step("charge") { "text" }
                throw Broken()
            case 2: _ = try await context.step("charge") { 7 }
            default: #expect(try await context.step("charge") { "" } == "text")
            }
        } _: { engine in
            let job = try await run(engine, [.retry(.fixed(.zero)), .attempts(3)])
            #expect(try engine.record(job.id)?.state == .succeeded)
            #expect(try engine.record(job.id)?.attempt == 3)
        }
    }

    @Test func `is not repeated by a job that failed for good and is requeued`() async throws {
        let diary = Diary()
        try await withEngine { context in
            try await context.step("charge") { diary.write("charge") }
            diary.write("run")
            if diary.all.count < 3 { throw JobOutcome.stop(reason: "no") }
        } _: { engine in
            let job = try await engine.enqueue("job", arguments: [])
            try await engine.working(1) {
                try await engine.wait { try engine.record(job.id)?.state == .failed }
                let requeue = Command.requeue(job: job.id.rawValue, expected: nil, reason: "", actor: .person("ann"))
                _ = try await engine.perform(requeue)
                try await engine.wait { try engine.record(job.id)?.state == .succeeded }
            }
            #expect(diary.all == ["charge", "run", "run"])
        }
    }
}
