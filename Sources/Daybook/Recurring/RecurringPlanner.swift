// Finds instants for the rules. What a schedule says depends on zones, which the rules know nothing of, so it is asked
// here, before a command is decided; the instants then stand in the command, and in the events that come of it.

package import DaybookLog
package import DaybookModel

/// Plans what recurring jobs do next. Not Sendable: it keeps what it has read of schedules.
package struct RecurringPlanner {
    private let zones: Zones
    private var timetables: [String: Timetable] = [:]

    /// Schedules are mostly alike: a few are kept, and all are forgotten when they are many.
    private static let timetablesMax = 1_024

    package init(_ zones: Zones) {
        self.zones = zones
    }

    /// The release of the zone data.
    package var zoneData: String { zones.dataVersion ?? "" }

    /// What was set, as the log has it.
    package func definition(_ version: SequenceNumber, in log: any LogSnapshot) throws -> RecurringSet {
        let event = try log.event(version) { try Event($0, at: version) }
        guard case .recurringSet(let set)? = event?.body else {
            throw LogError(
                .damaged, "Event \(version) does not set a recurring job although the ledgers say so.", at: version)
        }
        var opened = set.value
        opened.job = try log.opened(opened.job, at: version).job
        return opened
    }

    /// When it fires; nil if that is by hand only, or if it is broken. Refuses a schedule or a zone that cannot be
    /// followed.
    mutating func occurrences(of set: RecurringSet) throws(Refusal) -> Occurrences? {
        guard let text = set.schedule, !set.isManual, set.broken == nil else { return nil }
        return Occurrences(
            timetable: try timetable(text), zone: try zone(of: set), starts: set.starts, ends: set.ends)
    }

    /// The occurrences of one that has some to follow.
    mutating func occurrencesToFollow(of set: RecurringSet) throws(Refusal) -> Occurrences {
        if let broken = set.broken { throw .isBroken(set.id, broken) }
        guard let occurrences = try occurrences(of: set) else { throw .byHand(set.id) }
        return occurrences
    }

    mutating func timetable(_ text: String) throws(Refusal) -> Timetable {
        if let known = timetables[text] { return known }
        let found: Timetable
        do {
            found = try Schedule(text).compiled()
        } catch {
            throw Refusal(.badOption, "The schedule cannot be followed: \(error.description).")
        }
        if timetables.count >= RecurringPlanner.timetablesMax { timetables.removeAll(keepingCapacity: true) }
        timetables[text] = found
        return found
    }

    private func zone(of set: RecurringSet) throws(Refusal) -> ZoneTable {
        guard set.zone != ZoneTable.utc.name else { return .utc }
        do {
            return try zones.table(named: set.zone)
        } catch {
            throw Refusal(.badOption, "The zone cannot be followed: \(error.description).")
        }
    }

    // MARK: Plans

    /// What has come since the definition was looked at last, and what comes next. What is late comes under the rule
    /// for misfires; what is not fires, each by itself.
    func plan(
        _ record: RecurringRecord, _ set: RecurringSet, _ occurrences: Occurrences, now: Instant, random: UInt64
    ) -> RecurringPlan {
        var plan = RecurringPlan(version: record.version, expected: record.next)
        plan.zoneData = set.zoneData.map { _ in zoneData }
        guard let first = record.next else { return plan }
        let isAlone = occurrences.next(after: first).map { $0 > now } ?? true
        func count(through end: Instant) -> Int {
            isAlone ? 1 : 1 + occurrences.count(after: first, through: end)
        }
        let total = count(through: now)
        func occurrence(fromEnd index: Int) -> Instant {
            guard index < total - 1 else { return first }
            return occurrences.latest(skipping: index, after: first, through: now) ?? first
        }
        let lastLate = record.lastLate(at: now)
        let late = first > lastLate ? 0 : count(through: lastLate)
        let lost = late - record.misfire.kept(of: late)
        let kept = total - lost
        if lost > 0 {
            plan.passed = RecurringStretch(first: first, last: occurrence(fromEnd: kept), count: lost)
        }
        let most = min(kept, RecurringPlan.instantsMax(under: record.overlap, withKey: set.job.key != nil))
        if most > 0 { plan.instants = [occurrence(fromEnd: kept - 1)] }
        while plan.instants.count < most, let next = occurrences.next(after: plan.instants[plan.instants.count - 1]) {
            plan.instants.append(next)
        }
        var last = plan.instants.last ?? plan.passed?.last ?? first
        if record.overlap != .allow, kept > plan.instants.count, let next = occurrences.next(after: last) {
            last = occurrence(fromEnd: 0)
            plan.rest = RecurringStretch(first: next, last: last, count: kept - plan.instants.count)
        }
        plan.next = next(occurrences.next(after: last), record.jitterMicroseconds, now: now, random: random)
        return plan
    }

    /// What was not handled by now, and what comes after: for a pause that ends.
    func resumption(
        _ record: RecurringRecord, _ set: RecurringSet, _ occurrences: Occurrences?, now: Instant, random: UInt64
    ) -> RecurringPlan {
        var plan = RecurringPlan(version: record.version, expected: record.next)
        guard let occurrences else { return plan }
        plan.zoneData = set.zoneData.map { _ in zoneData }
        plan.passed = passed(record, occurrences, now: now)
        guard plan.passed != nil || record.next == nil else {
            plan.next = RecurringNext(planned: record.next, due: record.due)
            return plan
        }
        plan.next = next(
            occurrences.next(after: max(now, record.handled)), set.jitterMicroseconds, now: now, random: random)
        return plan
    }

    /// The occurrences up to now that nobody handled; of one that cannot be followed, as far as the ledgers know.
    func passed(_ record: RecurringRecord, _ occurrences: Occurrences?, now: Instant) -> RecurringStretch? {
        guard let first = record.next, first <= now else { return nil }
        guard let occurrences else { return RecurringStretch(first: first, last: first, count: 1) }
        let further = occurrences.count(after: first, through: now)
        let last = further == 0 ? first : occurrences.latest(skipping: 0, after: first, through: now) ?? first
        return RecurringStretch(first: first, last: last, count: 1 + further)
    }

    /// An occurrence, and when it is due. What has come already is not spread any more.
    func next(_ planned: Instant?, _ jitterMicroseconds: Int64, now: Instant, random: UInt64) -> RecurringNext {
        guard let planned else { return RecurringNext() }
        guard jitterMicroseconds > 0, planned > now else { return RecurringNext(planned: planned, due: planned) }
        let drawn = Int64(random % UInt64(jitterMicroseconds + 1))
        return RecurringNext(planned: planned, due: planned.advanced(microseconds: drawn))
    }

    /// Whether newer zone data than it was planned with is here.
    func mustReplan(_ record: RecurringRecord) -> Bool {
        record.flags.contains(.followsZone) && !record.flags.contains(.isRemoved) && record.next != nil
            && record.zoneData < zoneData
    }

    func replanning(
        _ definition: SequenceNumber, _ record: RecurringRecord, _ occurrences: Occurrences, now: Instant,
        random: UInt64, actor: Actor
    ) -> RecurringCommand {
        var plan = RecurringPlan(version: record.version, expected: record.next)
        plan.zoneData = zoneData
        let planned = occurrences.next(after: record.handled)
        // What stays where it was keeps the jitter that was drawn for it.
        plan.next =
            planned == record.next
            ? RecurringNext(planned: record.next, due: record.due)
            : next(planned, record.jitterMicroseconds, now: now, random: random)
        return .replan(definition, plan, actor: actor)
    }
}
