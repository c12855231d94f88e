import Testing

@testable import DaybookDashboard

struct BodyParserTests {
    /// The body, however the bytes are cut; nil if it has not ended.
    private func body(_ text: String, _ framing: RequestHead.Framing = .chunked, limit: Int = 1_000) throws -> String? {
        let bytes = Array(text.utf8)
        var found: Set<String?> = []
        for step in 1...Swift.max(bytes.count, 1) {
            var parser = BodyParser(framing, bytesMax: limit)
            var pending: [UInt8] = []
            for start in stride(from: 0, to: bytes.count, by: step) {
                pending += bytes[start..<Swift.min(start + step, bytes.count)]
                pending.removeFirst(try parser.take(pending, from: 0))
            }
            found.insert(parser.isDone ? String(decoding: parser.body, as: UTF8.self) : nil)
        }
        #expect(found.count == 1)
        return found.first ?? nil
    }

    @Test func `chunks are put together`() throws {
        #expect(try body("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n") == "hello world")
        #expect(try body("0\r\n\r\n") == "")
        #expect(try body("A\r\n0123456789\r\n0\r\n\r\n") == "0123456789")
    }

    @Test func `what follows a body is left for the next request`() throws {
        var parser = BodyParser(.length(3), bytesMax: 10)
        #expect(try parser.take(Array("abcdef".utf8), from: 0) == 3)
        #expect(parser.isDone)
    }

    @Test func `a body that has not ended is waited for`() throws {
        #expect(try body("5\r\nhel") == nil)
        #expect(try body("5\r\nhello\r\n0\r\n") == nil)
        #expect(try body("abc", .length(4)) == nil)
    }

    @Test(arguments: [
        "+5\r\nhello\r\n0\r\n\r\n", "-5\r\n", "0x5\r\nhello\r\n", " 5\r\nhello\r\n", "5 \r\nhello\r\n", "\r\nhello\r\n",
        "5;a=b\r\nhello\r\n0\r\n\r\n", "5\nhello\n0\n\n", "5\r\nhelloo\r\n", "5\r\nhell\r\n0\r\n\r\n",
        "0\r\nTrailer: a\r\n\r\n", "fffffffff\r\n", "G\r\n", "5\rhello",
    ])
    func `a chunk that could be another is refused`(_ text: String) {
        #expect(throws: BadRequest.self, "\(text.debugDescription)") { try body(text) }
    }

    @Test func `chunks together have the limit of a body`() throws {
        #expect(try body("5\r\nhello\r\n5\r\nworld\r\n0\r\n\r\n", limit: 10) == "helloworld")
        #expect(throws: BadRequest(413, "the body is too large")) {
            try body("5\r\nhello\r\n6\r\nworlds\r\n0\r\n\r\n", limit: 10)
        }
    }
}
