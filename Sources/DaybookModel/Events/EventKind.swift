/// What happened. The number is what stands in the log and never changes its meaning; the name is what people and
/// exports see.
public enum EventKind: UInt8, CaseIterable, Sendable {
    // The log itself.
    case genesis = 1
    case checkpoint = 2
    case gap = 3
    case carried = 4
    case clockStepped = 5
    case denied = 6
    case rebuilt = 7

    // Processes.
    case processStarted = 16
    case processStopped = 17
    case processLost = 18
    case processAsked = 19

    // A job's life.
    case created = 32
    case duplicate = 33
    case enqueued = 34
    case claimed = 35
    case returned = 36
    case succeeded = 37
    case attemptFailed = 38
    case failed = 39
    case interrupted = 40
    case stale = 41
    case snoozed = 42
    case cancelled = 43
    case requeued = 44
    case rescheduled = 45
    case parked = 46
    case purged = 47
    case continued = 48
    case parentEnded = 49
    case parentReopened = 50

    // Batches.
    case batchCreated = 51
    case batchSealed = 52
    case batchContinued = 53
    case batchEnded = 54
    case batchReopened = 55
    case batchCancelled = 56

    // Inside a run.
    case logged = 64
    case progressed = 65
    case stepped = 66
    case reported = 67

    // Queues and limits.
    case queuePaused = 80
    case queueResumed = 81
    case queueLimited = 82
    case replaced = 83
    case limited = 84
    case limitOpened = 85

    // Recurring jobs.
    case recurringSet = 96
    case recurringPaused = 97
    case recurringResumed = 98
    case recurringRemoved = 99
    case fired = 100
    case skipped = 101
    case replanned = 102
    case postponed = 103

    // What is kept, and for how long.
    case retentionSet = 112
    case held = 113
    case released = 114

    // What becomes of a store.
    case restored = 119

    // The keys.
    case erased = 126
    case keysChanged = 127

    /// The name under which people and exports see the kind.
    public var name: String { EventKind.names[self] ?? String(describing: self) }

    // Asking the runtime for them takes a microsecond each time.
    private static let names = Dictionary(uniqueKeysWithValues: allCases.map { ($0, String(describing: $0)) })
    private static let byName = Dictionary(uniqueKeysWithValues: names.map { ($1, $0) })

    /// The kind of that name, if there is one.
    public init?(name: String) {
        guard let kind = EventKind.byName[name] else { return nil }
        self = kind
    }
}
