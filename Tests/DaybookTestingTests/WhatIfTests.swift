import Daybook
import DaybookLog
import DaybookTesting
import Foundation
import Testing

/// Takes some seconds, and fails at first where its number says so.
private struct Load: Job {
    static let jobName = "load"
    var number: Int

    func run(_ context: JobContext) async throws {
        try await context.sleep(for: .milliseconds(400 + number * 7_919 % 8_600))
        if number % 41 == 0 { throw JobOutcome.stop(reason: "hopeless") }
        if number % 5 == 0, context.attempt <= number % 3 + 1 { throw Busy() }
        if number % 29 == 1, context.attempt == 1, context.now < Instant(microseconds: .max) {
            throw JobOutcome.snooze(.seconds(20))
        }
    }

    struct Busy: Error {}
}

private struct Report: Job {
    static let jobName = "report"

    func run(_ context: JobContext) async throws { try await context.sleep(for: .seconds(9)) }
}

private struct Tiny: Job {
    static let jobName = "tiny"

    func run(_ context: JobContext) async throws {}
}

@Suite struct `A recorded load under another policy` {
    /// Three workers with nearly more to do than they can, over a quarter of an hour, and what comes after.
    private func recorded() async throws -> TestEngine {
        let test = try TestEngine(workers: 3) {
            $0.register(Load.self)
            $0.register(Report.self)
        }
        let retry = RetryPolicy.exponential(first: .seconds(4), factor: 2, cap: .seconds(60), jitter: 0.3)
        for number in 1...300 {
            let delay = Duration.milliseconds(number * 1_900 + number * number * 37 % 9_000)
            try await test.engine.enqueue(
                Load(number: number), .delay(delay), .queue(number % 3 == 0 ? "side" : "default"),
                .priority(number % 7 == 0 ? 5 : 0), .attempts(3), .retry(retry))
        }
        let first = try await test.engine.enqueue(Report(), .delay(.seconds(60)))
        try await test.engine.enqueue(Report(), .after(first.id))
        try await test.advance(by: .seconds(900))
        return test
    }

    private func isNear(_ one: Int64, _ other: Int64) -> Bool {
        // To one part in a hundred; below a tenth of a second to a millisecond.
        abs(one - other) * 100 <= max(one, 100_000)
    }

    private func expectNear(_ row: WhatIfReport.Row) {
        let (was, would) = (row.recorded, row.simulated)
        let group = "\(row.queue ?? "all") \(row.name ?? "all"): \(was) \(would)"
        #expect(was.jobs == would.jobs && was.runs == would.runs && was.failedRuns == would.failedRuns, "\(group)")
        #expect(was.succeeded == would.succeeded && was.failed == would.failed, "\(group)")
        #expect(isNear(was.waitHalf, would.waitHalf) && isNear(was.wait90, would.wait90), "\(group)")
        #expect(isNear(was.took, would.took), "\(group)")
        #expect(isNear(was.succeededPerHourThousandths, would.succeededPerHourThousandths), "\(group)")
    }

