import DaybookLog
import DaybookModel

enum ListJobs {
    static let cursor = Option("--cursor", .job, "only jobs older than this one: go on behind the last one listed")
    static let limit = Option("--limit", ValueKind<Int>.number(in: 1...100_000), "how many at most (50)")

    static let description = CommandDescription(
        "jobs list", "jobs, the newest first",
        options: JobFilterOptions.all + [cursor.description, limit.description]
    ) { call, context in
        let store = try CommandStore.reading(context)
        defer { store.close() }
        let limit = try call.value(limit) ?? 50
        var jobs: [JobSummary] = []
        try store.walk(try JobFilterOptions.filter(call)).forEach(below: try call.value(cursor)?.rawValue) { job in
            jobs.append(job)
            return jobs.count <= limit
        }
        let isCut = jobs.count > limit
        if isCut { jobs.removeLast() }
        try show(jobs, context)
        if isCut, !context.isJSON, let last = jobs.last {
            context.log.log(.info, "there are more: --cursor \(last.id)")
        }
    }

    private static func show(_ jobs: [JobSummary], _ context: CommandContext) throws {
        if context.isJSON {
            for job in jobs {
                var json = JSONWriter()
                json.object { job.write(to: &$0) }
                try context.output.line(json.bytes)
            }
            return
        }
        guard !jobs.isEmpty else { return try context.output.line("no such jobs") }
        var table = TablePrinter([
            .init("JOB", .right), .init("NAME", gives: true), .init("QUEUE"), .init("STATE"), .init("RUNS", .right),
            .init("SINCE"),
            .init("DUE"),
        ])
        for job in jobs {
            table.row([
                "\(job.id)", .init(job.name), .init(job.queue), .init(job.state.name, job.state.colour),
                "\(job.record.attempt)/\(job.record.attempts)", .init(job.record.since.forPeople),
                .init(job.due.map(\.forPeople) ?? ""),
            ])
        }
        for line in table.lines(context.terminal) { try context.output.line(line) }
    }
}
