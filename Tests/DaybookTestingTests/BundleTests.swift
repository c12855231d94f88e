import Daybook
import DaybookTesting
import Synchronization
import Testing

/// What the jobs below did to the world.
private let charges = Mutex<[String]>([])

private struct ShipOrder: Job {
    static let jobName = "order.ship"
    var order: String
    var weight: Int

    func run(_ context: JobContext) async throws -> String {
        let receipt = try await context.step("charge") { () -> String in
            charges.withLock { $0.append(order) }
            return "receipt-\(order)"
        }
        // What is mended on the developer's machine.
        guard weight > 0 || context.attempt > 2 else { throw NoWeight() }
        return "\(receipt) in run \(context.attempt)"
    }

    struct NoWeight: Error {}
}

/// The same job as the developer has mended it.
private struct MendedShipOrder: Job {
    static let jobName = "order.ship"
    var order: String
    var weight: Int

    func run(_ context: JobContext) async throws -> String {
        let receipt = try await context.step("charge") { () -> String in
            charges.withLock { $0.append(order) }
            return "charged again"
        }
        return "\(receipt) of \(weight), run \(context.attempt), at \(context.now)"
    }
}

@Suite(.serialized) struct `A recorded job in a test` {
    private func recorded(_ order: String, redacted: Bool = false) async throws -> [UInt8] {
        let test = try TestEngine { $0.register(ShipOrder.self) }
        let parent = try await test.engine.enqueue(ShipOrder(order: order + "-before", weight: 1))
        let job = try await test.engine.enqueue(
            ShipOrder(order: order, weight: 0), .attempts(2), .retry(.fixed(.seconds(5))), .after(parent.id))
        try await test.advance(by: .seconds(10))
        try test.expect(job.id, is: .failed)
        return try test.engine.bundle(of: job.id, redacted: redacted)
    }

    @Test func `runs its real code, and what was done is not done again`() async throws {
        let bundle = try JobBundle(json: await recorded("a1"))
        #expect(bundle.attempt == 2 && bundle.state == "failed" && bundle.steps.map(\.name) == ["charge"])
        #expect(bundle.error?.contains("NoWeight") == true)

        let same = try TestEngine(start: bundle.began) { $0.register(ShipOrder.self) }
        let failed = try await same.run(bundle)
        #expect(failed.state == .failed && failed.errorType == "NoWeight")

        let began = try #require(bundle.began)
        let mended = try TestEngine(start: began) { $0.register(MendedShipOrder.self) }
        let now = mended.now
        let run = try await mended.run(bundle)
        #expect(run.state == .succeeded)
        #expect(String(decoding: run.result, as: UTF8.self) == "\"receipt-a1 of 0, run 2, at \(now)\"")
        #expect(charges.withLock { $0.filter { $0 == "a1" } } == ["a1"])
    }

    @Test func `names the jobs that led to it`() async throws {
        let text = String(decoding: try await recorded("b1"), as: UTF8.self)
        #expect(text.contains(#""leaders":[{"job":3,"name":"order.ship""#), "\(text.prefix(2_000))")
        #expect(text.contains(#""proof":{"proof":1"#))
    }

    @Test func `says nothing of its arguments if it is redacted, and then wants others`() async throws {
        let bytes = try await recorded("canary", redacted: true)
        #expect(!String(decoding: bytes, as: UTF8.self).contains("canary"))
        let bundle = try JobBundle(json: bytes)
        #expect(bundle.arguments == nil && bundle.steps.map(\.name) == ["charge"])
        #expect(bundle.steps.allSatisfy { $0.result == nil })
        let test = try TestEngine { $0.register(ShipOrder.self) }
        await #expect(throws: BundleError.self) { try await test.run(bundle) }
        // Its step would be done a second time.
        await #expect(throws: BundleError.self) {
            try await test.run(bundle, with: ShipOrder(order: "x", weight: 1))
        }
    }

    @Test func `says why it cannot be run if it could not be read where it was made`() async throws {
        let text = String(decoding: try await recorded("d1"), as: UTF8.self)
        let given = #""arguments":{"order":"d1","weight":0}"#
        let step = #""result":"receipt-d1""#
        #expect(text.contains(given) && text.contains(step), "\(text.prefix(2_000))")
        let closed = text.replacing(given, with: #""closed":"erased""#).replacing(step, with: #""closed":"erased""#)
        let bundle = try JobBundle(json: Array(closed.utf8))
        #expect(bundle.arguments == nil && bundle.closed == "erased" && bundle.steps.map(\.result) == [nil])
        let test = try TestEngine { $0.register(ShipOrder.self) }
        let error = await #expect(throws: BundleError.self) { try await test.run(bundle) }
        #expect(error?.description.contains("they are erased") == true)
        await #expect(throws: BundleError.self) { try await test.run(bundle, with: ShipOrder(order: "d1", weight: 1)) }
    }

    @Test func `runs with other arguments`() async throws {
        let bundle = try JobBundle(json: await recorded("c1"))
        let test = try TestEngine { $0.register(ShipOrder.self) }
        let run = try await test.run(bundle, with: ShipOrder(order: "c1", weight: 3))
        #expect(run.state == .succeeded)
    }

    @Test(arguments: ["", "{}", "[1]", #"{"bundle":2}"#, #"{"bundle":1,"job":3,"name":"-","queue":"q"}"#])
    func `is refused with a sentence if it is none`(text: String) {
        #expect(throws: BundleError.self) { try JobBundle(json: Array(text.utf8)) }
    }
}
