import DaybookLog
import DaybookModel

enum AuditLog {
    enum Format: String, CaseIterable { case table, jsonl, csv, dot }

    static let job = Option("--job", .job, "what happened to this job, by its own chain of events")
    static let actor = Option(
        "--actor", .line("A", bytesMax: 256), "by this person, or by process:SEQ, worker:SEQ.N, recurring:SEQ or system"
    )
    static let user = Option(
        "--user", .line("U", bytesMax: 256), "by this operating-system user, whatever name they claimed")
    static let since = Option("--since", .time, "not earlier than this")
    static let until = Option("--until", .time, "not later than this")
    static let kind = Option(
        "--kind", .eventKind, "of this kind, such as cancelled; several may be given", repeats: true)
    static let queue = Option("--queue", .name("Q"), "about this queue and its jobs")
    static let tenant = Option("--tenant", .name("T"), "about this tenant and its jobs")
    static let format = Option(
        "--format", ValueKind<Format>.word("F"),
        "table, jsonl or csv (table; jsonl with --json); dot, for Graphviz, with --graph")
    static let graph = Flag("--graph", "with --job: what led to it and what came of it")

    static let description = CommandDescription(
        "log audit", "who did what, when and why",
        discussion: [
            "Beside the actor, whose name can be claimed, stands what the program itself saw: operating-system user, "
                + "host, program and version. Times are the writer's clock, which may step back; the order is that of "
                + "the log. No arguments, results or errors are shown.",
            "One job is answered from its chain of events; every other question reads the log.",
        ],
        options: [
            job.description, actor.description, user.description, since.description, until.description,
            kind.description, queue.description, tenant.description, format.description, graph.description,
        ]
    ) { call, context in
        let wanted = try call.value(format) ?? (context.isJSON ? .jsonl : .table)
        let filter = AuditFilter(
            job: try call.value(job), actor: try call.value(actor), user: try call.value(user),
            since: try call.value(since), until: try call.value(until), kinds: Set(try call.values(kind)),
            queue: try call.value(queue), tenant: try call.value(tenant))
        if let since = filter.since, let until = filter.until, since > until {
            throw Failure.wrongCall("--since \(since.forPeople) is later than --until; exchange them.")
        }
        if call.has(graph) { return try showGraph(call, filter, wanted, context) }
        guard wanted != .dot else { throw Failure.wrongCall("--format dot draws a graph; add --graph and --job ID.") }
        let store = try CommandStore.reading(context)
        defer { store.close() }
        let progress = Progress(context.log)
        var printer = AuditPrinter(wanted, context)
        try printer.begin()
        try store.audit(filter, progress) { entry in
            try printer.add(entry)
            return true
        }
        progress.end()
        try printer.end()
    }

    private static func showGraph(
        _ call: Invocation, _ filter: AuditFilter, _ format: Format, _ context: CommandContext
    ) throws {
        guard let job = filter.job else { throw Failure.wrongCall("--graph needs a job; add --job ID.") }
        guard format != .csv else { throw Failure.wrongCall("A graph is no table; leave --format csv out.") }
        let others = [
            actor.description, user.description, since.description, until.description, kind.description,
            queue.description, tenant.description,
        ]
        if let other = others.first(where: call.isGiven) {
            throw Failure.wrongCall("--graph shows all that belongs to a job; leave \(other.name) out.")
        }
        let store = try CommandStore.reading(context)
        defer { store.close() }
        let graph = try store.causes(of: job.rawValue, context)
        let text = try store.read { try GraphText(graph, job.rawValue, in: $0) }
        if format == .jsonl {
            try context.output.line(text.json)
        } else if format == .dot {
            for line in text.dot { try context.output.line(line) }
        } else {
            for line in text.lines { try context.output.line(StandardError.printable(line)) }
        }
    }
}
