import Daybook
import DaybookLog
import Foundation
import Testing

@Suite struct `A fork of an engine's store` {
    @Test func `goes on from there, and what steps came to is not done again`() async throws {
        try await withStoreFolder { folder in
            let fork = folder + ".fork"
            defer { try? FileManager.default.removeItem(atPath: fork) }
            let original = try JobEngine.open(folder, program: "test") { jobs in
                jobs.register("charge") { _, context in
                    let receipt = try await context.step("charge") { "receipt" }
                    guard receipt == "never" else { throw Broken() }
                }
            }
            let job = try await original.enqueue("charge", arguments: [], [.retry(.fixed(.seconds(0))), .attempts(2)])
            try await drain(original)
            try #require(try original.state(of: job.id) == .failed)
            let last = try original.fork(to: fork)
            try await original.close()

            let engine = try JobEngine.open(fork, program: "test") { jobs in
                jobs.register("charge") { _, context in
                    let receipt = try await context.step("charge") { () -> String in throw Broken() }
                    #expect(receipt == "receipt")
                }
            }
            #expect(try engine.state(of: job.id) == .failed)
            #expect(last > job.event)
            _ = try await engine.perform(
                .requeue(job: job.id.rawValue, expected: nil, reason: "again", actor: .person("test")))
            try await drain(engine)
            #expect(try engine.state(of: job.id) == .succeeded)
            try await engine.close()
        }
    }

    @Test func `does not do again what steps of its jobs have done since`() async throws {
        try await withStoreFolder { folder in
            let fork = folder + ".fork"
            defer { try? FileManager.default.removeItem(atPath: fork) }
            let original = try JobEngine.open(folder, program: "test") { jobs in
                jobs.register("charge") { _, context in
                    _ = try await context.step("charge") { "receipt" }
                    _ = try await context.step("ship") { "shipped" }
                }
            }
            let job = try await original.enqueue("charge", arguments: [])
            let created = try #require(try original.events(of: job.id).first?.time)
            try await drain(original)
            try #require(try original.state(of: job.id) == .succeeded)
            #expect(try original.fork(to: fork, at: created) == job.event)
            try await original.close()

            let engine = try JobEngine.open(fork, program: "test") { jobs in
                jobs.register("charge") { _, context in
                    let receipt = try await context.step("charge") { () -> String in throw Broken() }
                    let parcel = try await context.step("ship") { () -> String in throw Broken() }
                    #expect(receipt == "receipt" && parcel == "shipped")
                }
            }
            #expect(try engine.state(of: job.id) == .enqueued)
            try await drain(engine)
            #expect(try engine.state(of: job.id) == .succeeded)
            try await engine.close()
        }
    }

    @Test func `counts the steps since whose results are under a key, and takes none of them`() async throws {
        try await withStoreFolder { folder in
            let fork = folder + ".fork"
            defer { try? FileManager.default.removeItem(atPath: fork) }
            var options = EngineOptions()
            options.encryption = .perStore
            let original = try JobEngine.open(folder, program: "test", options: options) { jobs in
                jobs.register("charge") { _, context in
                    _ = try await context.step("charge") { "receipt" }
                    try await context.step("ship") {}
                }
            }
            let job = try await original.enqueue("charge", arguments: [])
            try await drain(original)
            try await original.close()
            let made = try StoreFolder.fork(
                at: fork, from: folder, asOf: .sequence(job.event), program: "test")
            #expect(made.last == job.event && made.closedSteps == 1)
            // What came to nothing has no payload, so it needs no key.
            #expect(made.laterSteps == 1)
        }
    }

    private struct Broken: Error {}

    private func drain(_ engine: JobEngine) async throws {
        try await withThrowingTaskGroup { group in
            group.addTask { try await engine.run(workers: 1) }
            try await engine.waitUntilDrained()
            engine.stop()
            try await group.waitForAll()
        }
    }
}
