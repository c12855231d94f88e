import DaybookLog
import DaybookModel

enum PauseQueues {
    static let queues = Positional("QUEUE", .name("QUEUE"), .any)
    static let all = Flag("--all", "every queue that there is")
    static let options = [all.description, ManyJobs.actor.description, ManyJobs.reason.description]

    static let description = CommandDescription(
        "queues pause", "hand out no more jobs of a queue; what runs goes on",
        positionals: [queues.description], options: options
    ) { call, context in
        try run(call, context, "paused") { .pauseQueue($0, reason: $1, actor: $2) }
    }

    /// Pausing and resuming differ in one word and one command.
    static func run(
        _ call: Invocation, _ context: CommandContext, _ participle: String,
        _ command: (_ queue: String, _ reason: String, _ actor: Actor) -> Command
    ) throws {
        let given = try call.values(queues)
        guard given.isEmpty == call.has(all) else {
            throw Failure.wrongCall(
                given.isEmpty ? "Say which queues, or --all." : "Name queues or say --all, not both.")
        }
        let store = try CommandStore.writing(context)
        defer { store.close() }
        let actor = store.person(named: try call.value(ManyJobs.actor))
        let reason = try call.value(ManyJobs.reason) ?? ""
        let known = try store.queueNames()
        let names = given.isEmpty ? known : given
        let answers = try store.perform(names.map { command($0, reason, actor) })
        for (name, answer) in zip(names, answers) {
            if case .refused(let refusal) = answer { throw refusal }
            let isUnused = !known.contains(name)
            try context.print { json in
                json.object { json in
                    json.field("queue", name)
                    if case .done(let event) = answer { json.field("seq", event) }
                    if isUnused { json.field("isUnused", true) }
                }
            } text: {
                ["\(participle) \(name)" + (isUnused ? ", which no job has used yet" : "")]
            }
        }
    }
}

extension CommandStore {
    func queueNames() throws -> [String] {
        try read { snapshot in
            var books = Books()
            return try books.allQueues(in: snapshot).map(\.name).sorted()
        }
    }
}
