import Daybook
import DaybookLog
import DaybookModel
import Testing

private struct Report: Job {
    static let jobName = "report"
    var to: String
    func run(_ context: JobContext) async throws -> String { "\(to) \(context.planned.map { "\($0)" } ?? "-")" }
}

private struct Unwritable: JobArguments {
    static let jobName = "unwritable"
    var fraction = Double.nan
}

/// Recurring jobs through the public interface, on clocks that a test moves. They begin at 2026-03-01T12:00:00Z.
@Suite struct `Recurring jobs of an engine` {
    private func withEngine(
        _ register: (inout JobRegistry) -> Void = { _ in }, options: EngineOptions = EngineOptions(),
        _ body: (JobEngine, VirtualTime, String) async throws -> Void
    ) async throws {
        try await withStoreFolder { folder in
            let time = VirtualTime()
            let engine = try open(folder, time, options, register)
            try await body(engine, time, folder)
            try await engine.close()
        }
    }

    private func open(
        _ folder: String, _ time: VirtualTime, _ options: EngineOptions = EngineOptions(),
        _ register: (inout JobRegistry) -> Void = { _ in }
    ) throws -> JobEngine {
        try JobEngine.open(
            folder, program: "test", options: options, host: HostFacts.real(), clock: time.clock, register)
    }

    private func kinds(_ engine: JobEngine, _ id: String) throws -> [EventKind] {
        try engine.recurring.history(id).map(\.kind).reversed()
    }

    @Test func `fire when their time has come, and the run knows what for`() async throws {
        try await withEngine {
            $0.register(Report.self)
            $0.recurring("report.noon", Report(to: "ann"), .every(.seconds(60)), .description("for Ann"))
        } _: { engine, time, _ in
            try await engine.working {
                time.advance(by: 61)
                try await engine.wait { try engine.recurring.one("report.noon")?.fired == 1 }
                let run = try #require(try engine.recurring.history("report.noon").first)
                let job = try #require(run.job)
                try await engine.wait { try engine.state(of: job) == .succeeded }
                let events = try engine.events(of: job)
                guard case .created(let created) = events[0].body, case .succeeded(let success)? = events.last?.body
                else {
                    Issue.record("\(events)")
                    return
                }
                #expect(String(decoding: success.result, as: UTF8.self) == "\"ann 2026-03-01T12:01:00Z\"")
                #expect(created.value.planned == run.planned)
                #expect(events[0].cause == run.event)
                let definition = try engine.recurring.one("report.noon")?.definition
                #expect(events[0].actor.recurring == definition)
            }
            let entry = try #require(try engine.recurring.history("report.noon").first)
            #expect(entry.state == .succeeded && entry.ran != nil && entry.origin == .schedule)
        }
    }

    @Test func `keep their place when jitter is drawn, and fire within it`() async throws {
        try await withEngine { engine, time, _ in
            try await engine.recurring.set(
                RecurringJob(
                    "tick", "job", arguments: Array("{}".utf8), .every(.seconds(60)), [.jitter(.seconds(30))]))
            for round in 1...10 {
                time.advance(by: 60)
                try await engine.wait { try engine.recurring.one("tick")?.fired ?? 0 >= round - 1 }
            }
            time.advance(by: 30)
            try await engine.wait { try engine.recurring.one("tick")?.fired == 10 }
            for run in try engine.recurring.history("tick") where run.kind == .fired {
                let planned = try #require(run.planned)
                #expect(planned.microseconds.isMultiple(of: 60_000_000))
                #expect((0...61_000_000).contains(run.time.microseconds - planned.microseconds))
            }
        }
    }

    @Test(arguments: [RecurringOption.jitter(.seconds(Int64.max)), .job(.expires(after: .seconds(Int64.max)))])
    func `are refused where a number is out of all bounds`(_ option: RecurringOption) async throws {
        try await withEngine { engine, _, _ in
            let job = RecurringJob("tick", "job", arguments: Array("{}".utf8), .every(.seconds(60)), [option])
            await #expect(throws: Refusal.self) { try await engine.recurring.set(job) }
        }
    }

