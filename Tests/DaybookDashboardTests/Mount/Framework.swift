#if HummingbirdSupport
    import Hummingbird
    import NIOCore
    import Testing

    @testable import DaybookDashboard

    /// The servers of others that a dashboard is mounted in.
    enum Framework: CaseIterable {
        case hummingbird

        /// Whether it tells at once that a client has gone, and not only when there is something to send.
        var noticesLeaving: Bool { true }

        /// Serves a dashboard, beside an address of the program's own, on a free port while `body` runs.
        func serve(_ dashboard: Dashboard, _ body: (UInt16) async throws -> Void) async throws {
            switch self {
            case .hummingbird: try await serveInHummingbird(dashboard, body)
            }
        }
    }

    private func serveInHummingbird(_ dashboard: Dashboard, _ body: (UInt16) async throws -> Void) async throws {
        let router = Router(context: DashboardRequestContext.self)
        router.get("hello") { _, _ in "hello" }
        router.mount(dashboard)
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let program = Application(
            router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { port.yield($0.localAddress?.port ?? 0) })
        try await withThrowingTaskGroup { group in
            group.addTask {
                defer { port.finish() }
                do { try await program.run() } catch is CancellationError {}
            }
            var found = ports.makeAsyncIterator()
            try await body(UInt16(try #require(await found.next())))
            group.cancelAll()
        }
    }
#endif
