internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// Jobs, to look at and to move.
enum JobRoutes {
    private static let job = RouteParameter.path("job", .number, "The job's number")
    private static let reason = RouteParameter.body("reason", .text, "Why, for the log")
    static let filter: [RouteParameter] = [
        .query("state", .word(JobFilter.stateWords), "In this state; may stand several times"),
        .query("queue", .text, "Of this queue"),
        .query("name", .text, "Of this name"),
        .query("tag", .text, "With this tag; may stand several times"),
        .query("tenant", .text, "Of this tenant"),
        .query(
            "search", .text,
            "With this text in name, tags, key, request id, arguments or last error; takes jobs.args.read"),
        .query("error", .text, "With a last error of this type, and not succeeded since"),
        .query("similar", .text, "With a last error of this group, as statistics name them; not succeeded since"),
        .query("createdFrom", .time, "Enqueued at this instant or later"),
        .query("createdBefore", .time, "Enqueued before this instant"),
        .query("cursor", .number, "Jobs before this one: the `next` of the page before").within(.places),
        .query("limit", .number, "How many, at most 1,000 (50)").within(.pages),
    ]

    static let all = [
        Route("GET", "/api/v1/jobs", .permission(.jobsRead), .json, "Jobs, the newest first", filter) { call in
            let query = try JobQuery(call)
            let page = try call.store.jobPage(query.filter, before: query.before, limit: query.limit)
            let jobs = try call.listed(page.jobs)
            return .object { json in
                json.list("jobs", jobs) { $0.write(to: &$1) }
                json.field("next", page.next?.rawValue)
            }
        },
        Route(
            "GET", "/api/v1/jobs/{job}", .permission(.jobsRead), .json, "One job, with what has happened to it", [job]
        ) { call in
            let story = try JobStory(try call.number("job"), call)
            return .object { story.write(to: &$0) }
        },
        Route(
            "GET", "/api/v1/jobs/{job}/log", .permission(.jobsArgsRead), .json,
            "What the job's runs have logged: the newest lines, in their order", log
        ) { try log($0) },
        Route(
            "POST", "/api/v1/jobs/{job}/cancel", .permission(.jobsChange), .json, "Cancels a job, waiting or running",
            [job, reason]
        ) { call in try await change(call) { .cancel(job: $0, expected: nil, reason: $1, actor: call.actor) } },
        Route(
            "POST", "/api/v1/jobs/{job}/requeue", .permission(.jobsChange), .json,
            "Makes a job ready again, with fresh attempts; of one that has succeeded, a new job that does the same",
            [job, reason]
        ) { call in
            let reason = try call.json(["reason"]).text("reason") ?? ""
            let job = try call.ownJob()
            let (runs, event) = try await call.engine.requeue(job, nil, reason, call.actor)
            return .object { json in
                json.field("event", event)
                json.field("job", runs)
            }
        },
        Route(
            "POST", "/api/v1/jobs/{job}/reschedule", .permission(.jobsChange), .json, "Has a job wait until an instant",
            [job, .body("at", .time, "When it is due", isRequired: true), reason]
        ) { call in
            let body = try call.json(["at", "reason"])
            guard let at = try body.time("at") else { throw RouteFailure.badCall("at is missing.") }
            let reason = try body.text("reason") ?? ""
            let job = try call.ownJob()
            return try await call.perform(
                .reschedule(job: job, until: at, expected: nil, reason: reason, actor: call.actor))
        },
        Route(
            "DELETE", "/api/v1/jobs/{job}", .permission(.jobsChange), .json,
            "Cancels a job if it has not finished, and takes it out; its history stays in the log", [job, reason]
        ) { call in try await change(call) { .delete(job: $0, reason: $1, actor: call.actor) } },
    ]

    private static let log: [RouteParameter] = [
        job, .query("attempt", .number, "Of this run only").within(.runs),
        .query("level", .word(LogLine.Level.allCases.map(\.name)), "Only lines that matter so much, or more"),
        .query("text", .text, "Only lines with this text"),
        .query("cursor", .text, "Lines before this place: the `next` of the page before"),
        .query("limit", .number, "How many, at most 10,000 (1,000)").within(.lines),
    ]

    private static func log(_ call: RouteCall) throws -> DashboardResponse {
        let job = try call.ownJob()
        guard let summary = try call.store.job(JobID(rawValue: job)) else {
            throw RouteFailure(404, "There is no such job; it may have been deleted.")
        }
        let before = try call.query.value("cursor").map { try RunLines.Place($0) }
        let limit = try call.query.number("limit", in: .lines) ?? 1_000
        let filter = try JobLogPage.filter(call.query, run: "attempt")
        let page = try call.read {
            try RunLines(of: job, endingAt: summary.record.last, before: before, filter, limit: limit, in: $0)
        }
        return .object { json in
            json.list("lines", page.lines) { line, json in
                json.field("attempt", line.attempt)
                json.field("time", line.line.time)
                json.field("level", line.line.level.name)
                json.field("text", line.line.text)
                json.field("place", line.place.text)
            }
            json.field("next", page.next?.text)
        }
    }

