import DaybookLog
import DaybookModel

enum PauseQueues {
    static let queues = Positional("QUEUE", .name("QUEUE"), .any)
    static let all = Flag("--all", "every queue, and those to come")
    static let options = [all.description, ManyJobs.actor.description, ManyJobs.reason.description]

    static let description = CommandDescription(
        "queues pause", "hand out no more jobs of a queue; what runs goes on",
        positionals: [queues.description], options: options
    ) { call, context in
        try run(call, context, isPause: true)
    }

    static func run(_ call: Invocation, _ context: CommandContext, isPause: Bool) throws {
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
        let commands =
            try given.isEmpty
            ? store.storage.commands(pausingAll: isPause, reason: reason, by: actor)
            : given.map { ($0, Command(pausing: isPause, $0, reason: reason, by: actor)) }
        let participle = isPause ? "paused" : "resumed"
        for ((name, _), answer) in zip(commands, try store.perform(commands.map(\.command))) {
            if case .refused(let refusal) = answer { throw refusal }
            let isToCome = name == Name.queuesToCome
            let isUnused = !isToCome && !known.contains(name)
            try context.print { json in
                json.object { json in
                    json.field("queue", name)
                    if case .done(let event) = answer { json.field("seq", event) }
                    if isUnused { json.field("isUnused", true) }
                }
            } text: {
                [
                    isToCome
                        ? "\(participle) the queues that no job has used yet"
                        : "\(participle) \(name)" + (isUnused ? ", which no job has used yet" : "")
                ]
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
