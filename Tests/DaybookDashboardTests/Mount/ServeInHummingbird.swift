#if HummingbirdSupport
    import Hummingbird
    import NIOCore
    import Testing

    @testable import DaybookDashboard

    func serveInHummingbird(_ dashboard: Dashboard, _ body: (UInt16) async throws -> Void) async throws {
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
