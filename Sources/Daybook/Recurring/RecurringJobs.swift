package import DaybookLog
public import DaybookModel

/// The recurring jobs of a store.
///
///     try await engine.recurring.set(
///         RecurringJob("report.nightly", SendReport(to: "ada"), .daily(at: TimeOfDay(2, 30)), .zone("Europe/Berlin")))
///     try await engine.recurring.pause("report.nightly", until: monday, reason: "the printer is out", by: "ann")
///     try await engine.recurring.trigger("report.nightly")
///
/// They fire in whichever process has the store open.
public struct RecurringJobs: Sendable {
    let engine: JobEngine

    /// Makes one, or changes the one of that id. Neither makes it fire; what is planned stays planned if the schedule
    /// stays the same. `person` is who wants it.
    public func set(_ job: RecurringJob, by person: String? = nil) async throws {
        let job = job.filled(by: engine)
        if let fault = job.fault { throw fault }
        try engine.limits.checkArguments(job.set.job.arguments.count)
        let salt = try engine.random.next()
        _ = try await perform { planner, log in
            try planner.setting(
                job.set, by: actor(person), now: engine.clock.now(), random: (salt, engine.random.drawn()), in: log)
        }
    }

    /// It fires no more until somebody resumes it or `until` comes. What comes meanwhile is skipped. Answers the event.
    @discardableResult
    public func pause(
        _ id: String, until: Instant? = nil, reason: String = "", by person: String? = nil
    ) async throws -> SequenceNumber {
        try await performAsOne { planner, log in
            try planner.pausing(id, until: until, reason: reason, by: actor(person), in: log)
        }
    }

    /// Ends a pause. Answers the event.
    @discardableResult
    public func resume(
        _ id: String, reason: String = "", by person: String? = nil
    ) async throws -> SequenceNumber {
        try await performAsOne { planner, log in
            try planner.resuming(
                id, reason: reason, by: actor(person), now: engine.clock.now(), random: engine.random.drawn(), in: log)
        }
    }

    /// Takes it out. Its history stays, and comes back if one of that id is set again. Jobs that it made go on.
    public func remove(_ id: String, reason: String = "", by person: String? = nil) async throws {
        _ = try await perform { planner, log in
            try planner.removing(id, reason: reason, by: actor(person), now: engine.clock.now(), in: log)
        }
    }

    /// Makes one of its jobs now, paused or not and whatever else of it runs. What is planned stays planned.
    @discardableResult
    public func trigger(
        _ id: String, reason: String = "", by person: String? = nil
    ) async throws -> JobHandle<[UInt8]> {
        let salt = try engine.random.next()
        let answer = try await perform { planner, log in
            try planner.triggering(
                id, by: actor(person), now: engine.clock.now(), salt: salt, reason: reason, in: log)
        }
        guard case .together(let answers) = answer, let first = answers.first else {
            return try engine.handle(for: answer, .bytes)
        }
        return try engine.handle(for: first, .bytes)
    }

    /// Makes jobs for all occurrences of a stretch of time that has passed, whether they fired then or not. Refused if
    /// they are more than `max`.
    @discardableResult
    public func backfill(
        _ id: String, from start: Instant, through end: Instant, max: Int = RecurringJobs.backfillMax,
        by person: String? = nil
    ) async throws -> [JobHandle<[UInt8]>] {
        var planner = RecurringPlanner(engine.writer.zones)
        let instants = try engine.read {
            try planner.instantsToFill(id, from: start, through: end, max: max, now: engine.clock.now(), in: $0)
        }
        var handles: [JobHandle<[UInt8]>] = []
        for first in stride(from: 0, to: instants.count, by: RecurringPlan.instantsMax) {
            let part = Array(instants[first..<Swift.min(first + RecurringPlan.instantsMax, instants.count)])
            handles += try await make(id, part, by: person)
        }
        return handles
    }

    /// What ``backfill(_:from:through:max:by:)`` makes at most, unless told otherwise.
    public static let backfillMax = 1_000

    private func make(_ id: String, _ instants: [Instant], by person: String?) async throws -> [JobHandle<[UInt8]>] {
        let salts = try instants.map { _ in try engine.random.next() }
        let answer = try await perform { planner, log in
            try planner.making(id, instants, .backfill, by: actor(person), salts: salts, in: log)
        }
        guard case .together(let answers) = answer else { return [] }
        return try answers.map { try engine.handle(for: $0, .bytes) }
    }

    /// The next occurrences, the planned one first.
    public func preview(_ id: String, count: Int) throws -> [Instant] { try reading.preview(id, count: count) }

    /// All of them, in the order in which they came into being.
    public func all(withRemoved: Bool = false) throws -> [RecurringStatus] {
        try reading.all(withRemoved: withRemoved)
    }

    /// The one of that id, removed or not; nil if there never was one.
    public func one(_ id: String) throws -> RecurringStatus? { try reading.one(id) }

    /// What happened to it, the latest first.
    public func history(_ id: String, limit: Int = 100) throws -> [RecurringEntry] {
        try reading.history(id, limit: limit)
    }

    /// How many of its latest runs have succeeded, failed and so on, and how long they took.
    public func statistics(_ id: String) throws -> RecurringStatistics { try reading.statistics(id) }

    private var reading: RecurringReading { reading(engine.storage, now: engine.clock.now()) }

    /// Recurring jobs as a store has them that may be one of its past.
    package func reading(_ storage: any LogStorage, now: Instant) -> RecurringReading {
        RecurringReading(storage: storage, zones: engine.writer.zones, now: now)
    }

    // MARK: Commands

    private func actor(_ person: String?) throws(Refusal) -> Actor { try engine.actor(person) }

    /// Makes a command on what the ledgers say and hands it over; made anew if somebody was faster.
    private func perform(
        _ make: (inout RecurringPlanner, any LogSnapshot) throws -> RecurringCommand
    ) async throws -> Answer {
        var planner = RecurringPlanner(engine.writer.zones)
        for _ in 0..<RecurringJobs.attempts {
            let command = try engine.read { try make(&planner, $0) }
            let answer = try await engine.perform(.recurring(Box(command)))
            guard case .refused(let refusal) = answer else { return answer }
            guard refusal.code == .changedMeanwhile else { throw refusal }
        }
        throw Refusal(
            .changedMeanwhile, "The recurring job changes all the time; try again when it is less busy.")
    }

    private static let attempts = 100

    private func performAsOne(
        _ make: (inout RecurringPlanner, any LogSnapshot) throws -> RecurringCommand
    ) async throws -> SequenceNumber {
        guard case .done(let event) = try await perform(make) else {
            throw Refusal(.badOption, "The store answered something else than was asked.")
        }
        return event
    }
}

extension JobEngine {
    /// The recurring jobs of the store.
    public var recurring: RecurringJobs { RecurringJobs(engine: self) }

    /// Reads zone data anew, and plans anew what it changes. It is also looked at when the engine opens.
    public func refreshZones() {
        writer.zones.refresh()
        writer.recurringSignals.noteZonesChanged()
        writer.inbox.poke()
    }
}
