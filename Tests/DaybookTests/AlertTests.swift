import DaybookLog
import DaybookModel
import Foundation
import Synchronization
import Testing

@testable import Daybook

/// Who was told what, in order.
private final class Told: Sendable {
    private let alerts = Mutex<[Alert]>([])
    private let failures: Mutex<Int>

    init(failing times: Int = 0) {
        failures = Mutex(times)
    }

    struct Busy: Error {}

    var delivery: AlertDelivery {
        .call { [self] alert in
            let fails = failures.withLock { left in
                left -= 1
                return left >= 0
            }
            if fails { throw Busy() }
            alerts.withLock { $0.append(alert) }
        }
    }

    var all: [Alert] { alerts.withLock { $0 } }
    var words: [String] { all.map { "\($0.rule) \($0.isOpen ? "open" : "closed")" } }
}

private struct Broken: Error {}

@Suite struct `Alerts` {
    private func options(_ rules: [AlertRule], _ told: Told...) -> EngineOptions {
        var options = EngineOptions()
        options.alerts = rules
        options.alertDeliveries = told.map(\.delivery)
        options.alertsEvery = .milliseconds(20)
        return options
    }

    private func open(_ folder: String, _ options: EngineOptions) throws -> JobEngine {
        try JobEngine.open(folder, program: "test", options: options) {
            $0.register("bad") { _, _ in throw Broken() }
            $0.register("good") { _, _ in }
        }
    }

    /// Runs `body` while the engine works, and closes it.
    private func working(_ engine: JobEngine, _ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup { group in
            group.addTask { try await engine.run(workers: 2) }
            try await body()
            engine.stop()
            try await group.waitForAll()
        }
        try await engine.close()
    }

    private func episodes(_ engine: JobEngine) throws -> [JobSummary] {
        try engine.jobs(JobFilter(queue: OpenAlerts.queue))
    }

    private func delete(_ job: JobID, _ engine: JobEngine) async throws {
        _ = try await engine.perform(.delete(job: job.rawValue, reason: "seen to", actor: .person("test")))
    }

    @Test func `are told once as an episode begins and once as it ends`() async throws {
        try await withStoreFolder { folder in
            let told = Told()
            let engine = try open(folder, options([.jobs(.failed, moreThan: 0)], told))
            let bad = try await engine.enqueue("bad", arguments: [], [.attempts(1)])
            try await working(engine) {
                try await engine.wait { told.words == ["jobs-failed open"] }
                #expect(told.all[0].text == "1 jobs are failed, more than 0")
                let open = try OpenAlerts(engine.storage).episodes
                #expect(open.map(\.rule) == ["jobs-failed"] && open.map(\.job) == [told.all[0].episode])
                try await delete(bad.id, engine)
                try await engine.wait { told.words == ["jobs-failed open", "jobs-failed closed"] }
                #expect(told.all[1].text == "jobs-failed is over: 1 jobs are failed, more than 0")
                try await engine.wait { try episodes(engine).map(\.state) == [.succeeded] }
                #expect(try OpenAlerts(engine.storage).episodes.isEmpty)
            }
        }
    }

    @Test func `go on after a restart, and are not told a second time`() async throws {
        try await withStoreFolder { folder in
            let (first, second) = (Told(), Told())
            let before = try open(folder, options([.jobs(.failed, moreThan: 0)], first))
            let bad = try await before.enqueue("bad", arguments: [], [.attempts(1)])
            try await working(before) {
                try await before.wait { try episodes(before).map(\.state) == [.scheduled] }
            }
            let after = try open(folder, options([.jobs(.failed, moreThan: 0)], second))
            try await working(after) {
                try await delete(bad.id, after)
                try await after.wait { !second.all.isEmpty }
            }
            #expect(first.words == ["jobs-failed open"])
            #expect(second.words == ["jobs-failed closed"])
        }
    }

    @Test func `are tried again where somebody could not be told, and nobody is told twice`() async throws {
        try await withStoreFolder { folder in
            let (one, other) = (Told(failing: 1), Told())
            let engine = try open(folder, options([.jobs(.failed, moreThan: 0)], one, other))
            try await engine.enqueue("bad", arguments: [], [.attempts(1)])
            try await working(engine) {
                try await engine.wait { try episodes(engine).first?.waitsFor == "retry" }
                #expect(one.all.isEmpty && other.words == ["jobs-failed open"])
                let episode = try #require(try episodes(engine).first)
                _ = try await engine.perform(
                    .reschedule(
                        job: episode.id.rawValue, until: engine.clock.now(), expected: nil, reason: "now",
                        actor: .person("test")))
                try await engine.wait { !one.all.isEmpty }
                #expect(one.words == ["jobs-failed open"] && other.words == ["jobs-failed open"])
            }
        }
    }

