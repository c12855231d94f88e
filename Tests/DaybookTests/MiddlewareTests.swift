import Daybook
import DaybookLog
import DaybookModel
import Synchronization
import Testing

/// What middleware and handlers did, in order.
private final class Diary: Sendable {
    private let lines = Mutex<[String]>([])
    func note(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
}

private struct Noting: JobMiddleware {
    let name: String
    let diary: Diary

    func enqueue(
        _ jobs: [JobDraft], next: ([JobDraft]) async throws -> [EnqueuedJob]
    ) async throws -> [EnqueuedJob] {
        diary.note("\(name) enqueues \(jobs.count)")
        var jobs = jobs
        for index in jobs.indices { jobs[index].metadata["by", default: ""] += name }
        let enqueued = try await next(jobs)
        diary.note("\(name) enqueued \(enqueued.count)")
        return enqueued
    }

    func run(_ job: JobContext, next: () async throws -> Void) async throws {
        diary.note("\(name) runs")
        try await next()
        diary.note("\(name) ran")
    }

    func choose(_ outcome: RunOutcome, for job: JobContext) -> RunOutcome {
        diary.note("\(name) chooses")
        return outcome
    }
}

private struct Asleep: Error {}
private struct Hopeless: Error {}
private struct Forgiven: Error {}

/// Changes what failures come to.
private struct Judge: JobMiddleware {
    func choose(_ outcome: RunOutcome, for job: JobContext) -> RunOutcome {
        guard case .failed(let error, _) = outcome else { return outcome }
        switch error {
        case is Asleep: return .snooze(.zero)
        case is Hopeless: return .failed(error, retries: false)
        case is Forgiven: return .succeeded(result: Array("[]".utf8))
        default: return outcome
        }
    }
}

private struct Listener: JobMiddleware {
    let heard: Heard

    final class Heard: Sendable {
        let kinds = Mutex<[String]>([])
        let engine = Mutex<JobEngine?>(nil)
        let missing = Mutex(0)
    }

    func committed(_ event: FollowedEvent) {
        let name = (try? event.creation?.name) ?? "?"
        heard.kinds.withLock { $0.append("\(name) \(event.kind?.name ?? "?")") }
        // Whoever is told finds it in the store.
        let engine = heard.engine.withLock { $0 }
        if let last = try? engine?.read({ try $0.last }), last < event.sequence { heard.missing.withLock { $0 += 1 } }
    }
}

@Suite struct `Middleware` {
    private func options(_ middleware: any JobMiddleware...) -> EngineOptions {
        var options = EngineOptions()
        options.middleware = middleware
        return options
    }

    @Test func `stands around enqueueing and running, the first outermost`() async throws {
        try await withStoreFolder { folder in
            let diary = Diary()
            let engine = try JobEngine.open(
                folder, options: options(Noting(name: "A", diary: diary), Noting(name: "B", diary: diary))
            ) {
                $0.register("n") { _, context in diary.note("handler by \(context.metadata["by"] ?? "nobody")") }
            }
            let job = try await engine.enqueue("n", arguments: [])
            try await engine.working(1) { _ = try await job.result() }
            try await engine.close()
            #expect(
                diary.all == [
                    "A enqueues 1", "B enqueues 1", "B enqueued 1", "A enqueued 1", "A runs", "B runs",
                    "handler by AB", "B ran", "A ran", "B chooses", "A chooses",
                ])
        }
    }

