/// When an engine archives the beginning of the log by itself.
public struct ArchivingOptions: Sendable {
    /// So many events stay in the log at least. It is archived when there are twice as many.
    public var keepingEvents: Int
    /// Told of what went wrong; it is tried again a little later, and the work goes on.
    public var whenFailing: @Sendable (any Error) -> Void

    /// Keeps so many events in the log, and archives what is older, for as long as the ledgers need little of that.
    public static func automatic(
        keepingEvents: Int = 1_000_000, whenFailing: @escaping @Sendable (any Error) -> Void = { _ in }
    ) -> ArchivingOptions {
        ArchivingOptions(keepingEvents: keepingEvents, whenFailing: whenFailing)
    }

    private init(keepingEvents: Int, whenFailing: @escaping @Sendable (any Error) -> Void) {
        self.keepingEvents = keepingEvents
        self.whenFailing = whenFailing
    }
}
