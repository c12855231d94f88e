import DaybookLog
import DaybookModel

enum ShowJob {
    static let job = Positional("ID", .job)
    static let log = Flag("--log", "show every line that its runs logged")
    static let bundle = Flag(
        "--bundle", "print the job with everything that led to it as one JSON object, to be run in a test")
    static let redacted = Flag("--redacted", "with --bundle: leave out arguments, results, errors and log lines")
    /// Of a log that nobody asked for.
    private static let linesMax = 20

    static let description = CommandDescription(
        "jobs show", "one job: where it stands, its arguments, and everything that happened to it",
        discussion: [
            "Fields that the job's type calls secret are left out; --bundle is a true copy and holds them.",
            "What its runs logged stands at the end, the newest lines alone unless --log asks for all; with --json, "
                + "lines stand there only with --log.",
            "With --bundle, `DaybookTesting` runs the job's code with what stands in the file: see Docs/Bundles.md.",
        ],
        positionals: [job.description], options: [log.description, bundle.description, redacted.description]
    ) { call, context in
        guard let job = try call.value(job) else { return }
        guard call.has(bundle) || !call.has(redacted) else {
            throw Failure.wrongCall("--redacted belongs to --bundle; what people read is without secrets anyway.")
        }
        let store = try CommandStore.reading(context)
        defer { store.close() }
        if call.has(bundle) {
            let bundle = try store.bundle(of: job.rawValue, redacted: call.has(redacted))
            if let closed = bundle.closed {
                context.log.log(.warning, "The bundle has no arguments, so it cannot be run: they are \(closed).")
            }
            return try context.output.line(bundle.line)
        }
        let progress = Progress(context.log)
        let history = try JobHistory(of: job.rawValue, in: store, progress)
        progress.end()
        if context.isJSON {
            try context.output.line(try json(job.rawValue, history, store, withLog: call.has(log)))
        } else {
            let maker = try history.maker(in: store).map { ["made by    \($0)"] } ?? []
            let inside = InsideJob(history)
            let flow = try flow(job.rawValue, history, store)
            for line in facts(job.rawValue, history) + maker + flow.lines + inside.facts {
                try context.output.line(StandardError.printable(line))
            }
            try context.output.line("")
            if let missing = history.missing { try context.output.line("earlier    \(missing)") }
            var printer = EventPrinter(store, context)
            try printer.print(history.events)
            try printLog(inside.lines.suffix(call.has(log) ? .max : linesMax), of: inside.lines.count, context)
        }
    }

    private static func flow(
        _ job: SequenceNumber, _ history: JobHistory, _ store: CommandStore
    ) throws -> JobFlow {
        try store.read { try JobFlow(job, history.created, in: $0) }
    }

    private static func printLog(
        _ lines: ArraySlice<InsideJob.Line>, of count: Int, _ context: CommandContext
    ) throws {
        guard !lines.isEmpty else { return }
        try context.output.line("")
        var rows = TablePrinter(InsideJob.Line.columns)
        for line in lines { rows.row(line.cells) }
        for line in rows.lines(context.terminal) { try context.output.line(line) }
        guard lines.count < count else { return }
        try context.output.line("… the newest \(lines.count) of \(count) lines; --log shows them all")
    }

    private static func facts(_ job: SequenceNumber, _ history: JobHistory) -> [String] {
        guard let created = history.created else { return [] }
        var lines = ["job        \(job), \(created.name), queue \(created.queue)"]
        if let display = created.display {
            lines.append("shown as   \(DisplayName.text(display, arguments: created.shownArguments))")
        }
        if let summary = history.summary {
            let why = summary.waitsFor.map { " (\($0))" } ?? ""
            lines.append("state      \(summary.state.name)\(why) since \(summary.record.since.forPeople)")
            lines.append("runs       \(summary.record.attempt) of \(summary.record.attempts)")
            if let due = summary.due { lines.append("due        \(due.forPeople)") }
        } else {
            lines.append("state      deleted; its history stays in the log")
        }
        if created.priority != 0 { lines.append("priority   \(created.priority)") }
        for (label, text) in [
            ("key        ", created.key), ("request    ", created.requestID), ("tenant     ", created.tenant),
            ("client     ", created.client),
        ] {
            if let text { lines.append(label + text) }
        }
        if created.batch != 0 { lines.append("batch      \(created.batch)") }
        if created.rerunOf != 0 { lines.append("once more  job \(created.rerunOf)") }
        if !created.tags.isEmpty { lines.append("tags       \(created.tags.joined(separator: ", "))") }
        if !created.metadata.isEmpty {
            lines.append("metadata   \(history.arguments.shown(created.metadata.joined(separator: ", ")))")
        }
        lines.append("arguments  \(arguments(history))")
        return lines + ends(history)
    }

    /// What is not there is said to be so.
    private static func arguments(_ history: JobHistory) -> String {
        if let closed = history.arguments.closed { return "(\(closed))" }
        let shown = history.arguments.shown
        return shown.isEmpty ? "(none)" : String(decoding: shown, as: UTF8.self)
    }

    /// The latest result or error.
    private static func ends(_ history: JobHistory) -> [String] {
        if let closed = history.closedEnd {
            let run = history.events.last { LoggedEvent($0.event, at: $0.sequence).run != nil }
            let isGood = if case .succeeded? = run?.event.body { true } else { false }
            return ["\(isGood ? "result    " : "error     ") (\(closed))"]
        }
        for record in history.events.reversed() {
            switch record.event.body {
            case .succeeded(let success) where !success.result.isEmpty:
                return ["result     \(String(decoding: history.arguments.shown(success.result), as: UTF8.self))"]
            case .failed(let failure), .attemptFailed(let failure):
                return ["error      \(failure.value.error)"]
            default: continue
            }
        }
        return []
    }

    private static func json(
        _ job: SequenceNumber, _ history: JobHistory, _ store: CommandStore, withLog: Bool
    ) throws -> [UInt8] {
        var lines: [[UInt8]] = []
        var secrets = SecretsOfJobs()
        try store.shownLines(of: history.events, &secrets) { lines.append($0) }
        let flow = try flow(job, history, store)
        var json = JSONWriter()
        json.object { json in
            if let summary = history.summary { summary.write(to: &json) } else { json.field("job", job) }
            json.field("deleted", history.summary == nil)
            if let created = history.created, let display = created.display {
                json.field("display", DisplayName.text(display, arguments: created.shownArguments))
            }
            json.field("closed", history.arguments.closed?.word)
            json.field("closedBecause", history.arguments.closed?.description)
            json.field("resultClosed", history.closedEnd?.word)
            flow.write(to: &json)
            InsideJob(history).write(to: &json, isWhole: withLog)
            json.field("missing", history.missing)
            json.key("events")
            json.array { json in for line in lines { json.raw(line) } }
        }
        return json.bytes
    }
}
