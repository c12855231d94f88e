import DaybookLog
import DaybookModel

enum BatchCommands {
    static let batch = Positional("ID", .sequence)
    static let name = Positional("NAME", .name("NAME"), .optional)

    static let create = CommandDescription(
        "batches create", "make an open batch, and say its number; it takes jobs by `enqueue --batch`",
        discussion: [
            "It does not end before `batches seal`, so that its first jobs may end while more are added.",
            "Inside another batch it counts as one of that one's jobs, and comes to what its own come to.",
        ],
        positionals: [name.description], options: [JobRequest.batchOption.description]
    ) { call, context in
        let store = try CommandStore.writing(context)
        defer { store.close() }
        let new = NewBatch(
            name: try call.value(name) ?? "", in: try call.value(JobRequest.batchOption) ?? 0, isOpen: true, jobs: [],
            actor: store.person)
        guard case .together(let answers) = try store.perform(.batch(Box(.create(new)))),
            case .done(let batch)? = answers.first
        else { return }
        try say(batch, batch, "created", context)
    }

    static let seal = CommandDescription(
        "batches seal", "let a batch end with the last of its jobs", positionals: [batch.description]
    ) { call, context in
        try run(call, context, "sealed") { .batch(Box(.seal($0, actor: $2))) }
    }

    static let cancel = CommandDescription(
        "batches cancel", "cancel a batch and all of its jobs that have not finished",
        positionals: [batch.description], options: [ManyJobs.actor.description, ManyJobs.reason.description]
    ) { call, context in
        try run(call, context, "cancelled") { .batch(Box(.cancel($0, reason: $1, actor: $2))) }
    }

    private static func run(
        _ call: Invocation, _ context: CommandContext, _ participle: String,
        _ command: (_ batch: SequenceNumber, _ reason: String, _ actor: Actor) -> Command
    ) throws {
        guard let batch = try call.value(batch) else { return }
        let store = try CommandStore.changing(context)
        defer { store.close() }
        let hasActor = participle == "cancelled"
        let actor = store.person(named: hasActor ? try call.value(ManyJobs.actor) : nil)
        let reason = try hasActor ? call.value(ManyJobs.reason) ?? "" : ""
        guard case .done(let event) = try store.perform(command(batch, reason, actor)) else { return }
        try say(batch, event, participle, context)
    }

    private static func say(
        _ batch: SequenceNumber, _ event: SequenceNumber, _ participle: String, _ context: CommandContext
    ) throws {
        try context.print { json in
            json.object { json in
                json.field("batch", batch)
                json.field("seq", event)
            }
        } text: {
            [participle == "created" ? "\(batch)" : "\(participle) batch \(batch)"]
        }
    }
}
