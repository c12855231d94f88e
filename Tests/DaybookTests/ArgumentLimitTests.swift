import Daybook
import DaybookModel
import Testing

@Suite struct `Arguments` {
    /// With an engine that allows so many.
    private func withEngine(
        _ bytesMax: Int, _ handler: @escaping @Sendable (JobContext) throws -> Void = { _ in },
        _ body: (JobEngine) async throws -> Void
    ) async throws {
        try await withStoreFolder { folder in
            var options = EngineOptions()
            options.argumentBytesMax = bytesMax
            let engine = try JobEngine.open(folder, options: options) {
                $0.register("job") { _, context in try handler(context) }
            }
            try await body(engine)
            try await engine.close()
        }
    }

    private static func bytes(_ count: Int) -> [UInt8] { Array(repeating: 49, count: count) }

    /// What an engine that allows `bytesMax` takes at most.
    @Test(arguments: [(1 << 20, 1 << 20), (100, 100), (.max, 4 << 20)])
    func `have as much room as the options say, four megabytes at most`(bytesMax: Int, _ most: Int) async throws {
        try await withEngine(bytesMax) { engine in
            let job = try await engine.enqueue("job", arguments: Self.bytes(most))
            #expect(try engine.record(job.id)?.state == .enqueued)
            let refusal = await #expect(throws: Refusal.self) {
                try await engine.enqueue("job", arguments: Self.bytes(most + 1))
            }
            #expect(refusal?.code == .argumentsTooLarge)
            #expect(refusal?.description.hasPrefix("The arguments have \(most + 1) bytes; \(most) are") == true)
        }
    }

    @Test func `that are too large are named by their job's place`() async throws {
        try await withEngine(100) { engine in
            let refusal = await #expect(throws: Refusal.self) {
                try await engine.enqueue([
                    JobRequest("a", arguments: []), JobRequest("b", arguments: Self.bytes(101)),
                ])
            }
            #expect(refusal?.description.hasPrefix("Job 2 of 2: The arguments have 101 bytes") == true)
        }
    }

    @Test func `that are too large for a further job or a recurring one are refused there`() async throws {
        try await withEngine(100) { context in
            #expect(throws: Refusal.self) { try context.enqueue("next", arguments: Self.bytes(101)) }
            try context.enqueue("next", arguments: Self.bytes(100))
        } _: { engine in
            let job = try await engine.enqueue("job", arguments: [])
            try await engine.working(1) {
                try await engine.wait { try engine.record(job.id)?.state.isFinished == true }
            }
            #expect(try engine.record(job.id)?.state == .succeeded)
            let large = RecurringJob("r", "job", arguments: Self.bytes(101), .every(.seconds(60)))
            let refusal = await #expect(throws: Refusal.self) { try await engine.recurring.set(large) }
            #expect(refusal?.code == .argumentsTooLarge)
        }
    }
}