    /// Two processes ran commands, of which some failed at first, with priorities, and jobs that were due before there
    /// was a worker: claims ahead, commits and the start of each command are in its times.
    @Test func `is what was recorded of commands on a real machine, within one percent`() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../GoldenLogs")
        let storage = MemoryStorage()
        let importer = try LogImporter(into: storage)
        try Data(contentsOf: folder.appending(path: "format-1-workers.jsonl")).withUnsafeBytes {
            try importer.feed($0)
        }
        _ = try importer.finish()
        let report = try WhatIfReport(of: storage, WhatIf(), seed: 1)
        #expect(report.drawnRuns == 0 && report.refused == 0)
        #expect(report.rows.count == 4)
        for row in report.rows { expectNear(row) }
        // Half of the first jobs had been due for two seconds when the workers came.
        let first = try #require(report.rows.first { $0.queue == "default" })
        #expect(first.recorded.waitHalf > 2_000_000)
        var policy = WhatIf()
        policy.workers = [.init(10)]
        let many = try WhatIfReport(of: storage, policy, seed: 1).rows[0]
        #expect(many.simulated.waitHalf < many.recorded.waitHalf / 2)
    }

    /// Thousands of jobs that take no time: what there is to be measured is claims, hand-overs and commits alone.
    @Test func `is what was recorded of a real engine with tiny jobs, within one percent`() async throws {
        var report = try await reportOfTinyJobs()
        // A process that gets no time for seconds leaves a gap, and gaps are left out: it is recorded anew.
        for _ in 0..<9 where report.rows[0].recorded.took > 900_000 { report = try await reportOfTinyJobs() }
        #expect(report.rows[0].recorded.succeeded == 2_000)
        for row in report.rows { expectNear(row) }
    }

    private func reportOfTinyJobs() async throws -> WhatIfReport {
        let folder = FileManager.default.temporaryDirectory.appending(path: "what-if-\(UInt64.random(in: 0 ... .max))")
        defer { try? FileManager.default.removeItem(at: folder) }
        let engine = try JobEngine.open(folder.path()) { $0.register(Tiny.self) }
        for _ in 0..<4 { try await engine.enqueue((0..<500).map { _ in try JobRequest(Tiny()) }) }
        try await engine.runUntilDrained(workers: 3)
        let report = try engine.whatIf(WhatIf())
        try await engine.close()
        return report
    }

    @Test func `is what was recorded, within one percent, if the policy is what it was`() async throws {
        let test = try await recorded()
        let report = try test.engine.whatIf(WhatIf())
        #expect(report.drawnRuns == 0 && report.refused == 0)
        #expect(report.rows.count == 4)
        for row in report.rows {
            let (was, would) = (row.recorded, row.simulated)
            expectNear(row)
            #expect(isNear(was.wait99, would.wait99) && isNear(was.waitMost, would.waitMost), "\(was) \(would)")
        }
        // A load without waits and failures would prove nothing.
        #expect(report.rows[0].recorded.waitHalf > 1_000_000)
        #expect(report.rows[0].recorded.failed > 0 && report.rows[0].recorded.failedRuns > 20)
    }

    @Test func `is the same report for the same seed`() async throws {
        let test = try await recorded()
        var policy = WhatIf()
        policy.everyJob.attempts = 8
        policy.workers = [.init(2)]
        let one = try test.engine.whatIf(policy, seed: 7)
        #expect(try test.engine.whatIf(policy, seed: 7) == one)
        #expect(try test.engine.whatIf(policy, seed: 8) != one)
        #expect(one.drawnRuns > 0)
    }

    @Test func `waits less with more workers and more with fewer`() async throws {
        let test = try await recorded()
        var policy = WhatIf()
        policy.workers = [.init(12)]
        let many = try test.engine.whatIf(policy).rows[0]
        #expect(many.simulated.waitHalf < many.recorded.waitHalf / 10)
        policy.workers = [.init(1)]
        let few = try test.engine.whatIf(policy).rows[0]
        #expect(few.simulated.waitHalf > few.recorded.waitHalf * 2)
        #expect(few.simulated.unfinished > 0)
    }

    @Test func `fails more with fewer runs, and waits less where it has priority`() async throws {
        let test = try await recorded()
        var policy = WhatIf()
        policy.names["load"] = .init(attempts: 1)
        policy.queues["side"] = .init(priority: 9)
        let report = try test.engine.whatIf(policy)
        #expect(report.rows[0].simulated.failed > report.rows[0].recorded.failed * 2)
        let side = try #require(report.rows.first { $0.queue == "side" })
        #expect(side.simulated.wait90 < side.recorded.wait90)
    }

    @Test func `has batches inside batches end, and be cancelled, as they were`() async throws {
        let test = try TestEngine(workers: 3) {
            $0.register(Load.self)
            $0.register(Report.self)
        }
        let load = try (1...4).map { try JobRequest(Load(number: $0 * 2), .attempts(1)) }
        let done = try await test.engine.openBatch("done")
        _ = try await test.engine.enqueue(batch: "part", in: done, load)
        let stuck = try await test.engine.openBatch("stuck")
        _ = try await test.engine.openBatch("open", in: stuck)
        let stopped = try await test.engine.openBatch("stopped")
        _ = try await test.engine.enqueue(
            batch: "part", in: stopped, [JobRequest(Report(), .delay(.seconds(600)))])
        for batch in [done, stuck, stopped] {
            try await test.engine.enqueue(Report(), .after(batch, .any))
            try await batch.seal()
        }
        try await test.advance(by: .seconds(60))
        try await stopped.cancel()
        try await test.advance(by: .seconds(60))
        #expect(try [done, stuck, stopped].map { try $0.progress()?.standing } == [.succeeded, .running, .cancelled])
        let report = try test.engine.whatIf(WhatIf())
        #expect(report.refused == 0 && report.drawnRuns == 0)
        let row = try #require(report.rows.first { $0.name == "report" })
        #expect(row.recorded.succeeded == 2 && row.simulated.succeeded == 2)
        #expect(row.recorded.unfinished == 1 && row.simulated.unfinished == 1)
    }

    @Test func `holds a limit that there was not`() async throws {
        let test = try await recorded()
        var policy = WhatIf()
        policy.limits[.job("load")] = .concurrency(1)
        let row = try test.engine.whatIf(policy).rows[0]
        #expect(row.simulated.succeeded < row.recorded.succeeded)
        #expect(row.simulated.unfinished > row.recorded.unfinished)
    }
}
