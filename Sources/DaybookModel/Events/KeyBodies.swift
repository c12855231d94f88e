/// Something was decided about the keys that payloads are encrypted with. No key ever stands in the log.
package struct KeysChanged: Equatable, Sendable {
    package enum Change: String, Sendable {
        /// From here on payloads are encrypted.
        case begun
        /// What is encrypted from here on is under a new key.
        case rotated
    }

    package var change: Change
    /// How keys are divided, as `Keyring.Scope` writes itself; empty where nothing was said of it.
    package var scope: String
    /// Where they come from: `folder` or `program`.
    package var source: String
    /// Whose key it is; nil for that of what belongs to no tenant.
    package var tenant: String?
    package var reason: String

    package init(_ change: Change, scope: String = "", source: String = "", tenant: String? = nil, reason: String = "")
    {
        self.change = change
        self.scope = scope
        self.source = source
        self.tenant = tenant
        self.reason = reason
    }
}

/// What a tenant has put in is erased: nothing that belongs to a job from before this event is ever readable again. His
/// keys are destroyed right after it, so that whoever finds both the event and a key knows that somebody was stopped in
/// between.
package struct Erased: Equatable, Sendable {
    package var tenant: String
    /// How many keys he had.
    package var howMany: UInt64
    package var reason: String
    /// Version 1 of the event was written when the keys were gone, and nothing follows from it.
    package var isAfterwards: Bool

    package init(tenant: String, howMany: UInt64, reason: String, isAfterwards: Bool = false) {
        self.tenant = tenant
        self.howMany = howMany
        self.reason = reason
        self.isAfterwards = isAfterwards
    }
}
