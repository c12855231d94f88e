import Daybook
import DaybookTesting
import Synchronization
import Testing

private struct Ship: Job {
    static let jobName = "ship"
    var order: Int

    func run(_ context: JobContext) async throws -> String {
        context.log(.notice, "order \(order) for \(context.tenant ?? "nobody")")
        let receipt = try await context.step("charge") { "receipt \(order)" }
        context.progress(0.5, "charged")
        if context.attempt == 1, order == 13 { throw NoTruck() }
        try await context.step("load") { try await context.sleep(for: .seconds(3600)) }
        context.progress(1, "loaded")
        context.count(.processed, by: 3)
        context.count("parcels")
        try context.setStatistics(["kilograms": 7])
        try context.enqueue(Tell(order: order))
        return receipt
    }

    struct NoTruck: Error {}
}

/// Its work is not said here.
private struct Tell: JobArguments {
    static let jobName = "tell"
    typealias Output = Int
    var order: Int
}

@Suite struct `A job's own function in a test` {
    @Test func `is run with a context that keeps what it says`() async throws {
        let run = try await Ship(order: 7).testRun(.tenant("acme"))
        #expect(try run.output == "receipt 7")
        #expect(run.end.map { String(decoding: $0.result, as: UTF8.self) } == #""receipt 7""#)
        #expect(run.attempt == 1 && run.state == .succeeded)
        #expect(run.lines.map(\.text) == ["order 7 for acme"] && run.lines[0].level == .notice)
        #expect(run.progress?.fraction == 1 && run.progress?.text == "loaded")
        #expect(run.counters == ["processed": 3, "parcels": 1])
        #expect(try run.statistics(as: [String: Int].self) == ["kilograms": 7])
        #expect(run.steps.map(\.name) == ["charge", "load"])
        try run.test.expectEnqueued(Tell.self) { $0.order == 7 }
    }

    @Test func `throws what it threw, and keeps what it said before`() async throws {
        let run = try await Ship(order: 13).testRun()
        #expect(throws: Ship.NoTruck.self) { try run.output }
        #expect(run.state == .scheduled && run.progress?.fraction == 0.5 && run.steps.map(\.name) == ["charge"])
        #expect(run.counters.isEmpty && run.statisticsBytes.isEmpty && run.end?.isSuccess == false)
        try run.test.expectNotEnqueued(Tell.self)
    }

    @Test func `does not repeat its steps when it runs again`() async throws {
        let first = try await Ship(order: 13).testRun()
        let second = try await first.again()
        #expect(try second.output == "receipt 13")
        #expect(second.attempt == 2 && second.steps.map(\.name) == ["load"] && second.state == .succeeded)
        await #expect(throws: UnmetExpectation.self) { try await second.again() }
    }

    @Test func `can be a later run, and no later than its options allow`() async throws {
        let run = try await Ship(order: 13).testRun(.attempts(3), attempt: 3)
        #expect(try run.output == "receipt 13")
        #expect(run.attempt == 3)
        await #expect(throws: UnmetExpectation.self) { try await Ship(order: 1).testRun(.attempts(3), attempt: 4) }
    }

    @Test func `waits for its time when it is enqueued with one`() async throws {
        for attempt in [1, 2] {
            let run = try await Ship(order: 7).testRun(.delay(.seconds(60)), attempt: attempt)
            #expect(try run.output == "receipt 7")
            #expect(run.attempt == attempt)
        }
    }

    @Test func `is a handler where the arguments do not say how`() async throws {
        let run = try await Tell(order: 4).testRun { tell, context in
            #expect(JobContext.current?.id == context.id)
            return tell.order * 2
        }
        #expect(try run.output == 8)
    }

    @Test func `says by its outcome how it wants to go on`() async throws {
        let run = try await Tell(order: 4).testRun { _, context in
            guard context.now >= VirtualNoon.plus(seconds: 30) else { throw JobOutcome.snooze(.seconds(30)) }
            return 1
        }
        #expect(throws: JobOutcome.snooze(.seconds(30))) { try run.output }
        #expect(run.state == .scheduled)
        let again = try await run.again()
        #expect(try again.output == 1)
        #expect(again.attempt == 1)
    }

    @Test func `has returned in vain when its result is too large`() async throws {
        let run = try await Big().testRun()
        #expect(run.state == .failed)
        #expect { try run.output } throws: { "\($0)".contains("did not count") && "\($0)".contains("bytes") }
    }

    private struct Big: Job {
        static let jobName = "big"
        func run(_ context: JobContext) async throws -> [UInt8] { Array(repeating: 1, count: 300 << 10) }
    }
}

private enum VirtualNoon {
    /// Noon of the day on which tests begin.
    static func plus(seconds: Int64) -> Instant { Instant(microseconds: (1_772_366_400 + seconds) * 1_000_000) }
}
