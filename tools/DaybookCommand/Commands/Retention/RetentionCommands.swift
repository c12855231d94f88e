import DaybookLog
import DaybookModel

enum RetentionCommands {
    static let state = Option("--state", .state, "jobs that ended so: succeeded, failed or cancelled")
    static let name = Option("--name", .name("NAME"), "jobs of this name")
    static let tenant = Option("--tenant", .name("T"), "jobs of this tenant")
    static let keep = Option("--keep", .keeping, "how long after their end: 30d, forever, or default for no rule")
    static let job = Positional("ID", .job, .optional)

    static let set = CommandDescription(
        "retention set", "say how long finished jobs are kept in the ledgers",
        discussion: [
            "Without a rule succeeded and cancelled jobs are kept for 7 days and failed ones for 90. A rule about a "
                + "name or a tenant goes before one about a state; of one about the name and one about the tenant the "
                + "longer holds. The history of a job that left stays in the log."
        ],
        options: [
            keep.description, state.description, name.description, tenant.description, ManyJobs.actor.description,
            ManyJobs.reason.description,
        ]
    ) { call, context in
        guard let keep = try call.value(keep) else {
            throw Failure.wrongCall("Say for how long: --keep 30d, --keep forever or --keep default.")
        }
        let scope = try scope(call)
        try perform(call, context, "\(scope): \(keep.words)") { reason, actor in
            .keep(scope, keep.microseconds, reason: reason, actor: actor)
        }
    }

    static let hold = CommandDescription(
        "retention hold", "keep a job, or those of a name or tenant, whatever the rules say",
        discussion: ["While a hold is on a finished job it does not leave the ledgers, and nobody can delete it."],
        positionals: [job.description],
        options: [name.description, tenant.description, ManyJobs.actor.description, ManyJobs.reason.description]
    ) { call, context in
        let scope = try holdScope(call)
        try perform(call, context, "\(scope): held") { .hold(scope, reason: $0, actor: $1) }
    }

    static let release = CommandDescription(
        "retention release", "take a hold away", discussion: [],
        positionals: [job.description],
        options: [name.description, tenant.description, ManyJobs.actor.description, ManyJobs.reason.description]
    ) { call, context in
        let scope = try holdScope(call)
        try perform(call, context, "\(scope): released") { .release(scope, reason: $0, actor: $1) }
    }

    static let run = CommandDescription(
        "retention run", "take out of the ledgers what was kept for long enough",
        discussion: ["A process that works on the store does this by itself, unless it was told not to."],
        options: [ManyJobs.dryRun.description, ManyJobs.actor.description]
    ) { call, context in
        let isDryRun = call.has(ManyJobs.dryRun)
        let store = try isDryRun ? CommandStore.reading(context) : CommandStore.changing(context)
        defer { store.close() }
        let count = try store.retire(by: store.person(named: try call.value(ManyJobs.actor)), isDryRun: isDryRun)
        try context.print { json in
            json.object { $0.field("jobs", count) }
        } text: {
            let jobs = count == 0 ? "no job" : count == 1 ? "1 job" : "\(count) jobs"
            return [
                "\(jobs) \(isDryRun ? "would be" : count == 1 || count == 0 ? "was" : "were") taken out of the ledgers"
            ]
        }
    }

    private static func perform(
        _ call: Invocation, _ context: CommandContext, _ text: String,
        _ command: (_ reason: String, _ actor: Actor) -> RetentionCommand
    ) throws {
        let store = try CommandStore.writing(context)
        defer { store.close() }
        let actor = store.person(named: try call.value(ManyJobs.actor))
        let command = command(try call.value(ManyJobs.reason) ?? "", actor)
        let answer = try store.perform(.retention(Box(command)))
        try context.print { json in
            json.object { json in
                json.field("scope", command.scope)
                if case .done(let event) = answer { json.field("seq", event) }
            }
        } text: {
            [text]
        }
    }

    private static func scope(_ call: Invocation) throws -> RetentionScope {
        let state = try call.value(state)
        if let state, !state.isFinished {
            throw Failure.wrongCall("--state needs an end: succeeded, failed or cancelled.")
        }
        switch (try call.value(name), try call.value(tenant)) {
        case (let name?, nil): return .name(name, state)
        case (nil, let tenant?): return .tenant(tenant, state)
        case (nil, nil):
            return switch state {
            case .succeeded?: .succeeded
            case .failed?: .failed
            case .cancelled?: .cancelled
            default: .everything
            }
        default: throw Failure.wrongCall("Give --name or --tenant, not both.")
        }
    }

    private static func holdScope(_ call: Invocation) throws -> HoldScope {
        var scopes: [HoldScope] = []
        if let job = try call.value(job) { scopes.append(.job(job)) }
        if let name = try call.value(name) { scopes.append(.name(name)) }
        if let tenant = try call.value(tenant) { scopes.append(.tenant(tenant)) }
        guard let scope = scopes.first, scopes.count == 1 else {
            throw Failure.wrongCall("Say what the hold is about: a job's ID, a --name or a --tenant, one of them.")
        }
        return scope
    }
}

/// For how long something is kept, as a person says it.
struct Keeping: Sendable {
    /// Nil for no rule.
    let microseconds: UInt64?

    var words: String { microseconds.map { "kept " + RetentionSet.words($0) } ?? "no rule" }
}

extension ValueKind where Value == Keeping {
    static var keeping: ValueKind {
        ValueKind("D|forever|default") { text, label throws(Failure) in
            switch text {
            case "forever": return Keeping(microseconds: RetentionSet.forEver)
            case "default": return Keeping(microseconds: nil)
            default:
                return Keeping(
                    microseconds: UInt64(try ValueKind<WallDuration>.duration.read(text, label).microseconds))
            }
        }
    }
}

extension RetentionCommand {
    fileprivate var scope: String {
        switch self {
        case .keep(let scope, _, _, _): scope.description
        case .hold(let scope, _, _), .release(let scope, _, _): scope.description
        case .retire: ""
        }
    }
}

extension CommandStore {
    /// Takes out what may leave, a commit at a time, and answers how many jobs that were.
    func retire(by actor: Actor, isDryRun: Bool) throws -> Int {
        var count = 0
        try forEachRetirable { jobs in
            guard !isDryRun else {
                count += jobs.count
                return
            }
            let before = try read { try $0.last }
            _ = try perform(.retention(Box(.retire(jobs, actor: actor))))
            count += try read { log in
                var purged = 0
                try log.events(from: before + 1) { sequence, value in
                    if try EventHead(value, at: sequence).kind == EventKind.purged.rawValue { purged += 1 }
                    return true
                }
                return purged
            }
        }
        return count
    }
}
