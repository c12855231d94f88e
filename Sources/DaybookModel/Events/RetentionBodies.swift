/// How long finished jobs of a scope stay in the ledgers was set, changed or left to the more general rules again.
package struct RetentionSet: Equatable, Sendable {
    /// As ``RetentionScope`` writes itself.
    package var scope: String
    /// From a job's end on; nil if there is no such rule any more.
    package var keepMicroseconds: UInt64?
    package var reason: String

    /// As a period: they never leave.
    package static let forEver = UInt64(Int64.max)

    package init(scope: String, keepMicroseconds: UInt64?, reason: String) {
        self.scope = scope
        self.keepMicroseconds = keepMicroseconds
        self.reason = reason
    }
}

/// A legal hold was put on a job, a name or a tenant, or taken away.
package struct RetentionHold: Equatable, Sendable {
    /// As ``HoldScope`` writes itself.
    package var scope: String
    package var reason: String

    package init(scope: String, reason: String) {
        self.scope = scope
        self.reason = reason
    }
}