    @Test func `go by hand, are paused, resumed, filled in, previewed and removed`() async throws {
        try await withEngine { engine, time, _ in
            let recurring = engine.recurring
            try await recurring.set(
                RecurringJob("report", Report(to: "ann"), .daily(at: TimeOfDay(2, 30)), .zone("Europe/Berlin")),
                by: "ann")
            #expect(
                try recurring.preview("report", count: 2).map(\.description)
                    == ["2026-03-02T01:30:00Z", "2026-03-03T01:30:00Z"])
            try await recurring.pause("report", reason: "holidays", by: "ann")
            #expect(try recurring.one("report")?.standing == .paused(until: nil))
            let job = try await recurring.trigger("report", by: "bob")
            #expect(try engine.events(of: job.id)[0].actor.person == "bob")
            time.advance(by: 3 * 86_400)
            try await recurring.resume("report", by: "ann")
            let filled = try await recurring.backfill(
                "report", from: Instant(iso8601: "2026-03-01T00:00:00Z"),
                through: Instant(iso8601: "2026-03-03T00:00:00Z"), by: "ann")
            #expect(filled.count == 2)
            try await recurring.remove("report", reason: "no more", by: "ann")
            #expect(try recurring.all().isEmpty)
            #expect(try recurring.one("report")?.standing == .removed)
            #expect(
                try kinds(engine, "report") == [
                    .recurringSet, .recurringPaused, .fired, .skipped, .recurringResumed, .fired, .fired,
                    .recurringRemoved,
                ])
            await #expect(throws: Refusal.self) { try await recurring.trigger("report") }
        }
    }

    @Test func `in code come with the program and go with it`() async throws {
        try await withStoreFolder { folder in
            let time = VirtualTime()
            let first = try open(folder, time) { $0.recurring("report", Report(to: "ann"), .daily(at: .noon)) }
            #expect(try first.recurring.one("report")?.origin == "test")
            try await first.close()
            let silent = try open(folder, time)
            #expect(try silent.recurring.all().map(\.id) == ["report"])
            try await silent.close()
            let second = try open(folder, time) { $0.recurringSource = "test" }
            #expect(try second.recurring.all().isEmpty)
            try await second.close()
            let third = try open(folder, time) { $0.recurring("report", Report(to: "bob"), .daily(at: .noon)) }
            #expect(try kinds(third, "report") == [.recurringSet, .recurringRemoved, .recurringSet])
            try await third.close()
        }
    }

    @Test func `that cannot be followed here keep no other from firing`() async throws {
        try await withStoreFolder { folder in
            let time = VirtualTime()
            let first = try open(folder, time)
            try await first.recurring.set(
                RecurringJob("berlin", Report(to: "ann"), .daily(at: .midnight), .zone("Europe/Berlin")))
            try await first.recurring.set(RecurringJob("tick", Report(to: "ann"), .every(.seconds(60))))
            try await first.close()
            var options = EngineOptions()
            options.zones = Zones(folder: "/nonexistent")
            let engine = try open(folder, time, options)
            guard case .broken(let why)? = try engine.recurring.one("berlin")?.standing else {
                Issue.record("it is not broken here")
                return
            }
            #expect(why.contains("tzdata"))
            time.advance(by: 86_400)
            try await engine.wait { try engine.recurring.one("tick")?.fired ?? 0 >= 1 }
            let berlin = try engine.recurring.one("berlin")
            #expect(berlin?.fired == 0)
            try await engine.close()
        }
    }

    @Test func `with mistakes in code do not keep the program from starting`() async throws {
        let day = Schedule.daily(at: .noon)
        let mistakes: [String: RecurringJob] = [
            "large": RecurringJob("large", "job", arguments: Array(repeating: 32, count: 300 << 10), day),
            "hour": RecurringJob("hour", "job", arguments: [], .daily(at: TimeOfDay(25, 0))),
            "never": RecurringJob("never", "job", arguments: [], .weekly(on: [], at: .noon)),
            "back": RecurringJob("back", "job", arguments: [], .every(.seconds(-5))),
            "tiny": RecurringJob("tiny", "job", arguments: [], .every(.nanoseconds(5))),
            "name": RecurringJob("name", "a job", arguments: [], day),
            "delay": RecurringJob("delay", "job", arguments: [], day, [.job(.delay(.seconds(5)))]),
            "priority": RecurringJob("priority", "job", arguments: [], day, [.job(.priority(40_000))]),
            "tags": RecurringJob("tags", "job", arguments: [], day, [.job(.tags("a b"))]),
            "early": RecurringJob("early", "job", arguments: [], day, [.lateAfter(.seconds(-1))]),
            "group": RecurringJob("group", "job", arguments: [], day, [.group("a group")]),
            "zone": RecurringJob("zone", "job", arguments: [], day, [.zone(String(repeating: "z", count: 9_999))]),
            "hand": RecurringJob(
                "hand", "job", arguments: [], nil, [.description(String(repeating: "d", count: 9_999))]),
        ]
        try await withStoreFolder { folder in
            let time = VirtualTime()
            let engine = try open(folder, time) { registry in
                for job in mistakes.values { registry.recurring(job) }
                registry.recurring("fraction", Unwritable(), day)
                registry.recurring("tick", Report(to: "ann"), .every(.seconds(60)))
            }
            for id in mistakes.keys.sorted() + ["fraction"] {
                let standing = try engine.recurring.one(id)?.standing
                guard case .broken(let why)? = standing, !why.isEmpty else {
                    Issue.record("\(id) is \(standing.map { "\($0)" } ?? "not there")")
                    continue
                }
                await #expect(throws: Refusal.self, "\(id)") { try await engine.recurring.trigger(id) }
            }
            time.advance(by: 61)
            try await engine.wait { try engine.recurring.one("tick")?.fired == 1 }
            try await engine.close()
        }
    }

    @Test func `refuse options that make no sense for them`() async throws {
        try await withEngine { engine, _, _ in
            let options: [JobOption] = [
                .delay(.seconds(5)), .priority(40_000), .requestID("r"), .queue("not a name"), .attempts(0),
                .onConflict(.replace),
            ]
            for option in options {
                await #expect(throws: Refusal.self) {
                    try await engine.recurring.set(
                        RecurringJob("tick", "job", arguments: [], .every(.seconds(1)), [.job(option)]))
                }
            }
            await #expect(throws: Refusal.self) {
                try await engine.recurring.set(RecurringJob("a b", "job", arguments: [], .every(.seconds(1))))
            }
            await #expect(throws: Refusal.self) {
                try await engine.recurring.set(
                    RecurringJob("tick", "job", arguments: [], .every(.seconds(1)), [.misfire(.each(max: 0))]))
            }
            let all = try engine.recurring.all()
            #expect(all.isEmpty)
        }
    }
}
