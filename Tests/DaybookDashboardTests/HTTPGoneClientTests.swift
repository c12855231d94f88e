import Testing

@testable import DaybookDashboard

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct `Clients that go while they are answered` {
    /// Without the guard this ends the test's own process, as it would end a program that has a dashboard.
    @Test func `do not end the process that serves them`() async throws {
        let before = signal(SIGPIPE, SIG_DFL)
        defer { signal(SIGPIPE, before) }
        let large = String(repeating: "x", count: 64 << 10)
        let server = try HTTPServer(listening: ListenAddress("127.0.0.1:0")!, limits: .patient) { _ in
            .text(200, large)
        }
        let text = try await onThread {
            for _ in 0..<200 {
                let connection = try RawConnection(server.address.port)
                for _ in 0..<20 { connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n") }
            }
            let connection = try RawConnection(server.address.port)
            connection.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            return connection.readToEnd()
        }
        #expect(text.contains(large))
        await server.finish(within: .seconds(600))
    }
}
