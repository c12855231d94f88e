import DaybookModel
import Testing

@testable import Daybook
@testable import DaybookLog

@Suite struct `A legal hold` {
    private let argument = Array("\"canary-77e2\"".utf8)

    private func open(_ folder: String) throws -> JobEngine {
        var options = EngineOptions()
        options.encryption = .perTenant
        return try JobEngine.open(folder, program: "test", options: options) { $0.register("tell") { _, _ in } }
    }

    private func tell(
        _ engine: JobEngine, _ tenant: String, _ options: [JobOption] = []
    ) async throws -> JobHandle<[UInt8]> {
        try await engine.enqueue("tell", arguments: argument, [.tenant(tenant)] + options)
    }

    @Test(arguments: ["tenant", "job", "name"])
    func `refuses an erasure while it covers the tenant or a job of his`(_ kind: String) async throws {
        try await withStoreFolder { folder in
            let engine = try open(folder)
            let job = try await tell(engine, "acme", [.delay(.seconds(3_600))])
            _ = try await engine.enqueue("other", arguments: [1], [.tenant("zeta"), .delay(.seconds(3_600))])
            let hold: HoldScope =
                switch kind {
                case "tenant": .tenant("acme")
                case "job": .job(job.id)
                default: .name("tell")
                }
            try await engine.retention.hold(hold, reason: "court 7")
            let last = try engine.lastEvent
            let error = #expect(throws: LogError.self) { try engine.erase(tenant: "acme") }
            #expect(error?.description.contains("\(hold)") == true)
            #expect(try engine.lastEvent == last)
            #expect(try engine.storage.creation(of: job.id.rawValue)?.value.arguments == argument)
            #expect(try engine.erase(tenant: "zeta").keys == 1)
            #expect(try engine.erase(tenant: "acme", despiteHolds: true).keys == 1)
            try await engine.close()
        }
    }

    @Test func `is seen on a name if it is put there while jobs are looked through`() async throws {
        try await withStoreFolder { folder in
            let engine = try open(folder)
            var search = try engine.storage.read { try TenantSearch(for: "acme", in: $0) }
            let job = try await tell(engine, "acme", [.delay(.seconds(3_600))])
            try await engine.retention.hold(.name("tell"), reason: "court 7")
            #expect(try engine.storage.read { try search.hold(in: $0) }?.contains("job \(job.id)") == true)
            try await engine.close()
        }
    }

    @Test func `is seen on the first job of a name that was held before`() async throws {
        try await withStoreFolder { folder in
            let engine = try open(folder)
            try await engine.retention.hold(.name("tell"), reason: "court 7")
            var search = try engine.storage.read { try TenantSearch(for: "acme", in: $0) }
            #expect(try engine.storage.read { try search.hold(in: $0) } == nil)
            let job = try await tell(engine, "acme", [.delay(.seconds(3_600))])
            #expect(try engine.storage.read { try search.hold(in: $0) }?.contains("job \(job.id)") == true)
            try await engine.close()
        }
    }
}
