internal import DaybookCrypto
internal import DaybookModel

/// Tokens that programs send along: `Authorization: Bearer daybook_…`, or a JSON web token.
enum BearerTokens {
    /// So that a token that got somewhere it does not belong can be found and recognised.
    static let prefix = "daybook_"

    /// What an `Authorization` field holds, if it is a bearer token.
    static func token(in field: String) -> String? {
        let parts = field.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].lowercased() == "bearer", !parts[1].isEmpty else { return nil }
        return String(parts[1])
    }

    static func principal(of token: String, in entries: AuthEntries, now: Instant) -> Principal? {
        guard token.hasPrefix(prefix) else { return entries.jwt?.principal(of: token, now: now) }
        let sha256 = Digest.sha256(of: Array(token.utf8))
        // Every entry is looked at, and each for as long: how long it takes says nothing about any of them.
        var found: AuthEntries.Token?
        for entry in entries.tokens where ConstantTime.equal(entry.sha256, sha256) { found = entry }
        guard let found, found.expires.map({ now < $0 }) ?? true else { return nil }
        return found.principal
    }
}
