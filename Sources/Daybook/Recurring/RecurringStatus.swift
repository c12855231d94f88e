public import DaybookLog
public import DaybookModel

/// One recurring job as it stands.
public struct RecurringStatus: Sendable {
    /// Whether it fires, and if not, why.
    public enum Standing: Hashable, Sendable {
        /// It fires at the instant in ``RecurringStatus/next``.
        case active
        /// It fires when somebody triggers it.
        case byHand
        /// Somebody paused it, until an instant or until somebody resumes it.
        case paused(until: Instant?)
        /// Its schedule has come to its end.
        case over
        /// It cannot be followed here, for this reason.
        case broken(String)
        /// Somebody removed it, or it no longer stands in the code.
        case removed

        /// The standing in one word.
        public var word: String {
            switch self {
            case .active: "active"
            case .byHand: "byHand"
            case .paused: "paused"
            case .over: "over"
            case .broken: "broken"
            case .removed: "removed"
            }
        }
    }

    /// What it is known by.
    public let id: String
    /// What its jobs are called.
    public var jobName: String { self.set.job.name }
    /// The queue in which its jobs wait.
    public var queue: String { self.set.job.queue }
    /// The arguments of its jobs.
    public var arguments: [UInt8] { self.set.job.arguments }
    /// The same as they may be shown to people: with a mark in place of what is secret.
    public var shownArguments: [UInt8] { self.set.job.shownArguments }
    /// Why the arguments cannot be read, if that is so.
    public let closed: ClosedPayload?
    /// For people.
    public var description: String? { self.set.description }
    /// The scheduled job that it is one of several triggers of.
    public var group: String? { self.set.group }
    /// As text; nil for one that is started by hand.
    public var schedule: String? { self.set.schedule }
    /// The schedule in plain English.
    public var sentence: String? { timetable?.sentence }
    /// What the sentence is made of; nil for one that is started by hand or cannot be followed.
    package let timetable: Timetable?
    /// By whose clocks it goes.
    public var zone: String { self.set.zone }
    /// What becomes of what was missed.
    public var misfire: MisfireRule { self.set.misfire }
    /// What becomes of an occurrence while its forerunner's job is not finished.
    public var overlap: OverlapRule { self.set.overlap }
    /// An occurrence that is late by more than this has misfired.
    public var lateAfter: Duration { .microseconds(self.set.lateMicroseconds) }
    /// It fires up to so much later than planned.
    public var jitter: Duration { .microseconds(self.set.jitterMicroseconds) }
    /// No occurrence before this instant.
    public var starts: Instant? { self.set.starts }
    /// No occurrence after this instant.
    public var ends: Instant? { self.set.ends }
    /// Whether it fires only when somebody triggers it, whatever its schedule.
    public var isByHand: Bool { self.set.isManual }
    /// The program whose code has it; nil if people made it.
    public var origin: String? { self.set.origin }
    /// Whether it fires, and if not, why.
    public let standing: Standing
    /// The pause in force.
    public let pause: RecurringPause?
    /// The next planned occurrence.
    public let next: Instant?
    /// An occurrence that waits for the end of its forerunner's job.
    public let waiting: Instant?
    /// How often it has fired.
    public let fired: UInt64
    /// How many occurrences were skipped.
    public let skipped: UInt64
    /// Its events: the first, the one that set it as it is, the latest, and the one with which it fired last (0:
    /// never).
    package let definition: SequenceNumber
    package let version: SequenceNumber
    package let last: SequenceNumber
    package let lastFired: SequenceNumber
    package let set: RecurringSet

    package init(
        _ definition: SequenceNumber, _ record: RecurringRecord, _ planner: inout RecurringPlanner,
        in log: any LogSnapshot
    ) throws {
        let set = try planner.definition(record.version, in: log)
        self.set = set
        closed = try log.closedPayload(of: record.version)
        self.definition = definition
        id = record.id
        (version, last, lastFired) = (record.version, record.last, record.lastFired)
        (next, waiting, fired, skipped) = (record.next, record.pending, record.fired, record.skipped)
        let isPaused = record.flags.contains(.isPaused) && !record.flags.contains(.isRemoved)
        pause = isPaused ? try RecurringPause.inForce(from: record.last, in: log) : nil
        var problem = set.broken
        do throws(Refusal) {
            _ = try planner.occurrences(of: set)
        } catch {
            problem = error.description
        }
        timetable = set.isManual ? nil : set.schedule.flatMap { try? planner.timetable($0) }
        standing = RecurringStatus.standing(record, problem)
    }

    private static func standing(_ record: RecurringRecord, _ problem: String?) -> Standing {
        if record.flags.contains(.isRemoved) { return .removed }
        if record.flags.contains(.isPaused) { return .paused(until: record.pausedUntil) }
        if let problem { return .broken(problem) }
        if record.flags.contains(.isManual) { return .byHand }
        return record.next == nil ? .over : .active
    }

    /// All of them, in the order in which they came into being; removed ones only if asked for.
    package static func all(
        withRemoved: Bool, _ planner: inout RecurringPlanner, in log: any LogSnapshot
    ) throws -> [RecurringStatus] {
        var found: [(SequenceNumber, RecurringRecord)] = []
        try RecurringBook.forEach(in: log) { definition, record in
            if withRemoved || !record.flags.contains(.isRemoved) { found.append((definition, record)) }
            return true
        }
        var all: [RecurringStatus] = []
        for (definition, record) in found {
            all.append(try RecurringStatus(definition, record, &planner, in: log))
        }
        return all
    }

    /// The one of that id, removed or not.
    package static func one(
        _ id: String, _ planner: inout RecurringPlanner, in log: any LogSnapshot
    ) throws -> RecurringStatus? {
        guard let definition = try RecurringBook.definition(id, in: log),
            let record = try RecurringBook.record(definition, in: log)
        else { return nil }
        return try RecurringStatus(definition, record, &planner, in: log)
    }
}
