public import DaybookLog
internal import DaybookModel

/// What was done to keys.
extension JobEngine {
    /// Erases what a tenant has put in so far, so that nobody can read it any more: in the log, in its archives, copies
    /// and backups, in what followers have gathered. The log still verifies, and counts stay.
    ///
    ///     try engine.erase(tenant: "acme", by: "ann", reason: "asked for by the customer")
    ///
    /// When it returns, nothing of it is readable through Daybook in any process, and nothing that belongs to the
    /// tenant's jobs from before is ever readable again: what a run that has begun still writes (its result, its
    /// errors, its log lines, the jobs that it leaves behind) is dropped. Jobs that have not run are set aside when
    /// they are claimed, and the tenant's recurring jobs are paused, since nobody knows any more what they were to do.
    ///
    /// It cannot be taken back. Copies of `keys` and bundles that you have made yourself are yours to
    /// destroy. A legal hold on the tenant or on one of its jobs refuses it, unless `despiteHolds`. Stopped in between,
    /// it is finished by erasing again.
    ///
    /// Keys that your program supplies are destroyed where they are kept, by you, before you call this; it then
    /// throws views away and sees to it that nothing is put back.
    ///
    /// Throws for a tenant of which nothing is known, so that a slip of the pen does not pass for an erasure.
    @discardableResult
    public func erase(
        tenant: String, despiteHolds: Bool = false, by person: String? = nil, reason: String = ""
    ) throws -> Erasure {
        try storeFolder().erase(
            tenant, despiteHolds: despiteHolds, now: clock.now(), by: actor(person), reason: reason)
    }

    /// Takes a new key for what is encrypted from now on; what is under older ones stays readable.
    public func rotateKey(of tenant: String? = nil, by person: String? = nil, reason: String = "") throws {
        _ = try storeFolder().rotateKey(of: tenant, now: clock.now(), by: actor(person), reason: reason)
    }

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
