#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Addresses that begin alike, such as `10.0.0.0/8` or `fd00::/8`, or a single one.
public struct AddressBlock: Equatable, Sendable {
    private let address: NetworkAddress
    private let bits: Int

    /// Nil if the text is no address, alone or with how many of its bits count. All addresses there are make no block.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let address = NetworkAddress(String(parts[0])) else { return nil }
        let all = address.bytes.count * 8
        let digits = parts.count == 2 ? parts[1] : Substring("\(all)")
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let bits = Int(digits),
            (1...all).contains(bits)
        else { return nil }
        self.address = address
        self.bits = bits
    }

    func contains(_ other: NetworkAddress) -> Bool {
        guard other.bytes.count == address.bytes.count else { return false }
        return (0..<(bits + 7) / 8).allSatisfy { index in
            let unused = UInt8(max(0, (index + 1) * 8 - bits))
            return (address.bytes[index] ^ other.bytes[index]) >> unused == 0
        }
    }
}

/// An address of the internet protocol. One of IPv4 is one, however it is written.
struct NetworkAddress: Hashable, Sendable {
    private(set) var bytes: [UInt8]

    init?(_ text: String) {
        guard text.utf8.allSatisfy({ $0 != 0 }) else { return nil }
        var found = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &found) == 1 {
            bytes = Array(found[..<4])
        } else if inet_pton(AF_INET6, text, &found) == 1 {
            let isMapped = found[..<10].allSatisfy { $0 == 0 } && found[10] == 0xFF && found[11] == 0xFF
            bytes = isMapped ? Array(found[12...]) : found
        } else {
            return nil
        }
    }

    var text: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, bytes, &text, socklen_t(text.count))
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// By what guesses are counted that come from a source: its address, or of IPv6 the network of 64 bits that it is
    /// in, since whoever has one address there has all of them.
    static func guesser(_ source: String) -> String {
        // An address of one link alone names its interface, too.
        guard var address = NetworkAddress(String(source.prefix { $0 != "%" })) else { return source }
        guard address.bytes.count == 16 else { return address.text }
        address.bytes.replaceSubrange(8..., with: [UInt8](repeating: 0, count: 8))
        return "\(address.text)/64"
    }
}
