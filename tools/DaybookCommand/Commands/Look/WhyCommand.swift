import DaybookLog
import DaybookModel

/// Why a job is not running, or what it does instead, in words.
enum WhyCommand {
    static let job = Positional("JOB", .job)

    static let description = CommandDescription(
        "why", "why a job is not running", positionals: [job.description]
    ) { call, context in
        guard let job = try call.value(job) else { return }
        let store = try CommandStore.reading(context)
        defer { store.close() }
        let progress = Progress(context.log)
        let history = try JobHistory(of: job.rawValue, in: store, progress)
        progress.end()
        let maker = try history.maker(in: store).map { " \($0)" } ?? ""
        let why = try sentence(history, store) + maker
        try context.print { json in
            json.object { json in
                json.field("job", job.rawValue)
                json.field("state", history.summary?.state.name ?? "deleted")
                json.field("why", why)
            }
        } text: {
            [StandardError.printable(why)]
        }
    }

    private static func sentence(_ history: JobHistory, _ store: CommandStore) throws -> String {
        guard let job = history.summary else { return JobExplanation.deleted }
        let events = history.events.map { LoggedEvent($0.event, at: $0.sequence) }
        return try store.read { log in
            try JobExplanation(
                job, history.created, events,
                isServed: { try store.otherProcesses().contains { $0.isAlive && $0.facts?.event ?? 0 > 0 } }, in: log
            ).sentence
        }
    }
}
