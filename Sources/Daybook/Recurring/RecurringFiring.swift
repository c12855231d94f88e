// Recurring jobs in the writer's turn. Every process that has the store open looks, in each turn that it makes anyway,
// at the first row of what is due; the writer's own wait ends when that comes. Whose turn is first fires, in one
// transaction with the moving on of the plan, and the others find the plan moved on. There is no leader.
//
// A definition that cannot be followed here (a zone that this machine does not know, a row that is damaged) stands
// aside for a minute and keeps nobody up: another process may follow it.

internal import DaybookLog
internal import DaybookModel
internal import Synchronization

struct RecurringFiring {
    private let process: SequenceNumber
    private let random: RandomNumbers
    private let signals: RecurringSignals
    private var planner: RecurringPlanner
    private var state = State()
    /// What a turn that failed goes back to.
    private var committed = State()
    /// What was being handled when the turn failed, if it failed there.
    private var suspect: SequenceNumber?

    private struct State {
        /// Until when what cannot be followed here is left alone.
        var aside: [SequenceNumber: Instant] = [:]
        /// Behind which definition the search for what newer zone data changes goes on; nil if it is done.
        var replanFrom: SequenceNumber?
        /// When to look again.
        var next: Instant?
    }

    /// What one turn takes on, so that nobody waits long for it.
    static let definitionsMax = 1_000
    private static let eventsMax = 4_000
    private static let bytesMax = 4 << 20
    private static let asideMicroseconds: Int64 = 60_000_000

    init(process: SequenceNumber, zones: Zones, random: RandomNumbers, signals: RecurringSignals) {
        self.process = process
        self.random = random
        self.signals = signals
        planner = RecurringPlanner(zones)
    }

    /// For an engine's writer.
    init(_ writer: Writer) {
        self.init(
            process: writer.process, zones: writer.zones, random: writer.random, signals: writer.recurringSignals)
    }

    /// Whether many may be due, as far as the last turn knew.
    func expectsMany(at now: Instant) -> Bool { state.next.map { $0 <= now } ?? false }

    /// Before a turn, which may be run more than once.
    mutating func begin() {
        state = committed
        suspect = nil
    }

    mutating func commit() { committed = state }

    /// The turn failed. If it did so on a definition, the next one goes on without it.
    mutating func blame(at now: Instant) {
        if let suspect { committed.aside[suspect] = now.advanced(microseconds: RecurringFiring.asideMicroseconds) }
    }

    /// Handles what is due, at most so many definitions. Answers when to look again.
    mutating func perform(_ turn: inout Turn, now: Instant, limit: Int) throws -> Instant? {
        if signals.takeZonesChanged() {
            (state.replanFrom, state.aside) = (0, [:])
            // Whatever becomes of this turn.
            (committed.replanFrom, committed.aside) = (0, [:])
        }
        state.next = try handleDue(&turn, now, limit)
        return state.next
    }

    private mutating func handleDue(_ turn: inout Turn, _ now: Instant, _ limit: Int) throws -> Instant? {
        if let from = state.replanFrom { state.replanFrom = try replan(after: from, &turn, now) }
        if let first = try turn.nextRecurringDue(), first <= now {
            let (events, bytes) = (turn.count, turn.byteCount)
            for definition in try due(&turn, now, limit) {
                guard turn.count - events < RecurringFiring.eventsMax, turn.byteCount - bytes < RecurringFiring.bytesMax
                else { return now }
                try handle(definition, &turn, now)
            }
        }
        return state.replanFrom == nil ? try nextDue(&turn) : now
    }

    private func due(_ turn: inout Turn, _ now: Instant, _ limit: Int) throws -> [SequenceNumber] {
        var due: [SequenceNumber] = []
        try RecurringBook.forEachDue(in: turn.transaction) { instant, definition in
            guard instant <= now, due.count < limit else { return false }
            if !isAside(definition, now) { due.append(definition) }
            return true
        }
        return due
    }

    private func isAside(_ definition: SequenceNumber, _ now: Instant) -> Bool {
        guard let until = state.aside[definition], until > now else { return false }
        // A clock that was put back does not lengthen the minute.
        return until.microseconds - now.microseconds <= RecurringFiring.asideMicroseconds
    }

