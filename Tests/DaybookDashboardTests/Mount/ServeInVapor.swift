#if VaporSupport
    import NIOCore
    import Testing
    import Vapor

    @testable import DaybookDashboard

    func serveInVapor(_ dashboard: Dashboard, _ body: (UInt16) async throws -> Void) async throws {
        let program = try await Application.make(Environment(name: "testing", arguments: ["daybook"]))
        do {
            program.http.server.configuration.address = .hostname("127.0.0.1", port: 0)
            program.get("hello") { _ in "hello" }
            program.mount(dashboard)
            try await program.server.start(address: nil)
            try await body(UInt16(try #require(program.http.server.shared.localAddress?.port)))
        } catch {
            await program.server.shutdown()
            try await program.asyncShutdown()
            throw error
        }
        await program.server.shutdown()
        try await program.asyncShutdown()
    }
#endif
