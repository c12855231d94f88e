internal import DaybookLog
internal import DaybookModel

/// The recurring jobs that stand in a program's code, brought into the store when the program opens it.
struct RecurringDefinitions {
    /// What the code says, each with the sentence that says what is wrong with it, if anything is.
    private let sets: [RecurringSet]
    private let source: String
    private let isComplete: Bool
    private var planner: RecurringPlanner

    /// What one commit takes on.
    private static let batch = 200

    init(_ registry: JobRegistry, program: String, zones: Zones, _ limits: PayloadLimits) {
        let source = registry.recurringSource ?? program
        sets = RecurringDefinitions.sets(registry.recurringJobs.map { $0.filled(from: registry.types) }, source, limits)
        self.source = source
        // A program that never spoke of recurring jobs has nothing to say about those that its namesakes made.
        isComplete = registry.recurringSource != nil || !registry.recurringJobs.isEmpty
        planner = RecurringPlanner(zones)
    }

    /// One that has a mistake is broken, and so are two that go by one id: nothing says which of them is meant.
    private static func sets(_ jobs: [RecurringJob], _ source: String, _ limits: PayloadLimits) -> [RecurringSet] {
        var places: [String: Int] = [:]
        var sets: [RecurringSet] = []
        for job in jobs {
            if let place = places[job.set.id] {
                sets[place].broken = "It stands more than once in the code of \(source); keep one."
                continue
            }
            places[job.set.id] = sets.count
            sets.append(asItStands(job, limits))
        }
        return sets.map { set in
            guard let refusal = set.refusal else { return set }
            var sound = set.withoutMistakes
            let name = sound.id == set.id ? "" : " It is written \(quoted(set.id)) in the code."
            sound.broken = set.broken ?? refusal.description + name
            return sound
        }
    }

    private static func asItStands(_ job: RecurringJob, _ limits: PayloadLimits) -> RecurringSet {
        var set = job.set
        set.broken = set.broken ?? job.fault?.description
        do {
            try limits.checkArguments(set.job.arguments.count)
        } catch {
            set.broken = set.broken ?? error.description
            set.job.arguments = []
        }
        return set
    }

    /// Adds what is new, changes what stands differently, retires what is gone. On a full disk, and where a newer
    /// release has written what this one does not understand, all stays as it was until the program starts again: what
    /// there is goes on.
    mutating func enter(
        in storage: any LogStorage, reserve: DiskReserve?, random: RandomNumbers, now: @autoclosure () -> Instant,
        process: SequenceNumber
    ) throws {
        guard isComplete else { return }
        let writer = LogWriter(storage)
        let actor = Actor.process(process)
        for start in stride(from: 0, to: sets.count, by: RecurringDefinitions.batch) {
            let part = sets[start..<min(start + RecurringDefinitions.batch, sets.count)]
            let bytes = part.reduce(0) { $0 + $1.job.arguments.count + 8_192 }
            if let reserve {
                let most = try reserve.worstCaseBytes(commands: part.count, byteCount: bytes)
                guard try reserve.hasRoom(for: .new, byteCount: most) else { return }
            }
            try writer.turn(now: now()) { turn in
                guard turn.stranger == nil else { return }
                for set in part { try enter(set, &turn, now: turn.now, random, actor) }
            }
        }
        try retire(writer, storage, now: now, actor)
    }

    private mutating func enter(
        _ wish: RecurringSet, _ turn: inout Turn, now: Instant, _ random: RandomNumbers, _ actor: Actor
    ) throws {
        var set = wish
        set.origin = source
        let log = turn.transaction
        let record = try RecurringBook.definition(set.id, in: log).flatMap { try RecurringBook.record($0, in: log) }
        var old: RecurringSet?
        if let record, !record.flags.contains(.isRemoved) {
            guard record.origin == source else { return }
            old = try? planner.definition(record.version, in: log)
            // What was broken is tried again.
            if let old, old.broken == nil, set.broken == nil, old.asksTheSame(as: set) { return }
        }
        let command = try planner.setting(
            set, by: actor, now: now, random: (random.drawn(), random.drawn()), isLenient: true, in: log)
        if let old, case .set(let decided, _, _, _) = command, decided.broken != nil, old.broken == decided.broken,
            old.asksTheSame(as: decided)
        {
            return
        }
        if case .refused(let refusal) = try turn.perform(.recurring(Box(command))) { throw refusal }
    }

    private func isOurs(_ id: String, _ log: any LogSnapshot) throws -> Bool {
        guard let definition = try RecurringBook.definition(id, in: log),
            let record = try RecurringBook.record(definition, in: log)
        else { return false }
        return record.origin == source && !record.flags.contains(.isRemoved)
    }

    private mutating func retire(
        _ writer: LogWriter, _ storage: any LogStorage, now: () -> Instant, _ actor: Actor
    ) throws {
        let there = Set(sets.map(\.id))
        var gone: [String] = []
        try storage.read { log in
            try RecurringBook.forEach(in: log) { _, record in
                if record.origin == source, !record.flags.contains(.isRemoved), !there.contains(record.id) {
                    gone.append(record.id)
                }
                return true
            }
        }
        for start in stride(from: 0, to: gone.count, by: RecurringDefinitions.batch) {
            try writer.turn(now: now()) { turn in
                guard turn.stranger == nil else { return }
                for id in gone[start..<min(start + RecurringDefinitions.batch, gone.count)] {
                    // Somebody may have been faster since.
                    guard try isOurs(id, turn.transaction) else { continue }
                    let command = try planner.removing(
                        id, reason: "no longer in the code of \(source)", by: actor, now: turn.now,
                        in: turn.transaction)
                    _ = try turn.perform(.recurring(Box(command)))
                }
            }
        }
    }
}
