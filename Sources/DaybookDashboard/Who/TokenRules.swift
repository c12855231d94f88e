// JSON web tokens (RFC 7519), as strictly as they can be read. The algorithm and the key are what the configuration
// says, whatever the token's header asks for: the header may only agree. Nothing in a token names a key, a file or
// an address that would be looked up.

internal import DaybookCrypto
internal import DaybookModel

/// Which JSON web tokens are good, and what their holders may.
struct TokenRules: Sendable {
    private enum Key: Sendable {
        case hs256([UInt8])
        case rs256(RsaPublicKey)

        var name: String { if case .hs256 = self { "HS256" } else { "RS256" } }
    }

    private let key: Key
    private let audience: String?
    private let issuer: String?
    private let nameClaim: String
    private let roleClaim: String
    /// From a value of the role claim, or from `name:` and a name, to roles and permissions. Nil: the values themselves
    /// are roles.
    private let map: [String: [String]]?
    private let tenantClaim: String?

    private static let clockSkewSeconds: Int64 = 60
    private static let bytesMax = 8 << 10

    init(_ rules: JSONBody) throws(RouteFailure) {
        try rules.allow([
            "algorithm", "key", "audience", "issuer", "nameClaim", "roleClaim", "tenantClaim", "map",
        ])
        let text = try rules.text("key") ?? ""
        switch try rules.text("algorithm") {
        case "HS256":
            guard text.utf8.count >= 32 else { throw .badCall("jwt: a key for HS256 has 32 bytes or more.") }
            // A public key taken for a secret would be one that everybody knows.
            guard !text.contains("-----BEGIN") else { throw .badCall("jwt: a PEM key is for RS256, not for HS256.") }
            key = .hs256(Array(text.utf8))
        case "RS256":
            guard let found = RsaPublicKey(pem: text) else {
                throw .badCall("jwt: a key for RS256 is a public RSA key of 2048 bits or more in PEM.")
            }
            key = .rs256(found)
        default: throw .badCall("jwt: the algorithm is HS256 or RS256.")
        }
        audience = try rules.text("audience")
        issuer = try rules.text("issuer")
        nameClaim = try rules.text("nameClaim") ?? "sub"
        roleClaim = try rules.text("roleClaim") ?? "roles"
        tenantClaim = try rules.text("tenantClaim")
        guard let entries = try rules.object("map") else {
            map = nil
            return
        }
        var map: [String: [String]] = [:]
        for name in entries.names {
            map[name] = try entries.texts(name)
            _ = try AuthEntries.grants(map[name] ?? [])
        }
        self.map = map
    }

    func requireUse() throws(RouteFailure) {
        for (role, names) in (map ?? [:]).sorted(by: { $0.key < $1.key }) {
            try AuthEntries.requireUse(of: names, "jwt: whoever is \(role)", tenantClaim != nil)
        }
    }

    /// Whoever holds the token; nil if it is not good.
    func principal(of token: String, now: Instant) -> Principal? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard token.utf8.count <= TokenRules.bytesMax, parts.count == 3,
            let header = Base64Url.bytes(parts[0]).flatMap({ try? JSONBody($0) }),
            let claims = Base64Url.bytes(parts[1]).flatMap({ try? JSONBody($0) }),
            let signature = Base64Url.bytes(parts[2])
        else { return nil }
        guard (try? header.text("alg")) == key.name, header.raw("crit") == nil, isType(header),
            isSigned(Array("\(parts[0]).\(parts[1])".utf8), signature), isInTime(claims, now), isForUs(claims)
        else { return nil }
        guard let name = try? claims.text(nameClaim), !name.isEmpty else { return nil }
        var tenant: String?
        if let tenantClaim {
            // Whoever was to have a tenant and has none would see everybody's jobs.
            guard let found = try? claims.text(tenantClaim), !found.isEmpty else { return nil }
            tenant = found
        }
        return AuthEntries.principal(name, roles(claims, name), tenant)
    }

    private func isType(_ header: JSONBody) -> Bool {
        guard header.raw("typ") != nil else { return true }
        return ["JWT", "AT+JWT"].contains((try? header.text("typ"))?.uppercased())
    }

    private func isSigned(_ message: [UInt8], _ signature: [UInt8]) -> Bool {
        switch key {
        case .hs256(let secret): Hmac.isSha256(signature, of: message, key: secret)
        case .rs256(let key): key.isSignature(signature, of: message)
        }
    }

    private func isInTime(_ claims: JSONBody, _ now: Instant) -> Bool {
        let seconds = Double(now.microseconds) / 1_000_000
        let skew = Double(TokenRules.clockSkewSeconds)
        guard let expires = try? claims.fraction("exp"), seconds < expires + skew else { return false }
        guard claims.raw("nbf") != nil else { return true }
        guard let begins = try? claims.fraction("nbf") else { return false }
        return begins - skew <= seconds
    }

    private func isForUs(_ claims: JSONBody) -> Bool {
        if let issuer {
            guard (try? claims.text("iss")) == issuer else { return false }
        }
        // Who is not named as the one it is for must not take it (RFC 7519, 4.1.3).
        guard let audience else { return claims.raw("aud") == nil }
        return values(claims, "aud").contains(audience)
    }

    private func roles(_ claims: JSONBody, _ name: String) -> [String] {
        let values = values(claims, roleClaim)
        guard let map else {
            return values.filter {
                Role(rawValue: $0) != nil || Permission(rawValue: $0) != nil || PanelPermission.isGrant($0)
            }
        }
        return (values.filter { !$0.hasPrefix("name:") } + ["name:\(name)"]).flatMap { map[$0] ?? [] }
    }

    /// A claim that is one text or several; a text of several words is several, as scopes are.
    private func values(_ claims: JSONBody, _ name: String) -> [String] {
        if let texts = try? claims.texts(name), !texts.isEmpty { return texts }
        guard let text = try? claims.text(name) else { return [] }
        return name == "aud" ? [text] : text.split(separator: " ").map(String.init)
    }
}
