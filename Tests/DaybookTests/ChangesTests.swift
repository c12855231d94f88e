import Daybook
import DaybookLog
import DaybookModel
import Testing

private struct Count: Job {
    static let jobName = "count"
    var word: String
    func run(_ context: JobContext) async throws -> Int { word.count }
}

private struct Other: Job {
    static let jobName = "other"
    func run(_ context: JobContext) async throws {}
}

@Suite struct `What people do through the library` {
    @Test(arguments: ["", " \n"]) func `is refused where their name is empty`(_ name: String) async throws {
        try await withStoreFolder { folder in
            let engine = try JobEngine.open(folder, program: "test")
            let id = try await engine.enqueue("n", arguments: []).id
            let nightly = RecurringJob("r", "n", arguments: [], nil)
            let batch = try await engine.openBatch("b")
            await #expect(throws: Refusal.self) { try await engine.enqueue("n", arguments: [], [.by(name)]) }
            await #expect(throws: Refusal.self) { try await engine.cancel(id, by: name) }
            await #expect(throws: Refusal.self) { try await engine.pauseAllQueues(by: name) }
            await #expect(throws: Refusal.self) { try await engine.recurring.set(nightly, by: name) }
            await #expect(throws: Refusal.self) { try await batch.seal(by: name) }
            await #expect(throws: Refusal.self) {
                try await engine.cancel(where: JobFilter(states: [.enqueued]), by: name)
            }
            #expect(try engine.timeline(of: id).count == 1 && engine.recurring.all().isEmpty)
            try await engine.close()
        }
    }

    @Test func `stands in the log with their names, and is refused where things are otherwise`() async throws {
        try await withStoreFolder { folder in
            let engine = try JobEngine.open(folder, program: "test")
            let id = try await engine.enqueue("n", arguments: [], [.by("ada")]).id
            try await engine.reschedule(id, to: Instant(iso8601: "2099-01-01T00:00:00Z"), reason: "later", by: "bob")
            #expect(try engine.job(id)?.due == Instant(iso8601: "2099-01-01T00:00:00Z"))
            await #expect(throws: Refusal.self) { try await engine.cancel(id, expecting: .processing) }
            await #expect(throws: Refusal.self) {
                try await engine.reschedule(id, to: Instant(microseconds: .max), expecting: .scheduled)
            }
            await #expect(throws: Refusal.self) { try await engine.delete(id, expecting: .failed) }
            try await engine.cancel(id, reason: "no", expecting: .scheduled, by: "eve")
            try await engine.requeue(id, reason: "yes", expecting: .cancelled, by: "ada")
            try await engine.reschedule(id, after: .seconds(3600))
            try await engine.pause(queue: "default", reason: "lunch", by: "ada")
            #expect(try engine.queues().first?.isPaused == true)
            try await engine.resume(queue: "default", by: "ada")
            #expect(try engine.queues().first?.isPaused == false)
            try await engine.limit(.queue("default"), to: .concurrency(2), by: "ada")
            try await engine.unlimit(.queue("default"), by: "bob")
            let told = try engine.timeline(of: id)
            #expect(told.map(\.kind) == [.created, .rescheduled, .cancelled, .requeued, .rescheduled])
            #expect(told.map(\.actor.person) == ["ada", "bob", "eve", "ada", nil])
            #expect(told.map(\.reason) == ["", "later", "no", "yes", ""])
            try await engine.delete(id, reason: "gone", by: "eve")
            #expect(try engine.job(id) == nil)
            await #expect(throws: Refusal.self) { try await engine.delete(id) }
            try await engine.close()
        }
    }

    @Test func `a handle leads from an id to what the job came to, as its type says`() async throws {
        try await withStoreFolder { folder in
            let engine = try JobEngine.open(folder) { $0.register(Count.self) }
            let made = try await engine.enqueue(all: [Count(word: "one"), Count(word: "three")])
            try await engine.runUntilDrained(workers: 2)
            #expect(try await made[1].result() == 5)
            let found = try engine.handle(for: made[0].id, of: Count.self)
            #expect(try await found.result() == 3)
            #expect(found.wasThere)
            #expect(try await engine.handle(for: made[0].id).result() == Array("3".utf8))
            #expect(throws: Refusal.self) { try engine.handle(for: made[0].id, of: Other.self) }
            #expect(throws: Refusal.self) { try engine.handle(for: JobID(rawValue: 999)) }
            _ = try await engine.enqueue(Count(word: "x"), .requestID("r"))
            await #expect(throws: Refusal.self) { try await engine.enqueue(Other(), .requestID("r")) }
            try await engine.close()
        }
    }
}

@Suite struct `The runs of a job` {
    private struct Trouble: Error {}
    private struct Sums: Codable, Equatable { var total: Int }

