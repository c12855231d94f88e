#if ServiceLifecycleSupport
    import Daybook
    import ServiceLifecycle
    import ServiceLifecycleTestKit
    import Synchronization
    import Testing

    @Suite struct `An engine as a service` {
        @Test func `works until the shutdown, and cuts off at the deadline what still runs`() async throws {
            try await withStoreFolder { folder in
                let (started, signal) = AsyncStream<Void>.makeStream()
                let engine = try JobEngine.open(folder) {
                    $0.register("quick") { _, _ in }
                    $0.register("endless") { _, context in
                        signal.yield()
                        while !context.isCancelled { await Task.yield() }
                        try Task.checkCancellation()
                    }
                }
                let quick = try await engine.enqueue("quick", arguments: [])
                let endless = try await engine.enqueue("endless", arguments: [])
                let service = engine.service(workers: 2, stopTimeout: .milliseconds(50))
                try await testGracefulShutdown { trigger in
                    try await withThrowingTaskGroup { group in
                        group.addTask { try await service.run() }
                        _ = try await quick.result()
                        for await _ in started { break }
                        trigger.triggerGracefulShutdown()
                        try await group.waitForAll()
                    }
                }
                #expect(try endless.state() == .enqueued)
                try await engine.close()
            }
        }
    }
#endif
