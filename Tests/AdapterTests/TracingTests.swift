#if TracingSupport
    import Daybook
    import InMemoryTracing
    import Synchronization
    import Testing
    import Tracing

    @Suite struct `A trace` {
        @Test func `travels with a job, and on to the jobs that it enqueues`() async throws {
            let tracer = InMemoryTracer()
            var options = EngineOptions()
            options.middleware = [TracingMiddleware(tracer: tracer)]
            try await withStoreFolder { folder in
                let engines = Mutex<JobEngine?>(nil)
                let children = Mutex<[JobHandle<[UInt8]>]>([])
                let engine = try JobEngine.open(folder, options: options) {
                    $0.register("parent") { _, _ in
                        guard let engine = engines.withLock({ $0 }) else { return }
                        let child = try await engine.enqueue("child", arguments: [])
                        children.withLock { $0.append(child) }
                    }
                    $0.register("child") { _, _ in throw JobOutcome.stop(reason: "") }
                }
                engines.withLock { $0 = engine }
                try await tracer.withSpan("request") { _ in
                    _ = try await engine.enqueue("parent", arguments: [])
                }
                let parent = try await engine.enqueue("parent", arguments: [])
                try await engine.working {
                    _ = try await parent.result()
                    for child in children.withLock({ $0 }) { _ = try? await child.result() }
                }
                engines.withLock { $0 = nil }
                try await engine.close()
                let spans = tracer.finishedSpans
                let request = try #require(spans.first { $0.operationName == "request" })
                let inTrace = spans.filter { $0.traceID == request.traceID }.map(\.operationName)
                #expect(
                    inTrace.sorted() == ["enqueue child", "enqueue parent", "request", "run child", "run parent"])
                let run = try #require(
                    spans.first { $0.operationName == "run child" && $0.traceID == request.traceID })
                #expect(run.kind == .consumer)
                #expect(run.errors.count == 1)
                let enqueue = spans.first { $0.spanID == run.parentSpanID }
                #expect(enqueue?.operationName == "enqueue child")
                #expect(enqueue?.kind == .producer)
            }
        }
    }
#endif
