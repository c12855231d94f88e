#if MetricsSupport
    import Daybook
    import Metrics
    import MetricsTestKit
    import Testing

    @Suite struct `Metrics` {
        @Test func `count events and time runs and turns`() async throws {
            let metrics = TestMetrics()
            var options = EngineOptions()
            options.observers = [MetricsObserver(factory: metrics)]
            try await withStoreFolder { folder in
                let engine = try JobEngine.open(folder, options: options) {
                    $0.register("good") { _, _ in }
                    $0.register("bad") { _, _ in throw JobOutcome.stop(reason: "") }
                }
                let jobs = [
                    try await engine.enqueue("good", arguments: []), try await engine.enqueue("bad", arguments: []),
                ]
                try await engine.working { for job in jobs { _ = try? await job.result() } }
                try await engine.close()
                let good = [("queue", "default"), ("job", "good")]
                let created = try metrics.expectCounter("daybook.events", [("kind", "created")] + good)
                #expect(created.totalValue == 1)
                #expect(
                    try metrics.expectCounter("daybook.events", [("kind", "succeeded")] + good).totalValue == 1)
                #expect(
                    try metrics.expectTimer("daybook.run", [("job", "bad"), ("outcome", "failed")]).values.count == 1)
                #expect(try metrics.expectTimer("daybook.turn").values.count > 1)
                #expect(try metrics.expectRecorder("daybook.turn.bytes").values.allSatisfy { $0 > 0 })
            }
        }
    }
#endif
