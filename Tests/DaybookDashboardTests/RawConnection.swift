import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Runs what blocks on a thread of its own: Swift's pool has few, and what is waited for runs there.
func onThread<R: Sendable>(_ body: @escaping @Sendable () throws -> R) async throws -> R {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
    }
}

/// A socket that sends whatever it is told to.
final class RawConnection {
    private let socket: Int32

    init(_ port: UInt16) throws {
        #if canImport(Glibc)
            let kind = Int32(SOCK_STREAM.rawValue)
        #else
            let kind = SOCK_STREAM
        #endif
        socket = Self.socket(AF_INET, kind, 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
        let socket = socket
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        // What answers waits for a place in a pool that hundreds of tests share.
        var patience = timeval(tv_sec: 600, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(socket) }

    private static func socket(_ domain: Int32, _ kind: Int32, _ protocol: Int32) -> Int32 {
        #if canImport(Glibc)
            Glibc.socket(domain, kind, `protocol`)
        #else
            Darwin.socket(domain, kind, `protocol`)
        #endif
    }

    /// False if the other end has closed.
    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        #if canImport(Glibc)
            let flags = Int32(truncatingIfNeeded: Int(MSG_NOSIGNAL))
        #else
            let flags: Int32 = 0
        #endif
        return bytes.withUnsafeBytes { Self.systemSend(socket, $0.baseAddress, $0.count, flags) } == bytes.count
    }

    private static func systemSend(_ socket: Int32, _ bytes: UnsafeRawPointer?, _ count: Int, _ flags: Int32) -> Int {
        #if canImport(Glibc)
            Glibc.send(socket, bytes, count, flags)
        #else
            Darwin.send(socket, bytes, count, flags)
        #endif
    }

    /// All that comes until the other end closes.
    func readToEnd() -> String {
        var all: [UInt8] = []
        while let part = read() { all += part }
        return String(decoding: all, as: UTF8.self)
    }

    /// What comes until `text` is among it.
    func read(until text: String) -> String {
        var all: [UInt8] = []
        while !String(decoding: all, as: UTF8.self).contains(text), let part = read() { all += part }
        return String(decoding: all, as: UTF8.self)
    }

    private func read() -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(socket, &bytes, bytes.count, 0)
        return count > 0 ? Array(bytes[..<count]) : nil
    }
}