    @Test func `sees jobs that come together at once, and may refuse them all`() async throws {
        struct No: Error {}
        struct Refusing: JobMiddleware {
            func enqueue(
                _ jobs: [JobDraft], next: ([JobDraft]) async throws -> [EnqueuedJob]
            ) async throws -> [EnqueuedJob] {
                if jobs.contains(where: { $0.name == "bad" }) { throw No() }
                var jobs = jobs
                for index in jobs.indices { jobs[index].set(.queue("checked")) }
                return try await next(jobs)
            }
        }
        try await withStoreFolder { folder in
            let engine = try JobEngine.open(folder, options: options(Refusing()))
            let good = try await engine.enqueue([JobRequest("a", arguments: []), JobRequest("b", arguments: [])])
            for job in good {
                guard case .created(let created)? = try engine.events(of: job.id).first?.body else { continue }
                #expect(created.value.queue == "checked")
            }
            let before = try engine.read { try $0.last }
            await #expect(throws: No.self) {
                try await engine.enqueue([JobRequest("a", arguments: []), JobRequest("bad", arguments: [])])
            }
            #expect(try engine.read { try $0.last } == before)
            try await engine.close()
        }
    }

    @Test func `may say what happens on a conflict, and is refused what cannot be`() async throws {
        struct Setting: JobMiddleware {
            let option: JobOption
            func enqueue(
                _ jobs: [JobDraft], next: ([JobDraft]) async throws -> [EnqueuedJob]
            ) async throws -> [EnqueuedJob] {
                var jobs = jobs
                for index in jobs.indices { jobs[index].set(option) }
                return try await next(jobs)
            }
        }
        for option in [JobOption.onConflict(.refuse), .priority(1_000_000), .metadata("a=b", "c")] {
            try await withStoreFolder { folder in
                let plain = try JobEngine.open(folder)
                _ = try await plain.enqueue("n", arguments: [], [.key("k")])
                try await plain.close()
                let engine = try JobEngine.open(folder, options: options(Setting(option: option)))
                await #expect(throws: Refusal.self) { try await engine.enqueue("n", arguments: [], [.key("k")]) }
                await #expect(throws: Refusal.self) {
                    try await engine.enqueue([
                        JobRequest("n", arguments: [], [.key("k")]), JobRequest("n", arguments: []),
                    ])
                }
                try await engine.close()
            }
        }
    }

    @Test func `that answers for fewer jobs than it got is told so`() async throws {
        struct Lazy: JobMiddleware {
            func enqueue(
                _ jobs: [JobDraft], next: ([JobDraft]) async throws -> [EnqueuedJob]
            ) async throws -> [EnqueuedJob] { [] }
        }
        try await withStoreFolder { folder in
            let engine = try JobEngine.open(folder, options: options(Lazy()))
            let refusal = await #expect(throws: Refusal.self) { try await engine.enqueue("n", arguments: []) }
            #expect(refusal?.description.contains("answered for 0 of 1 jobs") == true)
            try await engine.close()
        }
    }

    @Test func `may choose how a run counts`() async throws {
        try await withStoreFolder { folder in
            let runs = Mutex<[String: Int]>([:])
            let engine = try JobEngine.open(folder, options: options(Judge())) { jobs in
                @Sendable func count(_ context: JobContext) -> Int {
                    runs.withLock {
                        $0[context.name, default: 0] += 1
                        return $0[context.name] ?? 0
                    }
                }
                jobs.register("asleep") { _, context in if count(context) < 3 { throw Asleep() } }
                jobs.register("hopeless") { _, context in
                    _ = count(context)
                    throw Hopeless()
                }
                jobs.register("forgiven") { _, context in throw Forgiven() }
            }
            let asleep = try await engine.enqueue("asleep", arguments: [])
            let hopeless = try await engine.enqueue("hopeless", arguments: [])
            let forgiven = try await engine.enqueue("forgiven", arguments: [])
            try await engine.working(1) {
                try await engine.wait { try asleep.state() == .succeeded && hopeless.state() == .failed }
                #expect(try await forgiven.result() == Array("[]".utf8))
            }
            #expect(try engine.record(asleep.id)?.attempt == 1)
            #expect(runs.withLock { $0 } == ["asleep": 3, "hopeless": 1])
            try await engine.close()
        }
    }

    @Test func `is told what has happened once it is durable, in order, and all of it before the end`() async throws {
        try await withStoreFolder { folder in
            let heard = Listener.Heard()
            let engine = try JobEngine.open(folder, options: options(Listener(heard: heard))) {
                $0.register("n") { _, context in if context.attempt == 1 { throw Asleep() } }
            }
            heard.engine.withLock { $0 = engine }
            let job = try await engine.enqueue("n", arguments: [], [.retry(.fixed(.zero))])
            try await engine.working(1) { _ = try await job.result() }
            let cancelled = try await engine.enqueue("other", arguments: [])
            try await cancelled.cancel()
            try await engine.close()
            heard.engine.withLock { $0 = nil }
            // On a busy machine a job is claimed and given back several times before its worker comes.
            let told = heard.kinds.withLock { $0.filter { !$0.hasSuffix("claimed") && !$0.hasSuffix("returned") } }
            #expect(
                told == ["n created", "n attemptFailed", "n succeeded", "other created", "other cancelled"])
            #expect(heard.missing.withLock { $0 } == 0)
        }
    }

    @Test func `hands metadata down to the jobs that a run enqueues`() async throws {
        try await withStoreFolder { folder in
            let diary = Diary()
            let engines = Mutex<JobEngine?>(nil)
            let engine = try JobEngine.open(folder) {
                $0.register("parent") { _, _ in
                    let engine = engines.withLock { $0 }
                    try await engine?.enqueue("child", arguments: [], [.metadata("locale", "de")])
                }
                $0.register("child") { _, context in
                    diary.note(context.metadata.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }.joined(separator: " "))
                    #expect(JobContext.current?.id == context.id)
                }
            }
            engines.withLock { $0 = engine }
            _ = try await engine.enqueue("parent", arguments: [], [.metadata("trace", "7"), .metadata("locale", "en")])
            try await engine.working(1) { try await engine.wait { diary.all.count == 1 } }
            #expect(diary.all == ["locale=de trace=7"])
            #expect(JobContext.current == nil)
            engines.withLock { $0 = nil }
            try await engine.close()
        }
    }
}
