internal import DaybookLog
internal import DaybookModel

/// The recurring jobs that stand in a program's code, brought into the store when the program opens it.
struct RecurringDefinitions {
    private let jobs: [RecurringJob]
    private let source: String
    private let isComplete: Bool
    private var planner: RecurringPlanner

    /// What one commit takes on.
    private static let batch = 200

    init(_ registry: JobRegistry, program: String, zones: Zones) {
        jobs = registry.recurringJobs
        source = registry.recurringSource ?? program
        // A program that never spoke of recurring jobs has nothing to say about those that its namesakes made.
        isComplete = registry.recurringSource != nil || !registry.recurringJobs.isEmpty
        planner = RecurringPlanner(zones)
    }

    /// Adds what is new, changes what stands differently, retires what is gone. On a full disk all stays as it was
    /// until the program starts again: what there is goes on.
    mutating func enter(
        in storage: any LogStorage, reserve: DiskReserve?, random: RandomNumbers, now: Instant, process: SequenceNumber
    ) throws {
        guard isComplete else { return }
        let writer = LogWriter(storage)
        let actor = Actor.process(process)
        for start in stride(from: 0, to: jobs.count, by: RecurringDefinitions.batch) {
            let part = jobs[start..<min(start + RecurringDefinitions.batch, jobs.count)]
            let bytes = part.reduce(0) { $0 + $1.set.job.arguments.count + 8_192 }
            if let reserve {
                let most = try reserve.worstCaseBytes(commands: part.count, byteCount: bytes)
                guard try reserve.hasRoom(for: .new, byteCount: most) else { return }
            }
            try writer.turn(now: now) { turn in
                for job in part { try enter(job, &turn, now: now, random, actor) }
            }
        }
        try retire(writer, storage, now: now, actor)
    }

    private mutating func enter(
        _ job: RecurringJob, _ turn: inout Turn, now: Instant, _ random: RandomNumbers, _ actor: Actor
    ) throws {
        var set = job.set
        set.origin = source
        let log = turn.transaction
        let record = try RecurringBook.definition(set.id, in: log).flatMap { try RecurringBook.record($0, in: log) }
        if let record, !record.flags.contains(.isRemoved) {
            guard record.origin == source else { return }
            if !record.flags.contains(.isBroken), let old = try? planner.definition(record.version, in: log),
                old.asksTheSame(as: set)
            {
                return
            }
        }
        let command = try planner.setting(
            set, by: actor, now: now, random: (random.drawn(), random.drawn()), isLenient: true, in: log)
        guard case .set(let decided, _, _, _) = command,
            record == nil || decided.broken == nil || !isKnown(decided.broken, record, log)
        else { return }
        let answer = try turn.perform(.recurring(Box(command)))
        if case .refused(let refusal) = answer, record == nil { throw refusal }
    }

    /// Whether the log says already that it is broken in this way, in force as it stands.
    private func isKnown(_ problem: String?, _ record: RecurringRecord?, _ log: any LogSnapshot) -> Bool {
        guard let record, !record.flags.contains(.isRemoved),
            let old = try? planner.definition(record.version, in: log)
        else { return false }
        return old.broken == problem
    }

    private func retire(_ writer: LogWriter, _ storage: any LogStorage, now: Instant, _ actor: Actor) throws {
        let there = Set(jobs.map(\.set.id))
        var gone: [SequenceNumber] = []
        try storage.read { log in
            try RecurringBook.forEach(in: log) { definition, record in
                if record.origin == source, !record.flags.contains(.isRemoved), !there.contains(record.id) {
                    gone.append(definition)
                }
                return true
            }
        }
        for start in stride(from: 0, to: gone.count, by: RecurringDefinitions.batch) {
            try writer.turn(now: now) { turn in
                for definition in gone[start..<min(start + RecurringDefinitions.batch, gone.count)] {
                    _ = try turn.perform(
                        .recurring(
                            Box(.remove(definition, reason: "no longer in the code of \(source)", actor: actor))))
                }
            }
        }
    }
}
