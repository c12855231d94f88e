import DaybookModel
import Synchronization
import Testing

@testable import Daybook
@testable import DaybookLog

@Suite struct `An engine of an older release` {
    /// What another process of a newer release writes to the same store.
    private func write<R>(_ engine: JobEngine, _ body: (inout Turn) throws -> R) throws -> R {
        let storage = try #require(engine.folder).storage
        return try LogWriter(storage).turn(now: engine.clock.now(), body)
    }

    private func stranger(_ turn: inout Turn) throws -> SequenceNumber {
        try turn.record(Event(time: turn.now, body: .unknown(kind: 250, version: 1)))
    }

    private func created(_ name: String) -> Command {
        .enqueue(Box(Created(name: name, queue: "default", attempts: 3, salt: 1, arguments: [])), onConflict: .existing)
    }

    @Test func `finishes what it runs, begins nothing more, and says so`() async throws {
        try await withStoreFolder { folder in
            let said = Mutex<[String]>([])
            let mayEnd = Mutex(false)
            let ran = Mutex<[UInt64]>([])
            let started = Countdown(1)
            var options = EngineOptions()
            options.whenOutdated = { sentence in said.withLock { $0.append(sentence) } }
            let engine = try JobEngine.open(folder, options: options) { jobs in
                jobs.register("n") { _, context in
                    ran.withLock { $0.append(context.id.rawValue) }
                    started.signal()
                    while !mayEnd.withLock({ $0 }) { await Task.yield() }
                    context.log("on my way")
                }
            }
            let first = try await engine.enqueue("n", arguments: [])
            var later: SequenceNumber = 0
            try await engine.working(1) {
                await started.wait()
                let event = try write(engine) { turn in
                    let event = try stranger(&turn)
                    if case .created(let job) = try turn.perform(created("n")) { later = job }
                    return event
                }
                try await engine.wait { engine.readiness == .outdated }
                #expect(said.withLock { $0 }.count == 1)
                #expect(said.withLock { $0 }.first?.contains("Event \(event) (kind 250)") == true)
                let report = engine.folder?.presence?.withEnginePart { EngineReport(Array($0)) }
                #expect(report?.stranger == event)
                // New work is refused in a sentence, and nothing of it is in the log.
                let refusal = await #expect(throws: Refusal.self) { try await engine.enqueue("n", arguments: []) }
                #expect(refusal?.code == .outdated)
                mayEnd.withLock { $0 = true }
                try await engine.wait { try first.state() == .succeeded }
                #expect(try engine.events(of: first.id).contains { if case .logged = $0.body { true } else { false } })
                for _ in 0..<20 { _ = try await engine.perform(.look) }
                #expect(try engine.record(JobID(rawValue: later))?.state == .enqueued)
            }
            #expect(ran.withLock { $0 } == [first.id.rawValue])
            #expect(said.withLock { $0 }.count == 1)
            let storage = engine.storage
            let report = LogVerifier(storage).verify()
            #expect(report.findings.isEmpty, "\(report.findings)")
            try await engine.close()
        }
    }

    @Test func `gives back what it cannot finish when it is told to stop`() async throws {
        try await withStoreFolder { folder in
            let started = Countdown(1)
            let engine = try JobEngine.open(folder) { jobs in
                jobs.register("n") { _, context in
                    started.signal()
                    while !context.isCancelled { await Task.yield() }
                    try Task.checkCancellation()
                }
            }
            let job = try await engine.enqueue("n", arguments: [])
            try await withThrowingTaskGroup { group in
                group.addTask { try await engine.run(workers: 1) }
                await started.wait()
                _ = try write(engine) { try stranger(&$0) }
                try await engine.wait { engine.readiness == .outdated }
                engine.stop(within: .zero)
                try await group.waitForAll()
            }
            #expect(try job.state() == .enqueued)
            #expect(try engine.record(job.id)?.attempt == 0)
            try await engine.close()
        }
    }

    @Test func `that was opened behind what it does not know begins nothing`() async throws {
        try await withStoreFolder { folder in
            let before = try JobEngine.open(folder)
            let job = try await before.enqueue("n", arguments: [])
            _ = try write(before) { try stranger(&$0) }
            try await before.close()
            let engine = try JobEngine.open(folder) { $0.register("n") { _, _ in } }
            try await engine.working(1) {
                try await engine.wait { engine.readiness == .outdated }
                for _ in 0..<20 { _ = try await engine.perform(.look) }
                #expect(try engine.record(job.id)?.state == .enqueued)
            }
            try await engine.close()
        }
    }

    @Test func `that was opened behind what it does not know takes nothing out and changes no settings`() async throws {
        try await withStoreFolder { folder in
            let time = VirtualTime()
            func open(_ options: EngineOptions, _ register: (inout JobRegistry) -> Void) throws -> JobEngine {
                try JobEngine.open(
                    folder, program: "test", options: options, host: .real(), clock: time.clock, register)
            }
            var options = EngineOptions()
            options.retention = .off
            let before = try open(options) { _ in }
            let job = try await before.enqueue("n", arguments: []).id
            _ = try await before.cancel(job, reason: "")
            time.advance(by: 30 * 86_400)
            let last = try write(before) { try stranger(&$0) }
            try await before.close()
            options.retention = .rules(.keep(.cancelled, for: .seconds(60)))
            let engine = try open(options) { jobs in
                jobs.register("n") { _, _ in }
                jobs.recurring(RecurringJob("often", "n", arguments: [], .every(.seconds(60))))
            }
            try await engine.working(1) {
                try await engine.wait { engine.readiness == .outdated }
                for _ in 0..<20 { _ = try await engine.perform(.look) }
            }
            #expect(try engine.record(job)?.state == .cancelled)
            let refusal = await #expect(throws: Refusal.self) { try await engine.retention.run() }
            #expect(refusal?.code == .outdated)
            let error = await #expect(throws: LogError.self) { try await engine.archive(before: .event(last)) }
            #expect(error?.description.contains("Event \(last) (kind 250)") == true)
            let kinds = try engine.storage.loggedEvents(from: last + 1, limit: 1_000).map { $0.1.body.kind }
            #expect(kinds == [EventKind.processStopped.rawValue, EventKind.processStarted.rawValue])
            try await engine.close()
        }
    }

    @Test func `writes nothing more once its store was upgraded under it`() async throws {
        try await withStoreFolder { folder in
            let said = Mutex<[String]>([])
            var options = EngineOptions()
            options.whenOutdated = { sentence in said.withLock { $0.append(sentence) } }
            let engine = try JobEngine.open(folder, options: options) { $0.register("n") { _, _ in } }
            let identity = try #require(engine.folder).identity
            let last = try write(engine) { turn in
                try MetaRows(ledgers: 2, identity: identity).write(to: turn.transaction)
                return try turn.record(Event(time: turn.now, body: .rebuilt(rows: 1, reason: "upgraded")))
            }
            let error = await #expect(throws: LogError.self) { try await engine.enqueue("n", arguments: []) }
            #expect(error?.code == .upgraded)
            #expect(error?.description.contains("ledgers 2") == true)
            #expect(try engine.lastEvent == last)
            #expect(said.withLock { $0 }.count == 1)
            await #expect(throws: LogError.self) { try await engine.run(workers: 1) }
            try await engine.close()
        }
    }
}
