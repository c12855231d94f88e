import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The answer to a request, as it came.
func ask(
    _ address: String, _ method: String, _ path: String, _ fields: [String] = [], _ body: String = ""
) throws -> String {
    let port = try #require(address.split(separator: ":").last.flatMap { UInt16($0) })
    #if canImport(Glibc)
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
        let socket = Darwin.socket(AF_INET, SOCK_STREAM, 0)
    #endif
    defer { close(socket) }
    var target = sockaddr_in()
    target.sin_family = sa_family_t(AF_INET)
    target.sin_port = port.bigEndian
    inet_pton(AF_INET, "127.0.0.1", &target.sin_addr)
    let code = withUnsafePointer(to: &target) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
    try #require(code == 0)
    let lines = ["\(method) \(path) HTTP/1.1", "Host: \(address)", "Connection: close"] + fields
    let length = body.isEmpty ? [] : ["Content-Length: \(body.utf8.count)", "Content-Type: application/json"]
    let request = Array(((lines + length).joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)
    _ = request.withUnsafeBytes { write(socket, $0.baseAddress, $0.count) }
    var answer: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = read(socket, &part, part.count)
        guard count > 0 else { return String(decoding: answer, as: UTF8.self) }
        answer += part[..<count]
    }
}
