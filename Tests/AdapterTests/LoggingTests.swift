#if LoggingSupport
    import Daybook
    import InMemoryLogging
    import Logging
    import Testing

    @Suite struct `A logger` {
        @Test func `gets a line for each event, with the job and without payload`() async throws {
            let handler = InMemoryLogHandler()
            var logger = Logger(label: "jobs") { _ in handler }
            logger.logLevel = .trace
            var options = EngineOptions()
            options.observers = [LoggingObserver(logger)]
            try await withStoreFolder { folder in
                let inside = logger
                let engine = try JobEngine.open(folder, options: options) {
                    $0.register("mail") { _, context in
                        context.logger(inside).info("inside")
                        throw JobOutcome.stop(reason: "secret")
                    }
                }
                let job = try await engine.enqueue("mail", arguments: Array("\"secret\"".utf8))
                try await engine.working { _ = try? await job.result() }
                try await engine.close()
                let entries = handler.entries
                let failed = try #require(entries.first { $0.message == "failed" })
                #expect(failed.level == .error)
                #expect(failed.metadata["job.id"] == "\(job.id)")
                #expect(failed.metadata["job.name"] == "mail")
                #expect(failed.metadata["error.type"] == "JobOutcome.stop")
                #expect(entries.contains { $0.message == "created" && $0.level == .debug })
                #expect(entries.first { $0.message == "inside" }?.metadata["job.id"] == "\(job.id)")
                #expect(!entries.contains { "\($0)".contains("secret") })
            }
        }
    }
#endif
