/// A recurring job was made or changed, whole: what each of its jobs is, and when. The event's number is the version of
/// the definition.
package struct RecurringSet: Equatable, Sendable {
    package var id: String
    /// The event that set it for the first time; 0 if this is it.
    package var definition: SequenceNumber = 0
    /// The definition's event before this one; 0 if there is none.
    package var earlier: SequenceNumber = 0
    package var description: String?
    /// The scheduled job that this is one of several triggers of.
    package var group: String?
    /// As `Schedule` writes itself; nil for one that has none and is started by hand.
    package var schedule: String?
    package var zone: String = ZoneTable.utc.name
    /// The release of the zone data that the plan was made with.
    package var zoneData: String?
    package var misfire: MisfireRule = .once
    package var overlap: OverlapRule = .allow
    package var lateMicroseconds: Int64 = RecurringSet.lateMicrosecondsUsual
    package var jitterMicroseconds: Int64 = 0
    package var starts: Instant?
    package var ends: Instant?
    package var isManual = false
    /// The program whose code has it; nil if people made it.
    package var origin: String?
    /// Why it cannot be followed.
    package var broken: String?
    package var reason: String = ""
    package var plan = RecurringNext()
    /// A job that is not started so long after it was fired is cancelled.
    package var expiresAfterMicroseconds: Int64?
    /// What each job is made as.
    package var job: Created

    package static let lateMicrosecondsUsual: Int64 = 60_000_000

    package init(id: String, job: Created) {
        self.id = id
        self.job = job
    }
}

/// What is planned next.
package struct RecurringNext: Equatable, Sendable {
    /// The next occurrence; nil if there is none.
    package var planned: Instant?
    /// When it fires: later than planned by the jitter that was drawn.
    package var due: Instant?

    package init(planned: Instant? = nil, due: Instant? = nil) {
        self.planned = planned
        self.due = due
    }
}

/// What happened to a definition between two settings: it fired, occurrences were skipped, it was paused, and so on.
package struct RecurringStep: Equatable, Sendable {
    /// The event that set it for the first time.
    package var definition: SequenceNumber
    /// The definition's event before this one.
    package var earlier: SequenceNumber
    /// The occurrence it is about, or the first of several.
    package var planned: Instant?
    package var plannedLast: Instant?
    package var howMany: UInt64 = 0
    /// What is planned from here on.
    package var plan = RecurringNext()
    package var zoneData: String?
    /// When a pause ends by itself.
    package var until: Instant?
    package var reason: String = ""
    package var origin: FireOrigin = .schedule

    package init(definition: SequenceNumber, earlier: SequenceNumber) {
        self.definition = definition
        self.earlier = earlier
    }
}

/// What made a recurring job fire.
public enum FireOrigin: String, CaseIterable, Sendable {
    /// Its time had come.
    case schedule
    /// Its time had come earlier, and what it waited for has finished.
    case waited
    /// Somebody wanted it now.
    case trigger
    /// Somebody wanted the occurrences of a stretch of time.
    case backfill
}
