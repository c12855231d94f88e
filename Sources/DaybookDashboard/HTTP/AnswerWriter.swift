/// Turns an answer into the bytes of HTTP/1.1.
enum AnswerWriter {
    /// The head of an answer, and its body if that is known. Nil for `byteCount`: it comes in chunks.
    static func head(_ response: DashboardResponse, byteCount: Int?, keepsAlive: Bool, date: String) -> [UInt8] {
        var head: [UInt8] = []
        head.reserveCapacity(1_024)
        func add(_ text: String) { head.append(contentsOf: text.utf8) }
        func add(_ name: String, _ value: String) {
            add(name)
            add(": ")
            add(value)
            add("\r\n")
        }
        add("HTTP/1.1 \(response.status) ")
        add(reason(response.status))
        add("\r\n")
        for field in response.fields where isSafe(field) { add(field.name, field.value) }
        add("date", date)
        if let byteCount {
            if response.status != 204 && response.status != 304 { add("content-length", "\(byteCount)") }
        } else {
            add("transfer-encoding", "chunked")
        }
        if !keepsAlive { add("connection", "close") }
        add("\r\n")
        return head
    }

    static func chunk(_ bytes: [UInt8]) -> [UInt8] {
        Array(String(bytes.count, radix: 16).utf8) + [0x0D, 0x0A] + bytes + [0x0D, 0x0A]
    }

    static let lastChunk = Array("0\r\n\r\n".utf8)
    static let goOn = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    /// Nothing that could end a line early gets into a field, wherever its text came from.
    private static func isSafe(_ field: HTTPField) -> Bool {
        field.name.utf8.allSatisfy(HeadParser.isToken) && !field.name.isEmpty
            && field.value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }

    static func reason(_ status: Int) -> String { reasons[status] ?? "Answer" }

    private static let reasons = [
        200: "OK", 201: "Created", 204: "No Content", 303: "See Other", 304: "Not Modified", 400: "Bad Request",
        401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 408: "Request Timeout",
        409: "Conflict", 413: "Content Too Large", 414: "URI Too Long", 415: "Unsupported Media Type",
        417: "Expectation Failed", 421: "Misdirected Request", 422: "Unprocessable Content",
        429: "Too Many Requests", 431: "Request Header Fields Too Large", 500: "Internal Server Error",
        503: "Service Unavailable", 505: "HTTP Version Not Supported", 507: "Insufficient Storage",
    ]
}
