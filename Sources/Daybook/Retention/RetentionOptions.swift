public import DaybookModel

/// How long the jobs of a scope stay in the ledgers once they have finished.
public struct RetentionRule: Sendable, Hashable {
    /// Which jobs it is about.
    public let scope: RetentionScope
    let microseconds: UInt64?

    /// They leave so long after their end.
    public static func keep(_ scope: RetentionScope, for period: Duration) -> RetentionRule {
        RetentionRule(scope: scope, microseconds: UInt64(clamping: max(0, period.clampedMicroseconds)))
    }

    /// They never leave.
    public static func keepForEver(_ scope: RetentionScope) -> RetentionRule {
        RetentionRule(scope: scope, microseconds: RetentionSet.forEver)
    }

    /// What a more general rule says holds for them, or what holds by default.
    public static func standard(_ scope: RetentionScope) -> RetentionRule {
        RetentionRule(scope: scope, microseconds: nil)
    }
}

/// Which finished jobs leave the ledgers, and whether this process sees to it.
public struct RetentionOptions: Sendable {
    /// What is to hold from the opening on. What stands here and holds already is not written again; rules that do
    /// not stand here stay as they are.
    public var rules: [RetentionRule]
    /// Whether this process takes jobs out of the ledgers whose time has come.
    public var takesOut: Bool
    /// When this process archives the beginning of the log; nil for never. Archives are files that somebody has to
    /// keep, so nobody makes any unasked.
    public var archiving: ArchivingOptions?

    /// Rules that are to hold.
    public init(_ rules: [RetentionRule] = [], takesOut: Bool = true, archiving: ArchivingOptions? = nil) {
        self.rules = rules
        self.takesOut = takesOut
        self.archiving = archiving
    }

    /// Succeeded and cancelled jobs leave after 7 days and failed ones after 90, or as the store's rules say.
    public static let standard = RetentionOptions()
    /// This process leaves finished jobs where they are, whatever the rules say.
    public static let off = RetentionOptions(takesOut: false)

    /// These rules are to hold.
    public static func rules(_ rules: RetentionRule...) -> RetentionOptions { RetentionOptions(rules) }
}
