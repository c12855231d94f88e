import Daybook
import DaybookLog
import DaybookModel

/// An engine with sample work: what `tools/demo` shows.
enum DemoCommand {
    static let once = Flag("--once", "enqueue some jobs, run them, verify the log and end")

    static let description = CommandDescription(
        "demo", "run an engine with sample work",
        discussion: [
            "Jobs greet, some fail once and are tried again, and every second new ones come. Ctrl-C stops it cleanly."
        ],
        options: [once.description]
    ) { call, context in
        StopSignals.hold()
        CrashGuard.storeIsOpen(context.folder)
        let demo = try Demo(folder: context.folder)
        if call.has(once) {
            try demo.runOnce()
            for line in try demo.summary() { try context.output.line(line) }
        } else {
            for line in demo.invitation() { try context.output.line(line) }
            try context.output.flush()
            try demo.runUntilStopped()
            for line in try demo.summary() { try context.output.line(line) }
        }
    }
}

private struct Greet: Job {
    static let jobName = "demo.greet"
    var person: String

    func run(_ context: JobContext) async throws {
        context.setResult(Array("\"Hello, \(person)!\"".utf8))
    }
}

private struct Flaky: Job {
    static let jobName = "demo.flaky"

    func run(_ context: JobContext) async throws {
        guard context.attempt > 1 else { throw DemoTrouble() }
    }
}

private struct DemoTrouble: Error, CustomStringConvertible {
    var description: String { "this job always fails the first time" }
}

private struct Demo {
    let folder: String
    private static let tick = "demo.tick"
    private static let people = ["Ada", "Grace", "Alan", "Barbara", "Edsger"]

    init(folder: String) throws {
        self.folder = folder
    }

    func invitation() -> [String] {
        [
            "Daybook is running with its store in \(folder). Three things to try in another terminal:",
            "  daybook --data \(folder) status",
            "  daybook --data \(folder) jobs list --limit 5",
            "  daybook --data \(folder) log tail --follow",
            "Ctrl-C stops it.",
        ]
    }

    /// Greets everybody, lets one job fail and be tried again, and waits until all is done.
    func runOnce() throws {
        try withEngine { engine in
            for person in Demo.people { try await engine.enqueue(Greet(person: person)) }
            try await engine.enqueue(Flaky(), .retry(.fixed(.zero)))
            try await withThrowingTaskGroup { tasks in
                tasks.addTask { try await engine.run(workers: 4) }
                try await engine.waitUntilDrained()
                engine.stop()
                try await tasks.waitForAll()
            }
        }
        try verify()
    }

    func runUntilStopped() throws {
        try withEngine { engine in
            StopSignals(
                patience: WallDuration(microseconds: 30_000_000), onFirst: { engine.stop() }, onLast: {}
            ).start()
            try await engine.enqueue(Demo.tick, arguments: Array("0".utf8), [.key("demo.tick")])
            try await engine.run(workers: 4)
        }
    }

    private func withEngine(_ body: @escaping @Sendable (JobEngine) async throws -> Void) throws {
        let folder = folder
        try ThreadBridge.waitFor {
            let late = LateEngine()
            let engine = try JobEngine.open(folder, program: "daybook demo \(Version.text)") { registry in
                registry.register(Greet.self)
                registry.register(Flaky.self)
                registry.register(Demo.tick) { arguments, _ in try await Demo.work(late.engine, arguments) }
            }
            late.engine = engine
            do {
                try await body(engine)
            } catch {
                try? await engine.close()
                throw error
            }
            try await engine.close()
        }
    }

    /// The tick: a greeting, now and then a flaky job, and the next tick in a second.
    private static func work(_ engine: JobEngine?, _ arguments: [UInt8]) async throws {
        guard let engine, let round = Int(String(decoding: arguments, as: UTF8.self)) else { return }
        try await engine.enqueue(Greet(person: people[round % people.count]))
        if round.isMultiple(of: 5) { try await engine.enqueue(Flaky(), .retry(.fixed(.seconds(2)))) }
        try await engine.enqueue(tick, arguments: Array(String(round + 1).utf8), [.delay(.seconds(1))])
    }

    private func verify() throws {
        let store = try StoreFolder.open(folder, .readOnly, program: "daybook demo \(Version.text)")
        defer { store.close() }
        let report = LogVerifier(store.storage).verify()
        guard report.verdict == .good else {
            throw Failure.no("The log does not verify; run `daybook --data \(folder) log verify`.")
        }
    }

    func summary() throws -> [String] {
        let store = try StoreFolder.open(folder, .readOnly, program: "daybook demo \(Version.text)")
        defer { store.close() }
        return try store.storage.read { log in
            var books = Books()
            let counts = try books.allQueues(in: log).reduce(into: (done: UInt64(0), failed: UInt64(0))) {
                $0.done += $1[.succeeded]
                $0.failed += $1[.failed]
            }
            return [
                "\(counts.done) jobs succeeded, \(counts.failed) failed, \(try log.last) events in the log, which "
                    + "verifies."
            ]
        }
    }
}

/// The handler of the tick needs the engine that is being opened with it. Unchecked because it is set once, before
/// any job runs.
private final class LateEngine: @unchecked Sendable {
    var engine: JobEngine?
}
