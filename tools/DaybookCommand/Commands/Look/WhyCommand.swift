import DaybookLog
import DaybookModel

/// Why a job is not running, or what it does instead, in words; and why it was not, at any time since it was created.
enum WhyCommand {
    static let job = Positional("JOB", .job)
    static let at = Option("--at", .point, "as of this event or time, by a replay; else as it is now")

    static let description = CommandDescription(
        "why", "why a job is not running, or was not", positionals: [job.description], options: [at.description]
    ) { call, context in
        guard let job = try call.value(job)?.rawValue else { return }
        let store = try CommandStore.reading(context)
        defer { store.close() }
        let explanation: JobExplanation
        let past = try call.value(at).map { try store.past(at: $0.replayPoint(context), context) }
        if let past {
            try requireCreation(of: job, before: past.heading, in: store)
            explanation = try past.read { log in
                try JobExplanation(of: job, in: log) { .logged }
            }
        } else {
            explanation = try store.read { log in
                try JobExplanation(of: job, in: log) {
                    let alive = Set(try store.otherProcesses().filter(\.isAlive).compactMap { $0.facts?.event })
                    return .seen(alive: alive, serving: alive)
                }
            }
        }
        let maker = try store.read { log in
            try log.eventAtHand(job) { try Event($0, at: job) }?.maker(in: log)
        }
        let why = explanation.sentence + (maker.map { " \($0)" } ?? "")
        try context.print { json in
            json.object { json in
                json.field("job", job)
                json.field("state", explanation.state?.name ?? "deleted")
                json.field("at", past?.heading.sequence)
                json.field("why", why)
            }
        } text: {
            let when = past.map { "As of event \($0.heading.sequence): " } ?? ""
            return [StandardError.printable(when + why)]
        }
    }

    private static func requireCreation(
        of job: SequenceNumber, before heading: LedgerDump.Heading, in store: CommandStore
    ) throws {
        guard job > heading.sequence else { return }
        let created = try store.read { log in
            try log.event(job) { value -> Instant? in
                let head = try EventHead(value, at: job)
                return head.kind == EventKind.created.rawValue ? head.time : nil
            } ?? nil
        }
        guard let created else { return }
        throw Failure.no(
            "Job \(job) was not there yet at event \(heading.sequence): it was created at \(created.forPeople).")
    }
}
