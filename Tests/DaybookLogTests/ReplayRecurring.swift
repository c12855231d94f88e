import DaybookLog
import DaybookModel

/// Commands about recurring jobs, made up on what the ledgers say; their instants come from no schedule.
struct ReplayRecurring {
    /// Some that are there, and some that are not.
    private static let ids = ["report", "tick", "mail.hourly", "backup", "sync", "index", "sweep", "poll"]

    static func command(
        in log: any LogSnapshot, now: Instant, _ random: inout SeededGenerator
    ) throws -> RecurringCommand {
        let id = ids.randomElement(using: &random)!
        let actor = Bool.random(using: &random) ? Actor.person("ann") : Actor.process(1)
        let definition = try RecurringBook.definition(id, in: log)
        guard let definition, let record = try RecurringBook.record(definition, in: log) else {
            return .set(set(id, now, &random), expected: 0, passed: nil, actor: actor)
        }
        var plan = RecurringPlan(version: record.version, expected: record.next)
        plan.next = next(now, &random)
        switch Int.random(in: 0..<30, using: &random) {
        case 0: return .set(set(id, now, &random), expected: record.version, passed: nil, actor: actor)
        case 1:
            let until = Bool.random(using: &random) ? nil : Optional(now.advanced(microseconds: 9_000_000))
            return .pause(definition, until: until, reason: "lunch", actor: actor)
        case 2, 3:
            plan.passed = RecurringStretch(first: now, last: now, count: 1)
            return .resume(definition, plan, reason: "", actor: actor)
        case 4:
            if Bool.random(using: &random) { plan.passed = RecurringStretch(first: now, last: now, count: 1) }
            return .remove(definition, plan, reason: "not needed", actor: actor)
        case 5:
            plan.zoneData = "2026b"
            return .replan(definition, plan, actor: actor)
        case 6:
            return .make(
                definition, version: record.version, [now], .trigger, set(id, now, &random), salts: [random.next()],
                actor: Actor(recurring: definition))
        case 7:
            return .make(
                definition, version: record.version, [record.pending ?? now], .waited, set(id, now, &random),
                salts: [random.next()], actor: Actor(process: 1, recurring: definition))
        default:
            plan.instants = (0..<Int.random(in: 0...3, using: &random)).map { now.advanced(microseconds: Int64($0)) }
            if record.overlap != .allow, Bool.random(using: &random) {
                plan.rest = RecurringStretch(
                    first: now.advanced(microseconds: 4), last: now.advanced(microseconds: 9), count: 6)
            }
            return .fire(
                definition, plan, set(id, now, &random), salts: plan.instants.map { _ in random.next() }, process: 1)
        }
    }

    private static func set(_ id: String, _ now: Instant, _ random: inout SeededGenerator) -> RecurringSet {
        var set = RecurringSet(
            id: id,
            job: Created(name: "job.1", queue: "mail", attempts: 2, salt: random.next(), arguments: Array("{}".utf8)))
        set.schedule = "* * * * *"
        set.overlap = id == "tick" ? .allow : Bool.random(using: &random) ? .wait : .skip
        set.misfire = [.once, .skip, .each(max: 3)].randomElement(using: &random)!
        set.plan = next(now, &random)
        return set
    }

    private static func next(_ now: Instant, _ random: inout SeededGenerator) -> RecurringNext {
        let planned = now.advanced(microseconds: Int64.random(in: -1_000_000...6_000_000, using: &random))
        return RecurringNext(planned: planned, due: planned)
    }
}