    @Test func `tell what each said of itself and how it ended`() async throws {
        try await withStoreFolder { folder in
            let engine = try JobEngine.open(folder) {
                $0.register("import") { _, context in
                    context.log(.warning, "attempt \(context.attempt)")
                    context.progress(0.5, "half")
                    context.count(Counter("rows"), by: 7)
                    try context.setStatistics(Sums(total: context.attempt))
                    _ = try await context.step("read") { 41 }
                    if context.attempt == 1 { throw Trouble() }
                }
            }
            let job = try await engine.enqueue(
                "import", arguments: [], [.retry(.fixed(.zero)), .metadata("trace", "t=1")])
            #expect(try engine.runs(of: job.id).isEmpty)
            try await engine.runUntilDrained(workers: 1)
            let runs = try engine.runs(of: job.id)
            #expect(runs.map(\.attempt) == [1, 2])
            #expect(runs.map { $0.end?.isSuccess } == [false, true])
            #expect(runs[0].end?.errorType == "Trouble")
            #expect(runs.map { $0.lines.map(\.text) } == [["attempt 1"], ["attempt 2"]])
            #expect(runs[0].lines.first?.level == .warning)
            #expect(runs.map(\.progress) == [runs[0].progress, runs[0].progress])
            #expect(runs[0].progress?.fraction == 0.5)
            #expect(runs[0].progress?.text == "half")
            #expect(runs.map(\.counters) == [["rows": 7], ["rows": 7]])
            #expect(try runs.map { try $0.statistics(as: Sums.self) } == [Sums(total: 1), Sums(total: 2)])
            #expect(runs.map { $0.steps.map(\.name) } == [["read"], []])
            #expect(runs[0].steps.first?.result == Array("41".utf8))
            #expect(runs.allSatisfy { $0.ended != nil && $0.actor.process == engine.process })
            #expect(try engine.timeline(of: job.id).first?.creation?.metadata == ["trace": "t=1"])
            try await engine.close()
        }
    }

    @Test func `are told apart where one was cut off and another cancelled`() async throws {
        try await withStoreFolder { folder in
            let started = Countdown(1)
            let engine = try JobEngine.open(folder) {
                $0.register("long") { _, context in
                    started.signal()
                    while !context.isCancelled { await Task.yield() }
                }
            }
            let job = try await engine.enqueue("long", arguments: [])
            try await withThrowingTaskGroup { group in
                group.addTask { try await engine.run(workers: 1) }
                await started.wait()
                try await engine.cancel(job.id, reason: "enough")
                try await engine.requeue(job.id)
                try await engine.cancel(job.id, reason: "again")
                engine.stop()
                try await group.waitForAll()
            }
            let runs = try engine.runs(of: job.id)
            #expect(runs.first?.reason == "enough")
            #expect(runs.first?.end == nil)
            #expect(runs.allSatisfy { $0.ended != nil })
            try await engine.close()
        }
    }
}

@Suite struct `Numbers out of range` {
    @Test func `end in a sentence or in nothing, never in a trap`() async throws {
        try await withStoreFolder { folder in
            let engine = try JobEngine.open(folder)
            _ = try await engine.enqueue("n", arguments: [])
            #expect(try engine.jobs(before: JobID(rawValue: 0)).isEmpty)
            #expect(try engine.jobPage(before: JobID(rawValue: 0)).jobs.isEmpty)
            for place in [SequenceNumber.max, SequenceNumber.max - 1] {
                var events = engine.events(after: place).makeAsyncIterator()
                for _ in 0..<2 { await #expect(throws: (any Error).self) { try await events.next() } }
            }
            try await engine.close()
        }
    }

    @Test(arguments: [JobOption.priority(100_000), .priority(-32_769), .metadata("a=b", "c"), .queue("daybook.mine")])
    func `and options that cannot be are refused`(option: JobOption) async throws {
        try await withStoreFolder { folder in
            let engine = try JobEngine.open(folder)
            await #expect(throws: Refusal.self) { try await engine.enqueue("n", arguments: [], [option]) }
            try await engine.close()
        }
    }

    @Test func `and a time after the calendar's end is its end, one long past the beginning`() async throws {
        try await withStoreFolder { folder in
            struct Trouble: Error {}
            let engine = try JobEngine.open(folder) {
                $0.register("sleepy") { _, _ in throw JobOutcome.snooze(.seconds(Int64.max)) }
                $0.register("flaky") { _, _ in throw Trouble() }
            }
            let jobs = [
                try await engine.enqueue("sleepy", arguments: []),
                try await engine.enqueue("flaky", arguments: [], [.retry(.fixed(.seconds(Int64.max)))]),
            ]
            let late = try await engine.enqueue("n", arguments: [], [.expires(after: .seconds(Int64.min))])
            try await engine.runUntilDrained(workers: 1)
            for job in jobs { #expect(try engine.job(job.id)?.due == .maximum) }
            #expect(try engine.state(of: late.id) == .cancelled)
            guard case .created(let created)? = try engine.events(of: late.id).first?.body else { return }
            #expect(created.value.expires == .epoch)
            try await engine.close()
        }
    }
}
