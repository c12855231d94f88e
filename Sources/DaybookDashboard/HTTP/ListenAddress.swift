// libevent's module may be the one that brings `sockaddr`; which does depends on the order in which they are built.
internal import CDaybookEvent

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Where a server listens: an address and a port, such as `127.0.0.1:8484`, `[::1]:0` or `0.0.0.0:80`. Names are not
/// looked up, but for `localhost`.
public struct ListenAddress: Equatable, Sendable, CustomStringConvertible {
    /// The address alone.
    public let host: String
    /// 0 for one that the system chooses.
    public let port: UInt16

    /// This machine only, port 8484.
    public static let usual = ListenAddress(host: "127.0.0.1", port: 8484)

    init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// Nil if the text is no address with a port.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[text.index(after: colon)...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(digits) else {
            return nil
        }
        var host = String(text[..<colon])
        if host == "localhost" { host = "127.0.0.1" }
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
            guard host.contains(":") else { return nil }
        } else if host.contains(":") {
            return nil
        }
        self.init(host: host, port: port)
        guard bytes != nil else { return nil }
    }

    /// As a URL has it.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// Whether only this machine can come here.
    public var isLoopback: Bool { host == "::1" || host.hasPrefix("127.") }

    /// Whether it is every address that this machine has.
    package var isEverywhere: Bool { host == "::" || host == "0.0.0.0" }

    /// The socket address; nil if the text is none.
    var bytes: [UInt8]? {
        if host.contains(":") {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            guard inet_pton(AF_INET6, host, &address.sin6_addr) == 1 else { return nil }
            #if canImport(Darwin)
                address.sin6_len = UInt8(MemoryLayout<sockaddr_in6>.size)
            #endif
            return withUnsafeBytes(of: address) { Array($0) }
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        guard inet_pton(AF_INET, host, &address.sin_addr) == 1 else { return nil }
        #if canImport(Darwin)
            address.sin_len = UInt8(MemoryLayout<sockaddr_in>.size)
        #endif
        return withUnsafeBytes(of: address) { Array($0) }
    }

    /// Where a client is. An IPv4 client of a socket for both kinds is told as what it is.
    init(client host: String, port: UInt16 = 0) {
        let isMapped = host.hasPrefix("::ffff:") && host.contains(".")
        self.init(host: isMapped ? String(host.dropFirst(7)) : host, port: port)
    }

    /// What a socket address says; nil for other families.
    init?(_ address: UnsafePointer<sockaddr>?) {
        guard let address else { return nil }
        let raw = UnsafeRawPointer(address)
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        switch Int32(address.pointee.sa_family) {
        case AF_INET:
            var found = raw.loadUnaligned(as: sockaddr_in.self)
            inet_ntop(AF_INET, &found.sin_addr, &text, socklen_t(text.count))
            self.init(host: ListenAddress.string(text), port: UInt16(bigEndian: found.sin_port))
        case AF_INET6:
            var found = raw.loadUnaligned(as: sockaddr_in6.self)
            inet_ntop(AF_INET6, &found.sin6_addr, &text, socklen_t(text.count))
            self.init(client: ListenAddress.string(text), port: UInt16(bigEndian: found.sin6_port))
        default: return nil
        }
    }

    private static func string(_ text: [CChar]) -> String {
        String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
