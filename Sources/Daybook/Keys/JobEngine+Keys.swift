internal import DaybookLog
internal import DaybookModel

/// What was done to keys.
extension JobEngine {
    /// Destroys the keys of a tenant, so that nobody can read any more what was encrypted with them: in the log, in its
    /// archives, copies and backups, in what followers have gathered. The log still verifies, and counts stay. Says
    /// how many keys that were.
    ///
    ///     try engine.erase(tenant: "acme", by: "ann", reason: "asked for by the customer")
    ///
    /// It cannot be taken back. Jobs of the tenant that have not run are set aside when they are claimed, since nobody
    /// knows any more what they were to do. Other processes forget the keys within a moment; copies of `keys` that you
    /// have made yourself are yours to destroy. Keys that the program supplies are destroyed where they are kept.
    @discardableResult
    public func erase(tenant: String, by person: String? = nil, reason: String = "") throws -> Int {
        try storeFolder().erase(tenant, now: clock.now(), by: actor(person), reason: reason)
    }

    /// Takes a new key for what is encrypted from now on; what is under older ones stays readable.
    public func rotateKey(of tenant: String? = nil, by person: String? = nil, reason: String = "") throws {
        _ = try storeFolder().rotateKey(of: tenant, now: clock.now(), by: actor(person), reason: reason)
    }

    private func actor(_ person: String?) -> Actor { Actor(process: process, person: person) }

    private func storeFolder() throws -> StoreFolder {
        guard let folder else {
            throw LogError(.unusable, "This engine's store is not in a folder; it has no keys.")
        }
        return folder
    }
}

extension StoreFolder {
    /// What the options say of encryption, and what the log says already.
    func begin(_ encryption: Encryption?, now: Instant) throws {
        guard let encryption else { return }
        try encrypt(encryption.scope, from: encryption.supply.map(SuppliedKeys.init), now: now, by: .system)
    }
}
