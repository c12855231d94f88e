import DaybookLog
import DaybookModel

/// Asking processes for something: all three commands differ in a word.
enum AskProcesses {
    static let processes = Positional("PROCESS", .job, .any)
    static let all = Flag("--all", "every process that has the store open")

    static let quiet = description(
        .quiet, "have processes claim no more jobs; what they run goes on",
        "A process that is quiet stays so until `processes resume`, or until it ends.")
    static let stop = description(
        .stop, "have processes stop: what they run has time to finish",
        "A `work` process does what it does on SIGTERM. Whether a program of your own ends is for it to say; its "
            + "workers end.")
    static let resume = description(.resume, "have processes claim jobs again after `processes quiet`", nil)

    private static func description(
        _ wish: ProcessWish, _ summary: String, _ discussion: String?
    ) -> CommandDescription {
        CommandDescription(
            "processes \(wish.rawValue)", summary,
            discussion: ["PROCESS is the number that `processes list` shows."] + (discussion.map { [$0] } ?? []),
            positionals: [processes.description],
            options: [all.description, ManyJobs.actor.description, ManyJobs.reason.description]
        ) { call, context in
            try run(wish, call, context)
        }
    }

    private static func run(_ wish: ProcessWish, _ call: Invocation, _ context: CommandContext) throws {
        let given = try call.values(processes).map(\.rawValue)
        guard given.isEmpty == call.has(all) else {
            throw Failure.wrongCall(
                given.isEmpty ? "Say which processes, or --all." : "Name processes or say --all, not both.")
        }
        let store = try CommandStore.writing(context)
        defer { store.close() }
        let actor = store.person(named: try call.value(ManyJobs.actor))
        let reason = try call.value(ManyJobs.reason) ?? ""
        let meant = try given.isEmpty ? store.livingEngines() : given
        let answers = try store.perform(meant.map { .askProcess($0, wish, reason: reason, actor: actor) })
        var worst = ExitCode.done
        for (process, answer) in zip(meant, answers) {
            if case .refused(let refusal) = answer {
                StandardError.line("daybook: \(refusal.description)")
                worst = max(worst, Failure(refusal).code)
            } else {
                try show(process, wish, answer, context)
            }
        }
        if worst != .done { throw Failure(worst, nil) }
    }

    private static func show(
        _ process: SequenceNumber, _ wish: ProcessWish, _ answer: Answer, _ context: CommandContext
    ) throws {
        guard case .done(let event) = answer else { return }
        try context.print { json in
            json.object { json in
                json.field("process", process)
                json.field("asked", wish.rawValue)
                json.field("seq", event)
            }
        } text: {
            ["asked process \(process) to \(wish.inAsking)"]
        }
    }
}

extension ProcessWish {
    fileprivate var inAsking: String {
        switch self {
        case .quiet: "claim no more jobs"
        case .stop: "stop"
        case .resume: "claim jobs again"
        }
    }
}

extension CommandStore {
    /// The processes that are alive and have an engine.
    fileprivate func livingEngines() throws -> [SequenceNumber] {
        try otherProcesses().filter(\.isAlive).compactMap(\.facts?.event).filter { $0 > 0 }.sorted()
    }
}
