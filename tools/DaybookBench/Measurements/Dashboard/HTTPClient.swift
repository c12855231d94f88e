import Foundation

/// One connection to a server on this machine, for whoever asks one thing after the other and waits.
final class HTTPClient {
    struct Answer {
        let status: Int
        let head: String
        let body: [UInt8]

        /// All bytes that came.
        var byteCount: Int { head.utf8.count + body.count }
        var text: String { String(decoding: body, as: UTF8.self) }
    }

    private let socket: Int32
    private let person: String
    private var unread: [UInt8] = []

    /// `person`: whom the bench's server takes it for.
    init(port: UInt16, person: String = "bench") throws {
        self.person = person
        #if os(Linux)
            socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            socket = Foundation.socket(AF_INET, SOCK_STREAM, 0)
        #endif
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        let code = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else { throw HTTPFailure("The bench's server does not let anybody in.") }
        var on: Int32 = 1
        setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    deinit { close(socket) }

    func get(_ target: String, accept: String = "text/html") throws -> Answer {
        try send(HTTPClient.request("GET", target, person: person, accept: accept))
        return try answer()
    }

    func post(_ target: String, _ json: String) throws -> Answer {
        try send(HTTPClient.request("POST", target, person: person, accept: "application/json", body: json))
        return try answer()
    }

    /// Begins an answer that goes on for ever, and waits for its first piece.
    func listen(_ target: String) throws {
        try send(HTTPClient.request("GET", target, person: person, accept: "text/event-stream"))
        let head = try head()
        guard head.hasPrefix("HTTP/1.1 200 ") else { throw HTTPFailure("\(target) was answered: \(head)") }
        while unread.isEmpty { try receive() }
    }

    static func request(
        _ method: String, _ target: String, person: String, accept: String, body: String? = nil
    ) -> [UInt8] {
        var text = "\(method) \(target) HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer \(person)\r\n"
        text += "Accept: \(accept)\r\n"
        if let body { text += "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n" }
        return Array((text + "\r\n" + (body ?? "")).utf8)
    }

    // MARK: Bytes

    private func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { Foundation.send(socket, $0.baseAddress, $0.count, 0) }
            guard count > 0 else { throw HTTPFailure("The bench's server takes no more.") }
            sent += count
        }
    }

    private func answer() throws -> Answer {
        let head = try head()
        guard let status = Int(head.dropFirst(9).prefix(3)),
            let line = head.split(separator: "\r\n").first(where: { $0.lowercased().hasPrefix("content-length:") }),
            let length = Int(line.drop { $0 != ":" }.dropFirst().drop { $0 == " " })
        else { throw HTTPFailure("This is no answer with a length: \(head)") }
        while unread.count < length { try receive() }
        defer { unread.removeFirst(length) }
        return Answer(status: status, head: head, body: Array(unread.prefix(length)))
    }

    private func head() throws -> String {
        let end: [UInt8] = [13, 10, 13, 10]
        while true {
            if let range = unread.firstRange(of: end) {
                defer { unread.removeFirst(range.upperBound) }
                return String(decoding: unread[..<range.upperBound], as: UTF8.self)
            }
            try receive()
        }
    }

    private func receive() throws {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let count = buffer.withUnsafeMutableBytes { recv(socket, $0.baseAddress, $0.count, 0) }
        guard count > 0 else { throw HTTPFailure("The bench's server ended the connection.") }
        unread += buffer[..<count]
    }
}

struct HTTPFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
