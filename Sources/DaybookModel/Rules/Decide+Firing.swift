// Firing. Each occurrence that becomes a job is a `fired` event with the instant that was planned, followed by the
// job's
// `created` (or by `duplicate`, if its key is taken), whose cause it is. What becomes no job is one `skipped` event for
// a whole stretch. Every one of these events moves the plan on, and is decided only if the plan still stands where
// whoever found the instants saw it: so of any number of processes one handles each occurrence.

extension Books {
    mutating func fire(
        _ definition: SequenceNumber, _ plan: RecurringPlan, _ set: RecurringSet, _ salts: [UInt64],
        _ process: SequenceNumber, _ decision: inout Decision, in ledgers: any Ledgers
    ) throws -> Answer {
        guard let record = try present(definition, in: ledgers) else { return .refused(.noSuchRecurring) }
        guard record.isStill(plan), let due = record.due, due <= decision.now, !record.flags.contains(.isPaused),
            plan.instants.count <= salts.count, plan.instants.count <= RecurringPlan.instantsMax,
            set.job.key == nil || plan.instants.count <= 1, plan.rest == nil || record.overlap != .allow
        else { return .refused(.changedMeanwhile(record.id)) }
        var firing = Firing(
            definition: definition, record: record, plan: plan, set: set,
            actor: Actor(process: process, recurring: definition))
        if let passed = plan.passed {
            firing.earlier = decision.skip(
                passed, "late: the rule for misfires is \(record.misfire.word)", of: definition,
                after: firing.earlier, firing.next(behind: -1), by: firing.actor)
        }
        for index in plan.instants.indices {
            if firing.isFree {
                firing.skipOverlapping(before: index, &decision)
                _ = try firing.fire(plan.instants[index], salts[index], .schedule, index, &self, &decision, in: ledgers)
            } else if firing.mayWait {
                firing.skipOverlapping(before: index, &decision)
                firing.postpone(index, &decision)
            } else {
                let instant = plan.instants[index]
                firing.overlap(RecurringStretch(first: instant, last: instant, count: 1))
            }
        }
        if let rest = plan.rest, !firing.isFree, !firing.mayWait {
            firing.overlap(rest)
            firing.isThrough = true
        }
        firing.skipOverlapping(before: plan.instants.count, &decision)
        return .done(at: firing.earlier)
    }

    /// Jobs for instants that somebody wants, or that waited; the plan stays as it is.
    mutating func makeRecurring(
        _ definition: SequenceNumber, _ version: SequenceNumber, _ instants: [Instant], _ origin: FireOrigin,
        _ set: RecurringSet, _ salts: [UInt64], _ actor: Actor, _ reason: String, _ decision: inout Decision,
        in ledgers: any Ledgers
    ) throws -> Answer {
        guard let record = try present(definition, in: ledgers) else { return .refused(.noSuchRecurring) }
        guard record.version == version, instants.count <= salts.count,
            instants.count <= RecurringPlan.instantsMax, set.job.key == nil || instants.count <= 1,
            origin != .waited || (record.pending == instants.first && record.unfinished == 0)
        else { return .refused(.changedMeanwhile(record.id)) }
        if let broken = set.broken { return .refused(.isBroken(record.id, broken)) }
        var firing = Firing(
            definition: definition, record: record, plan: RecurringPlan(version: version, expected: record.next),
            set: set, actor: actor)
        firing.reason = reason
        var answers: [Answer] = []
        for (index, instant) in instants.enumerated() {
            answers.append(
                try firing.fire(instant, salts[index], origin, nil, &self, &decision, in: ledgers))
        }
        return .together(answers)
    }
}

/// One definition while some of its occurrences are handled.
private struct Firing {
    let definition: SequenceNumber
    let record: RecurringRecord
    let plan: RecurringPlan
    let set: RecurringSet
    let actor: Actor
    /// Why somebody wants it.
    var reason = ""
    /// Its latest event.
    var earlier: SequenceNumber
    /// Jobs of it that are not finished, those of this command included.
    var unfinished: Int
    var hasPending: Bool
    /// Occurrences whose forerunners have not finished, since the last event.
    var overlapping: RecurringStretch?
    /// Whether the plan's `rest` is handled, too.
    var isThrough = false

    init(
        definition: SequenceNumber, record: RecurringRecord, plan: RecurringPlan, set: RecurringSet, actor: Actor
    ) {
        self.definition = definition
        self.record = record
        self.plan = plan
        self.set = set
        self.actor = actor
        earlier = record.last
        unfinished = Int(record.unfinished)
        hasPending = record.pending != nil
    }

    /// Whether nothing is in the way of another.
    var isFree: Bool { record.overlap == .allow || unfinished == 0 }
    /// Whether the next one may wait until nothing is.
    var mayWait: Bool { record.overlap == .wait && !hasPending }

    /// What is planned behind the instant at `index`: the one after it, and behind the last what the plan says.
    func next(behind index: Int) -> RecurringNext {
        let isLast = index + 1 >= plan.instants.count
        guard let after = isLast ? (isThrough ? nil : plan.rest?.first) : plan.instants[index + 1] else {
            return plan.next
        }
        return RecurringNext(planned: after, due: after)
    }

    /// `index` is the place among the plan's instants; without one the plan stays as it is.
    mutating func fire(
        _ planned: Instant, _ salt: UInt64, _ origin: FireOrigin, _ index: Int?, _ books: inout Books,
        _ decision: inout Decision, in ledgers: any Ledgers
    ) throws -> Answer {
        var step = RecurringStep(definition: definition, earlier: earlier)
        step.planned = planned
        step.origin = origin
        step.reason = reason
        step.zoneData = plan.zoneData
        if let index { step.plan = next(behind: index) }
        earlier = decision.record(
            Event(time: decision.now, cause: record.version, actor: actor, body: .fired(Box(step))))
        var job = set.job
        job.salt = salt
        job.planned = planned
        job.actor = actor
        job.expires = set.expiresAfterMicroseconds.map { decision.now.advanced(microseconds: $0) }
        let answer = try books.enqueue(
            Box(job), .existing, among: Books.Surroundings(success: earlier), &decision, in: ledgers)
        if case .created = answer { unfinished += 1 }
        return answer
    }

    mutating func postpone(_ index: Int, _ decision: inout Decision) {
        var step = RecurringStep(definition: definition, earlier: earlier)
        step.planned = plan.instants[index]
        step.plan = next(behind: index)
        step.zoneData = plan.zoneData
        step.reason = "overlap: its forerunner has not finished"
        earlier = decision.record(
            Event(time: decision.now, cause: record.version, actor: actor, body: .postponed(Box(step))))
        hasPending = true
    }

    mutating func overlap(_ stretch: RecurringStretch) {
        overlapping = RecurringStretch(
            first: overlapping?.first ?? stretch.first, last: stretch.last,
            count: (overlapping?.count ?? 0) + stretch.count)
    }

    /// Writes down what has gathered in `overlapping`, as one stretch.
    mutating func skipOverlapping(before index: Int, _ decision: inout Decision) {
        guard let stretch = overlapping.take() else { return }
        let reason =
            record.overlap == .wait
            ? "overlap: its forerunner has not finished, and another waits already"
            : "overlap: its forerunner has not finished"
        earlier = decision.skip(stretch, reason, of: definition, after: earlier, next(behind: index - 1), by: actor)
    }
}
