// Which rule holds for a job. The more special ones come first: name or tenant with the state, name or tenant alone,
// the state alone, all; and where none was ever set, what holds by default. Where one rule is about the job's name and
// another about its tenant, the longer period holds: nobody who asked for a job to be kept finds it gone.

/// The rules and holds as they stand, to be asked about many jobs.
package struct RetentionRules: Equatable, Sendable {
    private var keep: [String: UInt64] = [:]
    private var held: Set<String> = []

    private static let dayMicroseconds: UInt64 = 86_400_000_000

    /// What holds where nobody has set anything.
    package static func standard(_ state: JobState) -> UInt64 {
        (state == .failed ? 90 : 7) * dayMicroseconds
    }

    package init(in ledgers: any Ledgers) throws {
        try RetentionRows.forEachRule(in: ledgers) { keep[$0] = $1 }
        try RetentionRows.forEachHold(in: ledgers) { scope, _ in held.insert(scope) }
    }

    /// Whether some rule or hold is about tenants, so that a job's has to be looked up.
    private var asksTenants: Bool { keep.keys.contains { $0.hasPrefix("tenant:") } || holdsTenants }
    private var holdsTenants: Bool { held.contains { $0.hasPrefix("tenant:") } }
    private var asksNames: Bool {
        keep.keys.contains { $0.hasPrefix("name:") } || held.contains { $0.hasPrefix("name:") }
    }

    /// The shortest time for which any job is kept.
    package var shortest: UInt64 {
        let usual = [JobState.succeeded, .failed, .cancelled].map { period($0, name: nil, tenant: nil) }
        return keep.filter { $0.key.contains(":") }.values.reduce(usual.min() ?? 0, min)
    }

    /// When a finished job may leave the ledgers; nil for never.
    package func leaves(
        _ job: SequenceNumber, _ record: JobRecord, _ names: inout NameBook, in ledgers: any Ledgers
    ) throws -> Instant? {
        let name = asksNames ? try names.text(.job, record.name, in: ledgers) : nil
        let tenant = asksTenants ? try RetentionRules.tenant(of: job, record, in: ledgers) : nil
        guard !isHeld(job, name: name, tenant: tenant) else { return nil }
        let keep = period(record.state, name: name, tenant: tenant)
        guard keep < RetentionSet.forEver else { return nil }
        let (end, overflow) = record.since.microseconds.addingReportingOverflow(Int64(keep))
        return overflow ? nil : Instant(microseconds: end)
    }

    /// Whether a legal hold is on it.
    package func holds(
        _ job: SequenceNumber, _ record: JobRecord, _ names: inout NameBook, in ledgers: any Ledgers
    ) throws -> Bool {
        guard !held.isEmpty else { return false }
        let name = asksNames ? try names.text(.job, record.name, in: ledgers) : nil
        let tenant = holdsTenants ? try RetentionRules.tenant(of: job, record, in: ledgers) : nil
        return isHeld(job, name: name, tenant: tenant)
    }

    private func isHeld(_ job: SequenceNumber, name: String?, tenant: String?) -> Bool {
        guard !held.isEmpty else { return false }
        if held.contains(HoldScope.job(JobID(rawValue: job)).description) { return true }
        if let name, held.contains(HoldScope.name(name).description) { return true }
        if let tenant, held.contains(HoldScope.tenant(tenant).description) { return true }
        return false
    }

    private func period(_ state: JobState, name: String?, tenant: String?) -> UInt64 {
        let ofName = name.flatMap { rule(.name($0, state)) ?? rule(.name($0)) }
        let ofTenant = tenant.flatMap { rule(.tenant($0, state)) ?? rule(.tenant($0)) }
        if ofName != nil || ofTenant != nil { return max(ofName ?? 0, ofTenant ?? 0) }
        return rule(RetentionScope(subject: .everything, state: state)) ?? rule(.everything)
            ?? RetentionRules.standard(state)
    }

    private func rule(_ scope: RetentionScope) -> UInt64? { keep.isEmpty ? nil : keep[scope.description] }

    private static let tenantPrefix = "key:tenant:"

    /// A job's tenant is one of the keys that limits may be about, and stands among those.
    package static func tenant(
        of job: SequenceNumber, _ record: JobRecord, in ledgers: any Ledgers
    ) throws -> String? {
        guard record.flags.contains(.isLimited) else { return nil }
        let scope = try LimitRows.job(job, in: ledgers)?.scopes.first { $0.hasPrefix(tenantPrefix) }
        return scope.map { String($0.dropFirst(tenantPrefix.count)) }
    }
}
