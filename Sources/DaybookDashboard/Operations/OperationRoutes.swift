internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// Actions on many jobs at once, each a tracked job of its own.
enum OperationRoutes {
    private static let wanted: [RouteParameter] = [
        .body(
            "action", .word(["cancel", "requeue", "delete", "reschedule"]), "What to do with each", isRequired: true),
        .body("at", .time, "When they are due, for reschedule"),
        .body("jobs", .numbers, "These jobs, as they stand now"),
        .body(
            "states", .texts, "Or all jobs in these states (those to which it can be done; to requeue, the failed)"),
        .body("queue", .text, "Of this queue"),
        .body("name", .text, "Of this name"), .body("tags", .texts, "With these tags"),
        .body("tenant", .text, "Of this tenant"),
        .body("search", .text, "With this text; takes jobs.args.read"),
        .body("error", .text, "With a last error of this type"),
        .body("similar", .text, "With a last error of this group, as statistics name them"),
        .body("createdFrom", .time, "Enqueued at this instant or later"),
        .body("createdBefore", .time, "Enqueued before this instant"),
        .body("all", .flag, "All jobs there are, where nothing else says which"),
        .body("reason", .text, "Why, for the log"),
    ]

    static let all = [
        Route(
            "GET", "/api/v1/operations", .permission(.jobsRead), .json, "Operations, the newest first",
            [
                .query("cursor", .number, "Operations before this one").within(.places),
                .query("limit", .number, "How many, at most 1,000 (50)").within(.pages),
            ]
        ) { call in
            let limit = try call.query.number("limit", in: .pages) ?? call.dashboard.options.pageSize
            let (found, next) = try call.operations(below: try call.cursor("cursor"), limit: limit)
            return .object { json in
                json.list("operations", found) { write($0, to: &$1) }
                json.field("next", next)
            }
        },
        Route(
            "POST", "/api/v1/operations", .permission(.jobsChange), .json,
            "Does something to many jobs: those that are named, or all that match", wanted, success: 201
        ) { call in
            let operation = try operation(try call.json(wanted.map(\.name)), call)
            return try await start(operation, call)
        },
        Route(
            "POST", "/api/v1/operations/{job}/undo", .permission(.jobsChange), .json,
            "Takes back what an operation did, of jobs to which nothing has happened since",
            [.path("job", .number, "The operation"), .body("reason", .text, "Why, for the log")], success: 201
        ) { call in
            let reason = try call.json(["reason"]).text("reason") ?? ""
            return try await start(try call.undoing(reason), call)
        },
    ]

    private static func start(_ operation: Operation, _ call: RouteCall) async throws -> DashboardResponse {
        let job = try await call.start(operation)
        return .object(201) { json in
            json.field("operation", job)
            json.field("missing", operation.missing)
        }
    }

    private static func operation(_ body: JSONBody, _ call: RouteCall) throws -> Operation {
        guard let word = try body.text("action"), let action = Operation.Action(rawValue: word), action != .undo else {
            throw RouteFailure.badCall(Texts.Refused.badAction)
        }
        let reason = try body.text("reason") ?? ""
        let person = call.principal?.name
        var filter = JobFilter(
            queue: try body.text("queue"), name: try body.text("name"), tags: try body.texts("tags"),
            tenant: try body.text("tenant"), text: try body.text("search"), error: try body.text("error"))
        for word in try body.texts("states") {
            try filter.add(state: word)
        }
        filter.createdFrom = try body.time("createdFrom")
        filter.createdBefore = try body.time("createdBefore")
        filter.similar = try body.text("similar").map { text throws(RouteFailure) in
            try FailureLikeness(asked: text)
        }
        let jobs = try body.numbers("jobs")
        var operation: Operation
        if !jobs.isEmpty {
            guard filter.isEmpty else { throw RouteFailure.badCall(Texts.Refused.jobsAndFilter) }
            let seen = try call.seen(jobs)
            guard !seen.isEmpty else { throw RouteFailure(404, Texts.Refused.noneIsThere) }
            operation = Operation(action, on: seen, reason: reason, by: person)
            if seen.count < jobs.count { operation.missing = jobs.count - seen.count }
        } else {
            guard try !filter.isEmpty || body.flag("all") == true else {
                throw RouteFailure.badCall(Texts.Refused.noFilter)
            }
            try call.narrow(&filter)
            operation = Operation(action, on: filter, reason: reason, by: person)
        }
        operation.tenant = call.principal?.tenant ?? operation.tenant
        try operation.setUntil(try body.time("at"))
        return operation
    }

