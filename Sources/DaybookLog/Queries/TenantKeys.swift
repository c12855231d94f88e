internal import DaybookCrypto
internal import DaybookModel

/// The keys that are a tenant's alone: nobody is called so that his keys are those of somebody else. A colon in a name
/// would end it too soon, so the digest of such a name stands for it, behind another mark.
package enum TenantKeys {
    /// A unique key, or the id of a request.
    package static func unique(_ key: String, of tenant: String) -> String {
        tenant.contains(":") ? "tenant-\(digest(of: tenant)):\(key)" : "tenant:\(tenant):\(key)"
    }

    /// Every job of the tenant has this key for limits.
    package static func limit(of tenant: String) -> String { "tenant:\(tenant)" }

    /// What further keys for limits begin with. The jobs of a tenant who is called `acme:x` have `tenant:acme:x`, so
    /// none of acme's begin that way.
    package static func limitPrefix(of tenant: String) -> String {
        tenant.contains(":") ? "tenant.\(digest(of: tenant)):" : "tenant-\(tenant):"
    }

    /// Whether none but the tenant's own jobs share the limit.
    static func ownsLimit(_ scope: String, _ tenant: String) -> Bool {
        guard case .key(let key)? = LimitScope(text: scope) else { return false }
        return key == limit(of: tenant) || key.hasPrefix(limitPrefix(of: tenant))
    }

    private static func digest(of tenant: String) -> String {
        Digest.sha256(of: Array(tenant.utf8)).prefix(16).withUnsafeBytes { Hexadecimal.text($0) }
    }
}
