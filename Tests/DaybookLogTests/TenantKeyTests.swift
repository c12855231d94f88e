import Testing

@testable import DaybookLog

@Suite struct `Keys of tenants` {
    /// One is called as a digest of another's name stands in keys.
    private let tenants: [String]

    init() {
        let digest = TenantKeys.limitPrefix(of: "acme:x").dropFirst("tenant.".count).dropLast()
        tenants = ["acme", "acme:x", "acme:x:y", "acme-x", String(digest), "acme."]
    }

    @Test func `are nobody else's, whatever somebody is called`() {
        for one in tenants {
            for other in tenants where other != one {
                let keys = [TenantKeys.limit(of: one), TenantKeys.limitPrefix(of: one) + "mail"]
                for key in keys {
                    #expect(!TenantKeys.ownsLimit("key:" + key, other), "\(key) of \(one), and \(other)")
                }
                for key in ["k", "x:k", ":k"] {
                    let theirs = TenantKeys.unique("k", of: other)
                    #expect(TenantKeys.unique(key, of: one) != theirs, "\(key) of \(one), and \(other)")
                }
            }
        }
    }

    @Test func `are counted as his own`() {
        for tenant in tenants {
            #expect(TenantKeys.ownsLimit("key:tenant:\(tenant)", tenant))
            #expect(TenantKeys.ownsLimit("key:\(TenantKeys.limitPrefix(of: tenant))mail", tenant))
            #expect(!TenantKeys.ownsLimit("queue:mail", tenant) && !TenantKeys.ownsLimit("key:tenant:*", tenant))
        }
    }
}