    @Test func `are nobody else's work`() async throws {
        try await withStoreFolder { folder in
            let ran = Mutex<[String]>([])
            let engine = try JobEngine.open(folder, program: "test") { jobs in
                jobs.registerFallback { _, context in ran.withLock { $0.append(context.name) } }
            }
            try await engine.enqueue(OpenAlerts.jobName, arguments: [], [.queue(OpenAlerts.queue)])
            try await engine.enqueue("other", arguments: [])
            try await withThrowingTaskGroup { group in
                group.addTask { try await engine.run(workers: 2) }
                try await engine.waitUntilDrained()
                engine.stop()
                try await group.waitForAll()
            }
            try await engine.close()
            #expect(ran.withLock { $0 } == ["other"])
        }
    }

    @Test func `of one name and subject are refused`() async throws {
        try await withStoreFolder { folder in
            #expect(throws: LogError.self) {
                try open(folder, options([.queueOlderThan(.seconds(1)), .queueOlderThan(.seconds(9), queue: "a")]))
            }
            #expect(throws: LogError.self) { try open(folder, options([.writerBlocked.named("a b")])) }
        }
    }

    // MARK: Each rule

    /// What the rules say of a store in which something is wrong.
    private func look(
        _ rules: [AlertRule], prepare: (JobEngine) async throws -> Void = { _ in }
    ) async throws -> [String] {
        try await withStoreFolder { folder in
            let engine = try open(folder, options(rules))
            try await prepare(engine)
            let watch = try #require(engine.alerts)
            let found = try watch.look().compactMap(\.text)
            try await engine.close()
            return found
        }
    }

    @Test func `see a job that waits too long, but not in a queue that is paused`() async throws {
        let rules: [AlertRule] = [.queueOlderThan(.seconds(-1))]
        let found = try await look(rules) { engine in
            try await engine.enqueue("bad", arguments: [], [.queue("mail")])
            try await engine.enqueue("bad", arguments: [], [.queue("side")])
            _ = try await engine.perform(.pauseQueue("side", reason: "", actor: .system))
        }
        #expect(found.count == 1)
        #expect(found[0].hasPrefix("the oldest ready job of queue mail has waited for "))
    }

    @Test func `see that runs fail, once there are enough of them`() async throws {
        func found(_ runsMin: Int) async throws -> [String] {
            try await look([.failureRate(above: 0.4, over: .seconds(600), atLeast: runsMin)]) { engine in
                for _ in 1...3 { try await engine.enqueue("bad", arguments: [], [.attempts(1)]) }
                try await withThrowingTaskGroup { group in
                    group.addTask { try await engine.run(workers: 1) }
                    try await engine.waitUntilDrained()
                    engine.stop()
                    try await group.waitForAll()
                }
            }
        }
        #expect(try await found(3) == ["3 of the 3 runs of the last 10 min failed"])
        #expect(try await found(4).isEmpty)
    }

    /// An alert that cannot be told is tried again and again: that would be an alert about itself.
    @Test(arguments: [false, true])
    func `see no failures in what the engine does for itself`(isDeleted: Bool) async throws {
        let rules: [AlertRule] = [.failureRate(above: 0, over: .seconds(600), atLeast: 1)]
        let found = try await look(rules) { engine in
            for name in [OpenAlerts.jobName, "good"] {
                var options: [JobOption] = [.attempts(1)]
                if name == OpenAlerts.jobName { options.append(.queue(OpenAlerts.queue)) }
                try await engine.enqueue(name, arguments: [], options)
            }
            // What is no alert fails.
            try await engine.working(1) {
                try await withThrowingTaskGroup { group in
                    group.addTask { try await engine.run(workers: 1, queues: [OpenAlerts.queue]) }
                    try await engine.wait { try episodes(engine).first?.state == .failed }
                    try await engine.wait { try engine.jobs(JobFilter(states: [.succeeded])).count == 1 }
                    engine.stop()
                    try await group.waitForAll()
                }
            }
            if isDeleted { try await delete(try #require(try episodes(engine).first).id, engine) }
        }
        #expect(found.isEmpty)
    }

    @Test func `see how much the disk has left`() async throws {
        #expect(try await look([.diskBelow(bytes: 1)]).isEmpty)
        let found = try await look([.diskBelow(bytes: .max)])
        #expect(found.count == 1 && found[0].hasPrefix("the disk has "))
    }

    @Test func `see an old snapshot that somebody holds`() async throws {
        try await withStoreFolder { folder in
            let engine = try open(folder, options([.readerBehind(commits: 2)]))
            let watch = try #require(engine.alerts)
            #expect(try watch.look().compactMap(\.text).isEmpty)
            let isHeld = Mutex(false)
            let mayEnd = Mutex(false)
            let holder = WorkerThreads(1) {
                try? engine.storage.read { _ in
                    isHeld.withLock { $0 = true }
                    while !mayEnd.withLock({ $0 }) { MonotonicClock.pause(nanoseconds: 1_000_000) }
                }
            }
            while !isHeld.withLock({ $0 }) { await Task.yield() }
            for _ in 1...5 { try await engine.enqueue("bad", arguments: []) }
            let found = try watch.look().compactMap(\.text)
            mayEnd.withLock { $0 = true }
            holder.join()
            #expect(found.count == 1 && found[0].contains("holds a snapshot that is"))
            try await engine.close()
        }
    }

    @Test func `see a recurring job that does not fire`() async throws {
        let found = try await look([.recurringLate(by: .seconds(-86_400 * 2))]) { engine in
            try await engine.recurring.set(
                RecurringJob("nightly", "bad", arguments: [], .daily(at: TimeOfDay(3, 0))))
        }
        #expect(found.count == 1 && found[0].hasPrefix("recurring job nightly was due"))
    }

    @Test func `tell of a writer that is blocked without writing`() async throws {
        try await withStoreFolder { folder in
            let told = Told()
            let engine = try open(folder, options([.writerBlocked], told))
            try await working(engine) {
                try #require(engine.alerts).noteBlocked("writer blocked by pid 1")
                try await engine.wait { told.words == ["writer-blocked open", "writer-blocked closed"] }
                #expect(told.all[0].episode == nil && told.all[0].text == "writer blocked by pid 1")
                #expect(told.all[1].text == "writer-blocked is over: writer blocked by pid 1")
                #expect(told.all[1].since == told.all[0].since)
                #expect(try episodes(engine).isEmpty)
            }
        }
    }

    // MARK: Commands

    @Test func `are given to a command on its standard input`() async throws {
        try await withStoreFolder { folder in
            let file = folder + ".told"
            let alert = Alert(
                rule: "disk-low", subject: "", isOpen: true, text: "it's \"full\"", since: Instant(microseconds: 0),
                episode: JobID(rawValue: 7))
            let delivery = AlertDelivery.command("cat > \(file); printf '%s' \"$DAYBOOK_ALERT_TEXT\" >> \(file)")
            let groups = Mutex<[Int32]>([])
            try await delivery.send(alert, Instant(microseconds: 0)) { group in groups.withLock { $0.append(group) } }
            let text = try FileManagerText.read(file)
            #expect(
                text == #"{"rule":"disk-low","subject":"","state":"open","text":"it's \"full\"","#
                    + #""since":"1970-01-01T00:00:00.000000Z","episode":7}it's "full""#)
            #expect(groups.withLock { $0.count } == 2 && groups.withLock { $0.last } == 0)
        }
    }

    @Test func `are not told by a command whose end somebody else was told of`() async throws {
        let alert = Alert(
            rule: "r", subject: "", isOpen: true, text: "", since: Instant(microseconds: 0), episode: nil)
        let failure = await #expect(throws: CommandFailure.self) {
            try await AlertDelivery.command("true").send(alert, Instant(microseconds: 0)) { group in
                if group > 0 { waitpid(group, nil, 0) }
            }
        }
        #expect(failure?.description.contains("is not known") == true)
    }

    @Test func `that a command refuses are not told`() async throws {
        let alert = Alert(
            rule: "r", subject: "", isOpen: true, text: "", since: Instant(microseconds: 0), episode: nil)
        await #expect {
            try await AlertDelivery.command("echo nobody home >&2; exit 3").send(alert, .epoch) { _ in }
        } throws: { "\($0)" == "/bin/sh ended with exit code 3: nobody home" }
    }
}

/// A file's text, and the file gone.
private enum FileManagerText {
    static func read(_ path: String) throws -> String {
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try String(contentsOfFile: path, encoding: .utf8)
    }
}
