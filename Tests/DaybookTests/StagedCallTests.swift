@testable import Daybook
import DaybookLog
import DaybookModel
import Foundation
import Testing

private let runsLongTests = ProcessInfo.processInfo.environment["DAYBOOK_TESTS"] == "all"

/// Calls with more jobs than one commit takes, here with small commits.
@Suite struct `A call in several parts` {
    private let parts = StagedParts(jobsMax: 10)

    private func withEngine(_ body: (JobEngine) async throws -> Void) async throws {
        try await withStoreFolder { folder in
            let engine = try JobEngine.open(folder, program: "test") {
                $0.register("note") { _, context in
                    context.setResult(Array(context.parents.map(\.description).joined(separator: " ").utf8))
                }
            }
            try await body(engine)
            try await engine.close()
        }
    }

    private func jobs(_ count: Int, _ engine: JobEngine, _ options: (Int) -> [JobOption] = { _ in [] }) throws
        -> [Box<Created>]
    {
        try (0..<count).map { index in
            try engine.created(JobRequest("note", arguments: [], options(index)), now: engine.clock.now())
        }
    }

    /// A call that has begun, and none of whose jobs is there yet.
    private func begin(_ engine: JobEngine) async throws -> (job: SequenceNumber, token: SequenceNumber) {
        let answer = try await engine.perform(.stage(process: engine.process, salt: 1))
        guard case .claimed(let claims) = answer else { throw Trouble(description: "\(answer)") }
        return (claims[0].job, claims[0].token)
    }

    private func states(_ engine: JobEngine) throws -> [JobState: UInt64] {
        try engine.read { log in
            var books = Books()
            let queue = try books.queue("default", in: log)
            return Dictionary(uniqueKeysWithValues: JobState.allCases.map { ($0, queue?[$0] ?? 0) })
                .filter { $1 > 0 }
        }
    }

