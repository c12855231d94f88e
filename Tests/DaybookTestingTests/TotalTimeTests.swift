import Daybook
import DaybookModel
import Testing

@testable import DaybookLog
@testable import DaybookTesting

private struct Call: Job {
    static let jobName = "call"
    var isLogged = false

    func run(_ context: JobContext) async throws {
        if isLogged { context.log("nobody answers") }
        throw NoAnswer()
    }

    struct NoAnswer: Error {}
}

@Suite struct `The total time for runs` {
    private let hour = RetryPolicy.exponential(first: .seconds(60), factor: 1, jitter: 0, total: .seconds(3600))

    /// How often it has run since it could last begin.
    private func runs(_ id: JobID, in test: TestEngine) throws -> Int {
        let details = try #require(try test.engine.details(of: id))
        #expect(details.lastError?.type == "NoAnswer")
        return try test.engine.runs(of: id).count
    }

    @Test(arguments: [false, true])
    func `begins anew when a person takes the job up again`(isLogged: Bool) async throws {
        let test = try TestEngine { $0.register(Call.self) }
        let call = try await test.engine.enqueue(Call(isLogged: isLogged), .retry(hour), .attempts(1_000))
        try await test.advance(by: .seconds(86_400))
        try test.expect(call.id, is: .failed)
        let before = try runs(call.id, in: test)
        #expect(before == 61)
        try await test.engine.requeue(call.id, by: "ada")
        try await test.advance(by: .seconds(1800))
        try test.expect(call.id, is: .scheduled)
        try await test.advance(by: .seconds(1860))
        try test.expect(call.id, is: .failed)
        #expect(try runs(call.id, in: test) == 2 * before)
    }

    @Test func `ends where nobody can read any more when it began, and holds up nobody`() async throws {
        let test = try TestEngine { $0.register(Call.self) }
        let call = try await test.engine.enqueue(Call(), .retry(hour), .attempts(1_000))
        try await test.advance(by: .seconds(86_400))
        try await test.engine.requeue(call.id, by: "ada")
        let requeued = try #require(try test.storage.history(of: call.id.rawValue).last { $0.kind == .requeued })
        test.storage.damage(event: requeued.sequence) { $0[$0.count - 1] ^= 1 }
        let other = try await test.engine.enqueue(Call(), .attempts(1))
        try await test.drain()
        for job in [call, other] { try test.expect(job.id, is: .failed) }
    }

    @Test func `begins when the job is due, not when it is put off`() async throws {
        let test = try TestEngine { $0.register(Call.self) }
        let options: [JobOption] = [.retry(hour), .attempts(1_000)]
        let delayed = try await test.engine.enqueue(Call(), options[0], options[1], .delay(.seconds(7200)))
        let postponed = try await test.engine.enqueue(Call(), options[0], options[1], .delay(.seconds(60)))
        try await test.engine.reschedule(postponed.id, to: Instant(microseconds: test.now.microseconds + 7_200_000_000))
        let replaced = try await test.engine.enqueue(Call(), options[0], options[1], .delay(.seconds(60)), .key("k"))
        try await test.engine.enqueue(Call(), .key("k"), .onConflict(.replace), .delay(.seconds(7200)))
        try await test.advance(by: .seconds(7200))
        for call in [delayed, postponed, replaced] { try test.expect(call.id, is: .scheduled) }
        try await test.advance(by: .seconds(3660))
        for call in [delayed, postponed, replaced] {
            try test.expect(call.id, is: .failed)
            #expect(try runs(call.id, in: test) == 61)
        }
    }
}
