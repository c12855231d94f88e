#if ServiceLifecycleSupport
    public import ServiceLifecycle

    extension JobEngine {
        /// Workers of this engine as a service. A graceful shutdown lets running jobs end, and cuts them off after
        /// `stopTimeout`; they go back without burning an attempt. Close the engine when the group has ended.
        ///
        ///     let group = ServiceGroup(services: [engine.service(workers: 8), server], logger: logger)
        ///     try await group.run()
        ///     try await engine.close()
        public func service(
            workers: Int = 8, queues: [String]? = nil, order: QueueOrder = .byPriority,
            stopTimeout: Duration = .seconds(30)
        ) -> some Service {
            WorkerService(engine: self, workers: workers, queues: queues, order: order, stopTimeout: stopTimeout)
        }
    }

    private struct WorkerService: Service {
        let engine: JobEngine
        let workers: Int
        let queues: [String]?
        let order: QueueOrder
        let stopTimeout: Duration

        func run() async throws {
            try await withGracefulShutdownHandler {
                try await engine.run(workers: workers, queues: queues, order: order)
            } onGracefulShutdown: {
                engine.stop(within: stopTimeout)
            }
        }
    }
#endif