    private static func write(_ status: OperationStatus, to json: inout JSONWriter) {
        json.field("operation", status.job.id.rawValue)
        json.field("action", status.operation.action.rawValue)
        json.field("undoes", status.operation.undoes)
        json.field("title", status.title)
        json.field("state", status.job.state.name)
        json.field("actor", status.actor.description)
        json.field("created", status.job.created)
        json.field("progressMillionths", status.progress?.millionths)
        json.field("matched", status.totals?.matched)
        json.field("done", status.totals?.done)
        json.list("refused", status.totals?.refused.sorted { $0.key < $1.key } ?? []) { one, json in
            json.field("why", one.key)
            json.field("jobs", one.value)
        }
        json.field("canBeUndone", status.canBeUndone)
        json.field("undoneBy", status.undoneBy)
    }
}

extension Operation {
    mutating func setUntil(_ instant: Instant?) throws(RouteFailure) {
        guard action == .reschedule else { return }
        guard let instant else { throw .badCall(Texts.Refused.noUntil) }
        until = instant.microseconds
    }
}

extension OperationStatus {
    var canBeUndone: Bool {
        operation.action.canBeUndone && job.state.isFinished && undoneBy == nil
            && totals?.leavesSomethingToUndo ?? true
    }
}

extension RouteCall {
    /// Full pages are asked for so many times until one is full of those that somebody may see.
    private static let operationPagesMax = 20

    /// Those that whoever asks may see.
    func operations(
        below bound: SequenceNumber?, limit: Int
    ) throws -> (found: [OperationStatus], next: SequenceNumber?) {
        if past == nil { dashboard.operations.look() }
        let directory = OperationDirectory(self)
        guard let tenant = principal?.tenant else { return try directory.page(below: bound, limit: limit) }
        var found: [OperationStatus] = []
        var next = bound
        for _ in 0..<RouteCall.operationPagesMax {
            let page = try directory.page(below: next, limit: limit)
            found += page.found.filter { $0.operation.tenant == tenant }
            next = page.next
            guard found.count < limit, next != nil else { break }
        }
        guard found.count > limit else { return (found, next) }
        return (Array(found.prefix(limit)), found[limit - 1].job.id.rawValue)
    }

    /// Who sees one tenant's jobs acts on these; and searching is a way to read: letter by letter, by what is found and
    /// what is not.
    func narrow(_ filter: inout JobFilter) throws(RouteFailure) {
        if filter.text != nil, !may(.jobsArgsRead) {
            throw .forbidden(Texts.Refused.searching(Permission.jobsArgsRead.rawValue))
        }
        guard let own = principal?.tenant else { return }
        guard filter.tenant == nil || filter.tenant == own else { throw .forbidden(Texts.Refused.othersJobs) }
        filter.tenant = own
    }

    /// The jobs that he may see, as they stand.
    func seen(_ jobs: [SequenceNumber]) throws -> [Operation.Chosen] {
        try jobs.compactMap { job in
            guard try OneJob.isVisible(job, self), let state = try engine.state(of: JobID(rawValue: job)) else {
                return nil
            }
            return Operation.Chosen(job, state)
        }
    }

    func undoing(_ reason: String) throws -> Operation {
        let id = try number("job")
        guard let status = try engine.present.operation(id),
            principal?.tenant == nil || status.operation.tenant == principal?.tenant
        else { throw RouteFailure(404, Texts.Refused.noOperation(id)) }
        var operation = Operation(undoing: id, reason: reason, by: principal?.name)
        operation.tenant = status.operation.tenant
        return operation
    }

    func start(_ operation: Operation) async throws -> SequenceNumber {
        let job = try await engine.start(operation)
        dashboard.operations.look()
        return job
    }
}