    private static func change(
        _ call: RouteCall, _ command: (SequenceNumber, String) -> Command
    ) async throws -> DashboardResponse {
        let reason = try call.json(["reason"]).text("reason") ?? ""
        return try await call.perform(command(try call.ownJob(), reason))
    }
}

extension RouteCall {
    /// The job in the path. Who has a tenant is told nothing about the jobs of others, not even that they are there.
    func ownJob() throws -> SequenceNumber {
        let job = try number("job")
        guard let created = try store.creation(of: job) else { throw RouteFailure(404, "There is no such job.") }
        guard principal?.tenant == nil || principal?.tenant == created.value.tenant else {
            throw RouteFailure(404, "There is no such job.")
        }
        return job
    }

    /// Performs a command and answers with its event.
    func perform(_ command: Command) async throws -> DashboardResponse {
        let event = try await event(of: command)
        return .object { $0.field("event", event) }
    }

    @discardableResult
    func event(of command: Command) async throws -> SequenceNumber {
        switch try await engine.perform(command) {
        case .refused(let refusal): throw refusal
        case .done(let event): return event
        case .stale: throw RouteFailure(409, "That claim is no longer in force.")
        default: throw RouteFailure(500, "The store answered something else than was asked.")
        }
    }
}

extension JobFilter {
    /// As the API is asked for it.
    var asked: [(String, String?)] {
        words.map { ("state", $0) } + [("queue", queue), ("name", name)] + tags.map { ("tag", $0) }
            + [("tenant", tenant), ("search", text), ("error", error), ("similar", similar?.text)] + times
    }

    /// Waiting for another run after one that failed. No state of its own, but asked for like one.
    static let retrying = "retrying"
    static let stateWords = JobState.allCases.map(\.name) + [retrying]

    /// Its states as they are asked for.
    var words: [String] { states.map(\.name).sorted() + (isRetrying ? [JobFilter.retrying] : []) }

    /// Its times as they are asked for.
    var times: [(String, String?)] {
        [("createdFrom", createdFrom?.iso8601()), ("createdBefore", createdBefore?.iso8601())]
    }

    mutating func add(state word: String) throws(RouteFailure) {
        if word == JobFilter.retrying {
            isRetrying = true
        } else if let state = JobState(name: word) {
            states.insert(state)
        } else {
            throw .badCall("There is no such state; there are \(JobFilter.stateWords.joined(separator: ", ")).")
        }
    }

    /// What pages and programs ask for by the same names.
    mutating func readRest(_ query: FormValues) throws(RouteFailure) {
        createdFrom = try query.instant("createdFrom")
        createdBefore = try query.instant("createdBefore")
        similar = try query.value("similar").map { text throws(RouteFailure) in try FailureLikeness(asked: text) }
    }
}

/// Which jobs a page is to show.
struct JobQuery {
    let filter: JobFilter
    let before: JobID?
    let limit: Int

    static let limitMax = 1_000

    init(_ call: RouteCall) throws {
        let query = call.query
        var filter = JobFilter()
        for text in query.values("state") {
            try filter.add(state: text)
        }
        filter.queue = try query.value("queue")
        filter.name = try query.value("name")
        filter.tags = query.values("tag")
        filter.tenant = try query.value("tenant")
        filter.text = try query.value("search")
        filter.error = try query.value("error")
        try filter.readRest(query)
        try call.narrow(&filter)
        self.filter = filter
        before = try query.number("cursor", in: .places).map { JobID(rawValue: SequenceNumber($0)) }
        limit = try query.number("limit", in: .pages) ?? call.dashboard.options.pageSize
    }
}

extension JSONBody {
    func time(_ name: String) throws(RouteFailure) -> Instant? {
        guard let text = try text(name) else { return nil }
        guard let instant = try? Instant(iso8601: text) else {
            throw .badCall("\(name) has to be a time of ISO 8601 with a zone, such as 2027-01-01T08:00:00Z.")
        }
        return instant
    }

    /// A duration such as `30s`.
    func duration(_ name: String) throws(RouteFailure) -> WallDuration? {
        guard let text = try text(name) else { return nil }
        guard let duration = WallDuration(text) else {
            throw .badCall("\(name) has to be a duration such as 500ms, 30s, 5m, 2h or 1d.")
        }
        return duration
    }

    func words(_ name: String) throws(RouteFailure) -> [String] {
        let words = try texts(name)
        guard words.allSatisfy(Name.isValid) else { throw .badCall("\(name) holds what is no name.") }
        return words
    }
}
