package import DaybookLog
package import DaybookModel

/// Commands for what people and programs want of recurring jobs, made on what the ledgers say at a moment. If that has
/// changed when the command is decided, it is refused as `changedMeanwhile`, and made anew.
extension RecurringPlanner {
    /// Makes or changes one. `isLenient`: what cannot be followed is written down as broken instead of being refused.
    package mutating func setting(
        _ wish: RecurringSet, by actor: Actor, now: Instant, random: (salt: UInt64, jitter: UInt64),
        isLenient: Bool = false, in log: any LogSnapshot
    ) throws -> RecurringCommand {
        // Numbers that are out of all bounds cannot be planned with.
        if let refusal = wish.refusal { throw refusal }
        var set = wish
        set.job.salt = random.salt
        let record = try RecurringBook.definition(set.id, in: log).flatMap { try RecurringBook.record($0, in: log) }
        let old = record.flatMap { try? definition($0.version, in: log) }
        if set.followsZone { set.zoneData = zoneData }
        let following = record.flatMap { $0.isFollowing ? $0 : nil }
        if set.broken == nil {
            do throws(Refusal) {
                try plan(&set, insteadOf: old, following, now: now, random: random.jitter)
            } catch {
                guard isLenient else { throw error }
                set.broken = error.description
            }
        }
        if set.broken != nil { set.plan = RecurringNext() }
        var passed: RecurringStretch?
        if let following, let old, set.broken != nil || !old.isPlannedLike(set) {
            passed = self.passed(following, try? occurrences(of: old), now: now)
        }
        return .set(set, expected: record?.version ?? 0, passed: passed, actor: actor)
    }

    /// Plans what is to be set. What is planned stays if its occurrences are the same.
    private mutating func plan(
        _ set: inout RecurringSet, insteadOf old: RecurringSet?, _ record: RecurringRecord?, now: Instant,
        random: UInt64
    ) throws(Refusal) {
        let occurrences = try occurrences(of: set)
        if let record, let old, old.isPlannedLike(set) {
            set.plan = RecurringNext(planned: record.next, due: record.due)
        } else if let occurrences {
            set.plan = next(occurrences.next(after: now), set.jitterMicroseconds, now: now, random: random)
            guard set.plan.planned != nil else { throw .never }
        }
    }

    package func pausing(
        _ id: String, until: Instant?, reason: String, by actor: Actor, in log: any LogSnapshot
    ) throws -> RecurringCommand {
        .pause(try find(id, in: log).definition, until: until, reason: reason, actor: actor)
    }

    package mutating func resuming(
        _ id: String, reason: String, by actor: Actor, now: Instant, random: UInt64, in log: any LogSnapshot
    ) throws -> RecurringCommand {
        let (definition, record) = try find(id, in: log)
        let set = try self.definition(record.version, in: log)
        let plan = resumption(record, set, try occurrences(of: set), now: now, random: random)
        return .resume(definition, plan, reason: reason, actor: actor)
    }

    package mutating func removing(
        _ id: String, reason: String, by actor: Actor, now: Instant, in log: any LogSnapshot
    ) throws -> RecurringCommand {
        let (definition, record) = try find(id, in: log)
        var plan = RecurringPlan(version: record.version, expected: record.next)
        // Who cannot follow it can remove it.
        let occurrences = (try? self.definition(record.version, in: log)).flatMap { try? self.occurrences(of: $0) }
        plan.passed = passed(record, occurrences, now: now)
        return .remove(definition, plan, reason: reason, actor: actor)
    }

    /// One job now.
    package func triggering(
        _ id: String, by actor: Actor, now: Instant, salt: UInt64, reason: String = "", in log: any LogSnapshot
    ) throws -> RecurringCommand {
        try making(id, [now], .trigger, by: actor, salts: [salt], reason: reason, in: log)
    }