    /// The job that stands for the newest call, and its events.
    private func call(_ engine: JobEngine) throws -> (job: SequenceNumber, history: [Event]) {
        try engine.read { log in
            var all: [Event] = []
            try log.events(from: 1) { sequence, value in
                all.append(try Event(value, at: sequence))
                return true
            }
            let job = try #require(
                all.last { event in
                    if case .created(let created) = event.body { created.value.queue == Name.staging } else { false }
                }
            ).job
            return (job, all.filter { $0.job == job })
        }
    }

    @Test func `is there at once with its last part, and nothing of it runs before`() async throws {
        try await withEngine { engine in
            async let work: Void = engine.run(workers: 4)
            let made = try await engine.stage(try jobs(35, engine), .existing, parts)
            #expect(made.count == 35 && Set(made.map(\.id)).count == 35)
            try await engine.wait { try states(engine) == [.succeeded: 35] }
            engine.stop()
            try await work
            let events = try engine.read { log in
                try (1...log.last).map { number in try #require(try log.event(number) { try Event($0, at: number) }) }
            }
            let call = try call(engine)
            let sealed = try #require(
                events.firstIndex { event in
                    if case .succeeded = event.body { event.job == call.job } else { false }
                })
            let begun = events.firstIndex { event in
                if case .claimed = event.body { event.job != call.job } else { false }
            }
            #expect(try #require(begun) > sealed)
            #expect(events.prefix(sealed).count { if case .created = $0.body { true } else { false } } == 36)
        }
    }

    @Test func `says what it waits for until then`() async throws {
        try await withEngine { engine in
            let call = try await begin(engine)
            let job = try await engine.enqueue("note", arguments: [], [.after(JobID(rawValue: call.job))])
            let why = try engine.why(job.id)
            #expect(why.contains("until all jobs of the call"))
        }
    }

    @Test func `leaves none of its jobs when one in a later part is refused`() async throws {
        try await withEngine { engine in
            _ = try await engine.enqueue("note", arguments: [], [.key("taken"), .delay(.seconds(3600))])
            let jobs = try jobs(25, engine) { $0 == 22 ? [.key("taken")] : [] }
            let refusal = await #expect(throws: Refusal.self) { try await engine.stage(jobs, .refuse, parts) }
            #expect(refusal?.code == .alreadyThere)
            #expect(refusal?.description.hasPrefix("Job 23 of 25: ") == true)
            #expect(refusal?.description.hasSuffix("None of them was enqueued.") == true)
            try await engine.wait { try states(engine) == [.scheduled: 1, .cancelled: 20] }
            #expect(try engine.state(of: JobID(rawValue: try call(engine).job)) == .cancelled)
        }
    }

    /// Itself, another of the same part, and one of a later part.
    @Test(arguments: [0, 5, 24])
    func `leaves none of its jobs when one is to run after itself or one behind it`(_ parent: Int) async throws {
        try await withEngine { engine in
            let node = JobGraph.Node(graph: 0, index: parent, coding: JobOutputCoding<[UInt8]>.bytes)
            let first = JobGraph.Node(graph: 0, index: 0, coding: JobOutputCoding<[UInt8]>.bytes)
            let circle = try jobs(25, engine) { $0 == 0 ? [.after(node)] : $0 == parent ? [.after(first)] : [] }
            let refusal = await #expect(throws: Refusal.self) { try await engine.stage(circle, .existing, parts) }
            #expect(
                refusal?.description.hasPrefix("Job 1 of 25: It is to run after a job that stands behind it") == true)
            #expect(try states(engine).isEmpty)
        }
    }

    @Test func `refuses two with one key although they are in different parts`() async throws {
        try await withEngine { engine in
            let jobs = try jobs(25, engine) { [3, 17].contains($0) ? [.key("twin")] : [] }
            let refusal = await #expect(throws: Refusal.self) { try await engine.stage(jobs, .existing, parts) }
            #expect(refusal?.description.hasPrefix("Job 18 of 25: ") == true)
            #expect(try states(engine) == [:])
        }
    }

    @Test func `keeps the order of a graph across parts`() async throws {
        try await withEngine { engine in
            var graph = JobGraph()
            let first = graph.add("note", arguments: [])
            for _ in 0..<12 { graph.add("note", arguments: []) }
            let late = graph.add("note", arguments: [])
            let last = graph.add("note", arguments: [], [.after(first), .after(late)])
            let jobs = try graph.requests.map { try engine.created($0, now: engine.clock.now()) }
            let made = try await engine.stage(jobs, .existing, parts)
            async let work: Void = engine.run(workers: 4)
            let handle = engine.handle(for: made[last.index], JobOutputCoding<[UInt8]>.bytes)
            let expected = "\(made[first.index].id) \(made[late.index].id)"
            #expect(String(decoding: try await handle.result(), as: UTF8.self) == expected)
            engine.stop()
            try await work
        }
    }

    @Test func `is cancelled when the process that makes it ends before its last part`() async throws {
        try await withStoreFolder { folder in
            let engine = try JobEngine.open(folder, program: "test")
            let call = try await begin(engine)
            _ = try await engine.enqueue("note", arguments: [], [.after(JobID(rawValue: call.job))])
            try await engine.close()
            let next = try JobEngine.open(folder, program: "test")
            try await next.wait { try states(next) == [.cancelled: 1] }
            #expect(try next.state(of: JobID(rawValue: call.job)) == .cancelled)
            let requeued = try await next.perform(
                .requeue(job: call.job, expected: nil, reason: "", actor: .person("ann")))
            #expect(requeued == .refused(.isStaging(call.job)))
            try await next.close()
        }
    }

    @Test func `does not begin in a process that has ended`() async throws {
        try await withEngine { engine in
            guard case .done(let other) = try await engine.perform(.startProcess(Box(ProcessStarted.stranger))) else {
                return
            }
            _ = try await engine.perform(.stopProcess(other))
            let answer = try await engine.perform(.stage(process: other, salt: 1))
            #expect(answer == .refused(Refusal(.wrongState, "Process \(other) has ended.")))
        }
    }

    @Test(arguments: ["lease", "death"])
    func `is cancelled when another process gives its claim up`(_ reason: String) async throws {
        try await withEngine { engine in
            let (job, token) = try await begin(engine)
            _ = try await engine.perform(
                reason == "death"
                    ? .release(job: job, token: token, reason: reason, actor: .system)
                    : .interrupt(job: job, token: token, reason: reason, charged: false, actor: .system))
            #expect(try engine.state(of: JobID(rawValue: job)) == .cancelled)
        }
    }

    private func newBatch(in outer: JobBatch, _ engine: JobEngine) -> NewBatch {
        NewBatch(name: "part", in: outer.id, isOpen: false, jobs: [], actor: .process(engine.process))
    }

    @Test func `fills a batch, also inside another, before any of its jobs runs`() async throws {
        try await withEngine { engine in
            let outer = try await engine.openBatch("import")
            try await outer.seal()
            let late = await #expect(throws: Refusal.self) {
                try await engine.wait { try outer.progress()?.standing == .succeeded }
                _ = try await engine.fill(newBatch(in: outer, engine), try jobs(25, engine), parts)
            }
            #expect(late?.description.contains("takes no more batches") == true)
            let around = try await engine.openBatch("import")
            let made = try await engine.fill(newBatch(in: around, engine), try jobs(25, engine), parts)
            try await around.seal()
            let batch = engine.batch(made.batch)
            #expect(made.jobs.count == 25)
            #expect(try batch.progress()?.jobs == 25)
            #expect(try batch.progress()?.standing == .running)
            async let work: Void = engine.run(workers: 4)
            try await engine.wait { try around.progress()?.standing == .succeeded }
            #expect(try batch.progress()?.succeeded == 25)
            engine.stop()
            try await work
        }
    }

    @Test func `that is refused a part has its batch cancelled, and leaves none behind that goes on`() async throws {
        try await withEngine { engine in
            let outer = try await engine.openBatch("import")
            let jobs = try jobs(25, engine) { $0 == 22 ? [.after(outer)] : [] }
            let refusal = await #expect(throws: Refusal.self) {
                try await engine.fill(newBatch(in: outer, engine), jobs, parts)
            }
            #expect(refusal?.description.contains("Job 23 of 25") == true)
            try await outer.seal()
            try await engine.wait { try outer.progress()?.standing == .cancelled }
            #expect(try states(engine)[.awaiting] == nil)
        }
    }

    @Test func `has its batch cancelled when the process ends before its last part`() async throws {
        try await withStoreFolder { folder in
            let engine = try JobEngine.open(folder, program: "test")
            let outer = try await engine.openBatch("import")
            let stage = Command.stage(process: engine.process, salt: 1, into: Box(newBatch(in: outer, engine)))
            guard case .together(let answers) = try await engine.perform(stage), answers.count == 2,
                case .done(let inner) = answers[0], case .claimed(let claims) = answers[1]
            else { throw Trouble(description: "no batch") }
            _ = try await engine.enqueue(
                "note", arguments: [], [.after(JobID(rawValue: claims[0].job)), .batch(number: inner)])
            try await outer.seal()
            #expect(try outer.progress()?.standing == .running)
            try await engine.close()
            let next = try JobEngine.open(folder, program: "test")
            try await next.wait { try next.batch(outer.id).progress()?.standing == .cancelled }
            #expect(try next.batch(inner).progress()?.standing == .cancelled)
            try await next.close()
        }
    }

    @Test func `has at most a million jobs`() async throws {
        try await withEngine { engine in
            let jobs = Array(repeating: try #require(try jobs(1, engine).first), count: 1_000_001)
            await #expect(throws: Refusal.self) { try await engine.stage(jobs, .existing, parts) }
            #expect(try states(engine) == [:])
        }
    }

    @Test func `cannot replace what is there`() async throws {
        try await withEngine { engine in
            let jobs = try jobs(25, engine)
            let refusal = await #expect(throws: Refusal.self) { try await engine.stage(jobs, .replace, parts) }
            #expect(refusal?.description.contains("cannot replace") == true)
            #expect(try states(engine) == [:])
        }
    }

    @Test(.enabled(if: runsLongTests, "a long test: tools/test --all"))
    func `is what more than ten thousand jobs become`() async throws {
        try await withEngine { engine in
            let handles = try await engine.enqueue((0..<10_001).map { _ in JobRequest("note", arguments: []) })
            #expect(handles.count == 10_001)
            #expect(try call(engine).history.count >= 3)
            try await engine.wait { try states(engine) == [.enqueued: 10_001] }
        }
    }
}

extension ProcessStarted {
    fileprivate static let stranger = ProcessStarted(processID: 1, host: "h", user: "u", program: "p", boot: "b")
}
