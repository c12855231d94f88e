import Foundation
import Synchronization
import Testing

@testable import DaybookDashboard

@Suite struct `A server that is to finish` {
    private func server(
        _ respond: @escaping @Sendable (DashboardRequest) async -> DashboardResponse
    ) throws -> HTTPServer {
        try HTTPServer(listening: ListenAddress("127.0.0.1:0")!, limits: .patient, respond)
    }

    /// Returns when nobody is let in any more: then whoever has asked for nothing has to go. To try again and again
    /// would take the processor from those who are waited for.
    private func waitUntilClosed(_ server: HTTPServer) throws {
        _ = (try? RawConnection(server.address.port))?.readToEnd()
        // Thrown, and no expectation: on a thread of its own nobody knows which test this is.
        guard (try? RawConnection(server.address.port)) == nil else { throw StillOpen() }
    }

    private struct StillOpen: Error {}

    @Test func `answers who has asked, lets nobody else in, and ends`() async throws {
        let (asked, asking) = AsyncStream.makeStream(of: Void.self)
        let (gate, opening) = AsyncStream.makeStream(of: Void.self)
        let server = try server { request in
            asking.finish()
            for await _ in gate {}
            return .text(200, "seen \(request.target)")
        }
        async let text = onThread {
            let connection = try RawConnection(server.address.port)
            connection.send("GET /late HTTP/1.1\r\nHost: x\r\n\r\n")
            return connection.readToEnd()
        }
        for await _ in asked {}
        async let finished: Void = server.finish(within: .seconds(600))
        try await onThread { try waitUntilClosed(server) }
        opening.finish()
        #expect(try await text.contains("seen /late"))
        await finished
        #expect(server.connectionCount == 0)
    }

    @Test func `also takes in what was being sent, and nothing behind it`() async throws {
        let server = try server { .text(200, "seen \($0.target)") }
        let text = try await onThread {
            let connection = try RawConnection(server.address.port)
            connection.send("GET /begun HTTP/1.1\r\nHo")
            // The head has been begun once this one is answered: one thread sees to both, in their order.
            let other = try RawConnection(server.address.port)
            other.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            _ = other.readToEnd()
            Task { await server.finish(within: .seconds(600)) }
            try waitUntilClosed(server)
            connection.send("st: x\r\n\r\n")
            return connection.readToEnd()
        }
        #expect(text.contains("seen /begun"))
    }

    @Test func `waits no longer than it was told to`() async throws {
        let (asked, asking) = AsyncStream.makeStream(of: Void.self)
        let (gone, leaving) = AsyncStream.makeStream(of: Void.self)
        let server = try server { request in
            request.client.whenGone { leaving.finish() }
            asking.finish()
            for await _ in gone {}
            return .text(200, "late")
        }
        let connection = try RawConnection(server.address.port)
        connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        for await _ in asked {}
        await server.finish(within: .zero)
        #expect(server.connectionCount == 0)
        withExtendedLifetime(connection) {}
    }
}