    /// Jobs for some instants, at most ``RecurringPlan/instantsMax``.
    package func making(
        _ id: String, _ instants: [Instant], _ origin: FireOrigin, by actor: Actor, salts: [UInt64],
        reason: String = "", in log: any LogSnapshot
    ) throws -> RecurringCommand {
        let (definition, record) = try find(id, in: log)
        let set = try self.definition(record.version, in: log)
        var actor = actor
        actor.recurring = definition
        return .make(
            definition, version: record.version, instants, origin, set, salts: salts, actor: actor, reason: reason)
    }

    /// The occurrences of a stretch of time, both ends included; refused if they are more than `max`.
    package mutating func instantsToFill(
        _ id: String, from start: Instant, through end: Instant, max: Int, now: Instant, in log: any LogSnapshot
    ) throws -> [Instant] {
        guard start <= end, end <= now else {
            throw Refusal(.badOption, "Only what has passed can be filled in: give a start, and an end up to now.")
        }
        let set = try self.definition(try find(id, in: log).record.version, in: log)
        let occurrences = try occurrencesToFollow(of: set)
        let before = start.advanced(microseconds: -1)
        let count = occurrences.count(after: before, through: end)
        guard count <= max else {
            throw Refusal(
                .badOption,
                "There are \(count) occurrences in that time, and at most \(max) may become jobs: shorten it, or "
                    + "raise the limit.")
        }
        var found: [Instant] = []
        var last = before
        while found.count < count, let next = occurrences.next(after: last), next <= end {
            found.append(next)
            last = next
        }
        return found
    }

    /// The next occurrences, the planned one first.
    package mutating func preview(
        _ id: String, count: Int, now: Instant, in log: any LogSnapshot
    ) throws -> [Instant] {
        let record = try find(id, in: log).record
        let set = try self.definition(record.version, in: log)
        let occurrences = try occurrencesToFollow(of: set)
        var found: [Instant] = []
        var last = record.next.map { $0.advanced(microseconds: -1) } ?? now
        while found.count < count, let next = occurrences.next(after: last) {
            found.append(next)
            last = next
        }
        return found
    }

    /// One that is there and not removed.
    package func find(
        _ id: String, in log: any LogSnapshot
    ) throws -> (definition: SequenceNumber, record: RecurringRecord) {
        guard let definition = try RecurringBook.definition(id, in: log),
            let record = try RecurringBook.record(definition, in: log), !record.flags.contains(.isRemoved)
        else { throw Refusal.noSuchRecurring }
        return (definition, record)
    }
}

extension RecurringSet {
    /// Whether its occurrences hang on zone data.
    var followsZone: Bool {
        guard let schedule, !isManual, zone != ZoneTable.utc.name else { return false }
        return !schedule.hasPrefix("every ")
    }

    /// Whether both have the same occurrences.
    fileprivate func isPlannedLike(_ other: RecurringSet) -> Bool {
        schedule == other.schedule && zone == other.zone && starts == other.starts && ends == other.ends
            && isManual == other.isManual
    }

    /// Whether both ask for the same, wherever they stand in the log.
    func asksTheSame(as other: RecurringSet) -> Bool { bare == other.bare }

    private var bare: RecurringSet {
        var bare = self
        (bare.definition, bare.earlier, bare.zoneData, bare.plan, bare.broken) = (0, 0, nil, RecurringNext(), nil)
        (bare.reason, bare.job.salt, bare.job.actor) = ("", 0, .system)
        return bare
    }
}

extension RecurringRecord {
    /// Whether the plan in it is that of the definition: it is in force and not broken.
    fileprivate var isFollowing: Bool {
        !flags.contains(.isRemoved) && !flags.contains(.isBroken)
    }
}

extension Refusal {
    static let never = Refusal(
        .badOption,
        "The schedule has no occurrence from now to its end, so it would never fire. For one that is only started by "
            + "hand say so.")

    static func byHand(_ id: String) -> Refusal {
        Refusal(.wrongState, "The recurring job \(id) has no schedule to follow: it is started by hand.")
    }
}
