// Where a request comes from that a proxy has passed on. Proxies add to what they were told: the last address is what
// the nearest one saw, and what stands before it is worth as much as the word of whoever wrote it. So addresses are
// read from the last back, as long as it is a trusted proxy that wrote them.

enum ForwardedSource {
    /// The address that counts: the last one that is no trusted proxy. The connection's own where nobody whom we trust
    /// has passed the request on, and where the two fields for it disagree: a proxy writes one of them, and lets the
    /// other pass as it was sent.
    static func of(_ request: DashboardRequest, trusting proxies: [AddressBlock]) -> String {
        guard !proxies.isEmpty, let peer = NetworkAddress(request.source),
            proxies.contains(where: { $0.contains(peer) })
        else { return request.source }
        let ways = [
            values("x-forwarded-for", request).map { $0.map(address) },
            values("forwarded", request).map { $0.map { forwardedFor($0).flatMap(address) } },
        ]
        let found = Set(ways.compactMap { $0 }.map { client($0, behind: peer, trusting: proxies) })
        return found.count == 1 ? found.first?.text ?? request.source : request.source
    }

    private static func client(
        _ way: [NetworkAddress?], behind peer: NetworkAddress, trusting proxies: [AddressBlock]
    ) -> NetworkAddress {
        var last = peer
        for address in way.reversed() {
            // Who hides behind a proxy, or is told of in words, is nobody in particular.
            guard let address else { return last }
            last = address
            guard proxies.contains(where: { $0.contains(address) }) else { return last }
        }
        return last
    }

    /// What a list says in all fields of that name, in their order; nil if there is none.
    private static func values(_ name: String, _ request: DashboardRequest) -> [Substring]? {
        let fields = request.fields.filter { $0.name == name }
        guard !fields.isEmpty else { return nil }
        return fields.flatMap { $0.value.split(separator: ",", omittingEmptySubsequences: false) }.map(trimmed)
    }

    /// `for` of an element of `Forwarded` (RFC 7239). No address has a comma or a semicolon in it, so quotes need no
    /// more care than to be taken off.
    private static func forwardedFor(_ element: Substring) -> Substring? {
        for pair in element.split(separator: ";") {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2, trimmed(sides[0]).lowercased() == "for" else { continue }
            let value = trimmed(sides[1])
            guard value.hasPrefix("\"") else { return value }
            return value.count > 1 && value.hasSuffix("\"") ? value.dropFirst().dropLast() : nil
        }
        return nil
    }

    /// An address, with a port or without: `192.0.2.1`, `192.0.2.1:8080`, `2001:db8::1`, `[2001:db8::1]:8080`.
    private static func address(_ text: Substring) -> NetworkAddress? {
        if text.hasPrefix("[") {
            return text.firstIndex(of: "]").flatMap { NetworkAddress(String(text[..<$0].dropFirst())) }
        }
        let colons = text.utf8.count { $0 == UInt8(ascii: ":") }
        return NetworkAddress(String(colons == 1 ? text.prefix { $0 != ":" } : text))
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0 == " " || $0 == "\t" }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}
