import Testing

@testable import DaybookDashboard

struct HeadParserTests {
    private func parse(_ text: String, _ limits: HTTPLimits = HTTPLimits()) throws(BadRequest) -> RequestHead? {
        try HeadParser(limits: limits).parse(Array(text.utf8))?.head
    }

    private func status(_ text: String, _ limits: HTTPLimits = HTTPLimits()) -> Int? {
        do throws(BadRequest) {
            return try parse(text, limits) == nil ? nil : 200
        } catch {
            return error.status
        }
    }

    @Test func `an ordinary request is read`() throws {
        let head = try #require(
            try parse("POST /a?b=c HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nAccept:  a , b \r\n\r\nhello"))
        #expect(head.method == "POST")
        #expect(head.target == "/a?b=c")
        #expect(head.framing == .length(5))
        #expect(head.fields.value("accept") == "a , b")
        #expect(head.keepsAlive)
    }

    @Test func `a head that has not ended is waited for`() {
        #expect(status("GET / HTTP/1.1\r\nHost: x\r\n") == nil)
        #expect(status("GET / HTTP/1.1\r") == nil)
        #expect(status("") == nil)
    }

    @Test(arguments: [
        "GET / HTTP/1.1\nHost: x\n\n", "GET / HTTP/1.1\r\nHost: x\n\r\n\r\n", "GET / HTTP/1.1\rHost: x\r\n\r\n",
        "\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", "GET  / HTTP/1.1\r\nHost: x\r\n\r\n", "GET /\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1 \r\nHost: x\r\n\r\n", " GET / HTTP/1.1\r\nHost: x\r\n\r\n", "get / HTTP/1.1\r\nHost: x\r\n\r\n",
        "G=T / HTTP/1.1\r\nHost: x\r\n\r\n", "GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", "CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /#a HTTP/1.1\r\nHost: x\r\n\r\n", "GET /\u{7F} HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /é HTTP/1.1\r\nHost: x\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : x\r\n\r\n", "GET / HTTP/1.1\r\n Host: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\n\tfolded\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\n: x\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nnothing\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\na\u{0}: b\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\na: b\u{0}c\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\na: b\u{1}c\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\na(: b\r\n\r\n",
        "GET / HTTP/x.y\r\nHost: x\r\n\r\nGET", "GET / HTTP/1.\r\nHost: x\r\n\r\n", "GET / http/1.1\r\nHost: x\r\n\r\n",
        "GET / HTTP/11.1\r\nHost: x\r\n\r\n",
    ])
    func `what can be read in two ways is refused`(_ text: String) {
        let status = status(text)
        #expect(status == 400 || status == 505, "\(text.debugDescription)")
    }

    @Test(arguments: [
        "Content-Length: 5\r\nContent-Length: 5", "Content-Length: 5, 5", "Content-Length: +5", "Content-Length: -5",
        "Content-Length: 0x5", "Content-Length: 5 5", "Content-Length: ", "Content-Length: 5a",
        "Content-Length: 99999999999999999999", "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: chunked, chunked", "Transfer-Encoding: identity",
        "Transfer-Encoding: xchunked", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: \u{B}chunked", "Transfer-Encoding:", "Content-Length : 5",
        "Authorization: Bearer a\r\nAuthorization: Bearer b", "Cookie: a=b\r\nCookie: a=c",
        "Origin: http://a\r\nOrigin: http://b", "Content-Type: a\r\nContent-Type: b",
    ])
    func `a length that could be another is refused`(_ fields: String) {
        #expect(status("POST / HTTP/1.1\r\nHost: x\r\n\(fields)\r\n\r\n") == 400, "\(fields.debugDescription)")
    }

    @Test func `chunks are no part of HTTP 1 dot 0`() {
        #expect(status("POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n") == 400)
        #expect(status("POST / HTTP/2.0\r\nHost: x\r\n\r\n") == 505)
        #expect(status("POST / HTTP/1.1\r\nHost: x\r\nExpect: a\r\n\r\n") == 417)
    }

    @Test func `each limit holds, and one less passes`() {
        var limits = HTTPLimits()
        limits.bodyBytesMax = 10
        #expect(status("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n", limits) == 200)
        #expect(status("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n", limits) == 413)
        limits.lineBytesMax = 40
        let path = String(repeating: "a", count: 40 - "GET / HTTP/1.1".count)
        #expect(status("GET /\(path) HTTP/1.1\r\nHost: x\r\n\r\n", limits) == 200)
        #expect(status("GET /\(path)a HTTP/1.1\r\nHost: x\r\n\r\n", limits) == 414)
        #expect(status("GET / HTTP/1.1\r\nHost: x\r\na: \(path)\(path)\r\n\r\n", limits) == 431)
        limits = HTTPLimits()
        limits.fieldsMax = 3
        #expect(status("GET / HTTP/1.1\r\nHost: x\r\na: b\r\na: b\r\n\r\n", limits) == 200)
        #expect(status("GET / HTTP/1.1\r\nHost: x\r\na: b\r\na: b\r\na: b\r\n\r\n", limits) == 431)
        limits = HTTPLimits()
        limits.headBytesMax = 64
        let head = "GET / HTTP/1.1\r\nHost: x\r\na: "
        let value = String(repeating: "b", count: 64 - head.utf8.count - 4)
        #expect(status("\(head)\(value)\r\n\r\n", limits) == 200)
        #expect(status("\(head)\(value)b\r\n\r\n", limits) == 431)
        #expect(status("\(head)\(value)bbbbbbbb", limits) == 431)
    }

    @Test func `no bytes at all make it fall over`() {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        let alphabet = Array("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n\0\u{7F}%:".utf8)
        for _ in 0..<20_000 {
            var bytes = Array("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n".utf8)
            for _ in 0..<3 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                bytes[Int(state >> 33) % bytes.count] = alphabet[Int(state >> 13) % alphabet.count]
            }
            _ = try? HeadParser(limits: HTTPLimits()).parse(bytes)
        }
    }
}