    /// When the first that is not set aside is due, or may be tried again.
    private func nextDue(_ turn: inout Turn) throws -> Instant? {
        guard !state.aside.isEmpty else { return try turn.nextRecurringDue() }
        var next: Instant?
        try RecurringBook.forEachDue(in: turn.transaction) { instant, definition in
            let look = state.aside[definition].map { max($0, instant) } ?? instant
            next = min(next ?? look, look)
            return state.aside[definition] != nil
        }
        return next
    }

    /// One definition. What is wrong with it alone sets it aside; what is wrong with the store is thrown.
    private mutating func handle(_ definition: SequenceNumber, _ turn: inout Turn, _ now: Instant) throws {
        guard let command = try? self.command(definition, turn, now) else { return setAside(definition, now) }
        suspect = definition
        let answer = try turn.perform(.recurring(Box(command)))
        suspect = nil
        if case .refused = answer { return setAside(definition, now) }
        if !state.aside.isEmpty { state.aside[definition] = nil }
    }

    private mutating func setAside(_ definition: SequenceNumber, _ now: Instant) {
        state.aside[definition] = now.advanced(microseconds: RecurringFiring.asideMicroseconds)
    }

    private mutating func command(
        _ definition: SequenceNumber, _ turn: Turn, _ now: Instant
    ) throws -> RecurringCommand? {
        guard let record = try RecurringBook.record(definition, in: turn.transaction) else { return nil }
        let set = try planner.definition(record.version, in: turn.transaction)
        if record.flags.contains(.isPaused) {
            // What comes from the pause's end on is not the pause's: if nobody was there to end it, it is late.
            let end = min(now, record.pausedUntil ?? now).advanced(microseconds: -1)
            let plan = planner.resumption(
                record, set, try planner.occurrences(of: set), now: end, random: random.drawn())
            return .resume(
                definition, plan, reason: "the pause has ended",
                actor: Actor(process: process, recurring: definition))
        }
        if let pending = record.pending, record.unfinished == 0 {
            return .make(
                definition, version: record.version, [pending], .waited, set, salts: [random.drawn()],
                actor: Actor(process: process, recurring: definition))
        }
        guard let occurrences = try planner.occurrences(of: set) else { return nil }
        let plan = planner.plan(
            record, set, occurrences, now: now, random: set.jitterMicroseconds == 0 ? 0 : random.drawn())
        return .fire(
            definition, plan, set, salts: plan.instants.map { _ in random.drawn() }, process: process)
    }

    // MARK: Newer zone data

    /// Plans anew what was planned with older zone data than this process has; answers where to go on.
    private mutating func replan(
        after last: SequenceNumber, _ turn: inout Turn, _ now: Instant
    ) throws -> SequenceNumber? {
        var found: [(SequenceNumber, RecurringRecord)] = []
        var reached = last
        var seen = 0
        try RecurringBook.forEach(after: last, in: turn.transaction) { definition, record in
            guard seen < 10 * RecurringFiring.definitionsMax, found.count < RecurringFiring.definitionsMax else {
                return false
            }
            (reached, seen) = (definition, seen + 1)
            if planner.mustReplan(record) { found.append((definition, record)) }
            return true
        }
        for (definition, record) in found {
            guard let set = try? planner.definition(record.version, in: turn.transaction),
                let occurrences = try? planner.occurrences(of: set)
            else { continue }
            let command = planner.replanning(
                definition, record, occurrences, now: now, random: random.drawn(),
                actor: Actor(process: process, recurring: definition))
            _ = try turn.perform(.recurring(Box(command)))
        }
        return seen == 0 ? nil : reached
    }
}

/// What others tell the writer about recurring jobs.
final class RecurringSignals: Sendable {
    /// True at first: zone data may be newer than what the store was planned with.
    private let zonesChanged = Atomic(true)

    func noteZonesChanged() { zonesChanged.store(true, ordering: .releasing) }

    fileprivate func takeZonesChanged() -> Bool {
        guard zonesChanged.load(ordering: .relaxed) else { return false }
        return zonesChanged.exchange(false, ordering: .acquiring)
    }
}
