public import DaybookLog
public import DaybookModel

extension JobEngine {
    /// Who did what, when and why, in the order in which it happened: at most `limit` entries behind event `after`.
    /// For the next page ask for those behind the last one's event.
    ///
    ///     let entries = try engine.audit(AuditFilter(actor: "ann", kinds: [.cancelled]))
    ///     for entry in entries { print(entry.event.time, entry.witness?.user ?? "", entry.event.reason) }
    ///
    /// Of one job it costs what that job has lived through; otherwise the log is read, some million events a second.
    public func audit(
        _ filter: AuditFilter = AuditFilter(), after: SequenceNumber = 0, limit: Int = 1_000
    ) throws -> [AuditEntry] {
        guard limit > 0 else { return [] }
        var found: [AuditEntry] = []
        try AuditTrail(storage, filter).forEach(after: after) { entry in
            found.append(entry)
            return found.count < limit
        }
        return found
    }
}
