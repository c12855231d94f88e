internal import DaybookLog
internal import DaybookModel

/// In which form a store is.
public struct StoreForm: Sendable, Equatable {
    /// The format of the log.
    public let format: Int
    /// The version of the ledgers that are made from it.
    public let ledgers: Int
}

/// What an upgrade has done, or would do.
public struct StoreUpgrade: Sendable, Equatable {
    /// In which form the store was.
    public let from: StoreForm
    /// In which form this release writes.
    public let to: StoreForm
    /// Whether there was, or is, anything to do.
    public let isNeeded: Bool
    /// The event that says what was done; nil if nothing was.
    public let event: Int?
}

extension JobEngine {
    /// What ``upgrade(_:program:reason:)`` would do to the store in a folder. Changes nothing; others may have it open.
    public static func upgradePlan(_ path: String, program: String = "daybook") throws -> StoreUpgrade {
        let plan = try StoreFolder.upgradePlan(path, program: program)
        return StoreUpgrade(
            from: StoreForm(plan.from), to: StoreForm(plan.to), isNeeded: plan.isNeeded, event: nil)
    }

    /// Brings the store in a folder into the form that this release writes: makes its ledgers anew from the log, and
    /// puts them in force in one commit. Refused while any process has the store open, this one included, and never
    /// done by the way: opening a store of an older form throws an error that says to do this.
    ///
    ///     try JobEngine.upgrade("daybook-data", reason: "release 2.0")
    ///
    /// It blocks its thread for as long as it takes to read the log once. Interrupted anywhere, it leaves the store
    /// as it was.
    @discardableResult
    public static func upgrade(_ path: String, program: String = "daybook", reason: String = "") throws -> StoreUpgrade
    {
        let host = try HostFacts.real()
        let actor = Actor.person(host.user, client: "\(host.user)@\(host.host) \(program)")
        let summary = try StoreFolder.upgrade(path, program: program, by: actor, reason: reason)
        return StoreUpgrade(
            from: StoreForm(summary.from), to: StoreForm(summary.to), isNeeded: summary.event != nil,
            event: summary.event.map { Int(clamping: $0) })
    }
}

extension StoreForm {
    fileprivate init(_ versions: StoreVersions) {
        self.init(format: Int(versions.format), ledgers: Int(versions.ledgers))
    }
}
