import Daybook
import DaybookTesting
import Testing

struct SendMail: Job {
    static let jobName = "mail.send"
    var to: String

    func run(_ context: JobContext) async throws {
        if context.attempt == 1 { throw ServerBusy() }
    }

    struct ServerBusy: Error {}
}

func signUp(_ name: String, engine: JobEngine) async throws {
    try await engine.enqueue(SendMail(to: name), .delay(.seconds(3600)), .retry(.fixed(.seconds(60))))
}

@Test func `who signs up is sent a mail an hour later, even if the server is busy at first`() async throws {
    let test = try TestEngine { $0.register(SendMail.self) }

    try await signUp("ada", engine: test.engine)
    let mail = try test.expectEnqueued(SendMail.self) { $0.to == "ada" }

    try await test.advance(by: .seconds(3599))
    try test.expect(mail.id, is: .scheduled)
    try await test.advance(by: .seconds(1))
    try test.expect(mail.id, is: .scheduled)
    try await test.advance(by: .seconds(60))
    try test.expect(mail.id, is: .succeeded)
}

struct ChargeCard: Job {
    static let jobName = "card.charge"
    var order: Int

    func run(_ context: JobContext) async throws {
        try await context.sleep(for: .seconds(2))
    }
}

@Test(arguments: 1...3 as ClosedRange<UInt64>)
func `charging cards keeps all promises whatever goes wrong`(seed: UInt64) throws {
    let report = try Simulation(seed: seed) { registry in
        registry.register(ChargeCard.self)
    } client: { engine, client in
        for order in 1...40 {
            try await engine.enqueue(ChargeCard(order: order), .requestID("order-\(order)"))
            try await client.sleep(for: .seconds(300))
        }
    }.run(hours: 6)

    #expect(report.violations.isEmpty)
    #expect(report.crashes > 0)
}

struct DeliverOrder: Job {
    static let jobName = "order.deliver"
    var order: Int

    func run(_ context: JobContext) async throws -> String {
        let receipt = try await context.step("charge") { "receipt \(order)" }
        if context.attempt == 1 { throw NoTruck() }
        context.log("on its way for \(context.tenant ?? "nobody")")
        context.count(.processed)
        return receipt
    }

    struct NoTruck: Error {}
}

@Test func `an order is charged once, however often it is tried`() async throws {
    let first = try await DeliverOrder(order: 7).testRun(.tenant("acme"))
    #expect(throws: DeliverOrder.NoTruck.self) { try first.output }
    #expect(first.steps.map(\.name) == ["charge"])

    let second = try await first.again()
    #expect(try second.output == "receipt 7")
    #expect(second.steps.isEmpty)
    #expect(second.lines.map(\.text) == ["on its way for acme"])
    #expect(second.counters == ["processed": 1])
}

@Test func `a card that kills who charges it is set aside`() async throws {
    var options = EngineOptions()
    options.deathsMax = 1
    let test = try TestEngine(options: options) { $0.register(ChargeCard.self) }

    let card = try await test.engine.enqueue(ChargeCard(order: 7))
    try await test.crash(running: card.id)
    try test.expect(card.id, is: .failed)
}

struct SendReport: Job {
    static let jobName = "report.send"

    func run(_ context: JobContext) async throws {}
}

@Test func `the report goes out at half past two by the clocks of Berlin, and once in the night that has it twice`()
    async throws
{
    let saturday = try Instant(iso8601: "2026-10-24T12:00:00+02:00")
    let test = try TestEngine(start: saturday) { registry in
        registry.register(SendReport.self)
        registry.recurring("report.nightly", SendReport(), .daily(at: TimeOfDay(2, 30)), .zone("Europe/Berlin"))
    }
    try await test.advance(by: .seconds(48 * 3600))

    let fired = try test.engine.recurring.history("report.nightly").filter { $0.kind == .fired }
    #expect(fired.allSatisfy { $0.state == .succeeded })
    #expect(fired.map { "\($0.time)" } == ["2026-10-26T01:30:00Z", "2026-10-25T00:30:00Z"])  // the newest first
}
