internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// Every list as a file. Without anybody's payload: those are on the pages of jobs.
enum ExportRoutes {
    static let format = RouteParameter.query(
        "format", .word(ExportFormat.allCases.map(\.rawValue)), "As a table for spreadsheets (csv) or as JSON")

    static let all = [
        route("jobs", .jobsRead, "Jobs", JobRoutes.filter.filter { !["cursor", "limit"].contains($0.name) }, jobs),
        route("queues", .queuesRead, "Queues and how many jobs they hold", [], StoreLists.queues),
        route(
            "recurring", .recurringRead, "Recurring jobs",
            [
                .query("text", .text, "Only those with this in their id"),
                .query("group", .text, "Only the triggers of this scheduled job"),
            ], StoreLists.recurring),
        route(
            "recurring/{recurring}/history", .recurringRead, "What happened to one recurring job",
            [.path("recurring", .text, "What it is known by")] + RecurringHistoryFilter.parameters,
            StoreLists.history),
        route("operations", .jobsRead, "Actions on many jobs", [], OperationLists.operations),
        route("limits", .queuesRead, "Limits and how much of them is used", [], OperationLists.limits),
        route("batches", .jobsRead, "Batches", [], StoreLists.batches),
        route(
            "batches/{batch}/jobs", .jobsRead, "A batch's jobs, in the order in which they came",
            [.path("batch", .number, "The batch's number")], members),
        route("processes", .processesRead, "Processes that have the store open", [], StoreLists.processes),
        route(
            "audit", .logRead, "What people did", [.query("person", .text, "Only what this person did")],
            EventLists.audit),
        route(
            "log", .logRead, "Events", LogPage.filters, EventLists.log),
    ]

    private static func route(
        _ path: String, _ permission: Permission, _ summary: String, _ parameters: [RouteParameter], _ list: ExportList
    ) -> Route {
        Route(
            "GET", "/api/v1/export/\(path)", .permission(permission), .file, "\(summary), as a file",
            parameters + [format]
        ) { call in try ExportStream.answer(list, call) }
    }

    private static let columns = [
        "job", "name", "queue", "state", "waitsFor", "priority", "attempt", "attempts", "deaths", "created", "since",
        "due", "expires", "tags", "tenant",
    ]

    private static let jobs = ExportList(name: "jobs", columns: columns) { call, from in
        let filter = try JobQuery(call).filter
        let found = try call.store.jobPage(filter, before: from.map { JobID(rawValue: $0) }, limit: ExportPage.rowsMax)
        return try call.read { log in
            ExportPage(rows: try found.jobs.map { try row($0, in: log) }, next: found.next?.rawValue)
        }
    }

    private static let members = ExportList(name: "batch", columns: columns) { call, from in
        let (jobs, next) = try BatchRoutes.members(call, after: from ?? 0, limit: ExportPage.rowsMax)
        return try call.read { log in ExportPage(rows: try jobs.map { try row($0, in: log) }, next: next) }
    }

    private static func row(_ job: JobSummary, in log: any LogSnapshot) throws -> [ExportCell] {
        let words = try JobWords(job, in: log)
        return [
            .count(job.id.rawValue), .text(job.name), .text(job.queue), .text(job.state.name), .text(job.waitsFor),
            .count(job.priority), .count(job.attempt), .count(job.attempts), .count(job.deaths), .time(job.created),
            .time(job.since), .time(job.due), .time(job.expires), .texts(words.tags), .text(words.tenant),
        ]
    }
}
