import Foundation
import Synchronization
import Testing

@testable import DaybookDashboard

struct HTTPServerTests {
    private func server(
        _ limits: HTTPLimits = .patient,
        _ respond: @escaping @Sendable (DashboardRequest) async -> DashboardResponse = {
            .text(200, "seen \($0.target)")
        }
    ) throws -> HTTPServer {
        try HTTPServer(listening: ListenAddress("127.0.0.1:0")!, limits: limits, respond)
    }

    private func answer(_ server: HTTPServer, _ text: String) throws -> String {
        let connection = try RawConnection(server.address.port)
        connection.send(text)
        return connection.readToEnd()
    }

    @Test func `one connection takes several requests, also sent at once`() async throws {
        try await onThread { [self] in
            let server = try server()
            defer { server.stop() }
            let text = try answer(
                server,
                "GET /one HTTP/1.1\r\nHost: x\r\n\r\nPOST /two HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab"
                    + "GET /three HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\nGET /four HTTP/1.1\r\nHost: "
                    + "x\r\n\r\n")
            #expect(text.components(separatedBy: "HTTP/1.1 200 OK").count == 4)
            #expect(text.contains("seen /one\n") && text.contains("seen /two\n") && text.contains("seen /three\n"))
            #expect(!text.contains("/four"))
        }
    }

    @Test func `a request may come byte by byte`() async throws {
        try await onThread { [self] in
            let server = try server()
            defer { server.stop() }
            let connection = try RawConnection(server.address.port)
            let request =
                "POST /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "3\r\nabc\r\n0\r\n\r\n"
            for byte in request.utf8 {
                connection.send([byte])
            }
            #expect(connection.readToEnd().contains("seen /slow"))
        }
    }

    @Test func `after a bad request the connection ends, whatever follows it`() async throws {
        try await onThread { [self] in
            let seen = Mutex<[String]>([])
            let server = try server { request in
                seen.withLock { $0.append(request.target) }
                return .text(200, "seen")
            }
            defer { server.stop() }
            for bad in [
                "Content-Length: 6\r\nContent-Length: 5", "Content-Length: +5",
                "Content-Length: "
                    + "5\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: identity", "Content-Length : 5",
            ] {
                let text = try answer(
                    server, "POST /bad HTTP/1.1\r\nHost: x\r\n\(bad)\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(text.hasPrefix("HTTP/1.1 400 "), "\(bad)")
                #expect(text.components(separatedBy: "HTTP/1.1 ").count == 2)
            }
            #expect(seen.withLock { $0 }.isEmpty)
        }
    }

    @Test func `HEAD has the head of GET and no body`() async throws {
        try await onThread { [self] in
            let server = try server()
            defer { server.stop() }
            let text = try answer(server, "HEAD /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(text.contains("content-length: 8\r\n"))
            #expect(text.hasSuffix("\r\n\r\n"))
        }
    }

    @Test func `a client that waits to be told goes on`() async throws {
        try await onThread { [self] in
            let server = try server { .text(200, "\($0.body.count)") }
            defer { server.stop() }
            let connection = try RawConnection(server.address.port)
            connection.send(
                "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\nConnection: close\r\n\r\n")
            #expect(connection.read(until: "Continue\r\n\r\n").hasPrefix("HTTP/1.1 100 "))
            connection.send("abc")
            #expect(connection.readToEnd().hasSuffix("3\n"))
        }
    }

    @Test func `who takes too long for a request is let go`() async throws {
        try await onThread { [self] in
            var limits = HTTPLimits()
            limits.headTime = .milliseconds(100)
            limits.bodyTime = .milliseconds(100)
            let server = try server(limits)
            defer { server.stop() }
            #expect(try answer(server, "GET / HTTP/1.1\r\nHost: x\r\n").hasPrefix("HTTP/1.1 408 "))
            #expect(
                try answer(server, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc").hasPrefix(
                    "HTTP/1.1 408 "))
            #expect(try answer(server, "") == "")
        }
    }

    @Test func `who is one too many is told to come later`() async throws {
        try await onThread { [self] in
            var limits = HTTPLimits.patient
            limits.connectionsMax = 2
            let server = try server(limits)
            defer { server.stop() }
            let first = try RawConnection(server.address.port)
            let second = try RawConnection(server.address.port)
            for one in [first, second] {
                one.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(one.read(until: "seen /\n").hasPrefix("HTTP/1.1 200 "))
            }
            #expect(try RawConnection(server.address.port).readToEnd().hasPrefix("HTTP/1.1 503 "))
        }
    }

    @Test func `a body that is too large is refused before it is sent`() async throws {
        try await onThread { [self] in
            let server = try server()
            defer { server.stop() }
            let text = try answer(server, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\n\r\n")
            #expect(text.hasPrefix("HTTP/1.1 413 "))
        }
    }

    @Test func `an answer in pieces arrives piece by piece`() async throws {
        try await onThread { [self] in
            let server = try server { _ in
                let pieces = ResponseStream {
                    let left = Mutex(["one", "two", "three"])
                    return { left.withLock { $0.isEmpty ? nil : Array($0.removeFirst().utf8) } }
                }
                return DashboardResponse(200, [], stream: pieces)
            }
            defer { server.stop() }
            let text = try answer(server, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(text.contains("transfer-encoding: chunked"))
            #expect(text.hasSuffix("\r\n\r\n3\r\none\r\n3\r\ntwo\r\n5\r\nthree\r\n0\r\n\r\n"))
        }
    }

    @Test func `a client that leaves is noticed while he is being answered`() async throws {
        let (left, continuation) = AsyncStream.makeStream(of: Void.self)
        let server = try server { request in
            request.client.whenGone { continuation.finish() }
            for await _ in left {}
            return .text(200, "late")
        }
        defer { server.stop() }
        var connection: RawConnection? = try RawConnection(server.address.port)
        connection?.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        connection = nil
        // Ends when the server has noticed; the test would not end otherwise.
        for await _ in left {}
    }

    @Test func `a client who takes nothing of an answer is let go`() async throws {
        var limits = HTTPLimits()
        limits.writeTime = .milliseconds(100)
        let server = try server(limits) { _ in DashboardResponse(200, [], body: [UInt8](repeating: 65, count: 32 << 20))
        }
        defer { server.stop() }
        try await onThread {
            let connection = try RawConnection(server.address.port)
            connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            while server.connectionCount == 0 { sched_yield() }
            while server.connectionCount > 0 { sched_yield() }
        }
    }

    @Test func `nothing in a field of an answer ends its line`() async throws {
        try await onThread { [self] in
            let server = try server { _ in
                DashboardResponse(
                    200, [HTTPField("x-a", "b\r\nx-planted: c"), HTTPField("x\nd", "e"), HTTPField("x-f", "g")])
            }
            defer { server.stop() }
            let text = try answer(server, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(!text.contains("planted") && text.contains("x-f: g\r\n") && !text.contains(": e\r\n"))
        }
    }
}

extension HTTPLimits {
    /// For tests that are not about time: what answers waits for a place in a pool that hundreds of tests share.
    static var patient: HTTPLimits {
        var limits = HTTPLimits()
        limits.headTime = .seconds(600)
        limits.bodyTime = .seconds(600)
        limits.idleTime = .seconds(600)
        limits.answerTime = .seconds(600)
        return limits
    }
}
