internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// Limits, to look at and to set.
enum LimitRoutes {
    private static let scope = RouteParameter.body(
        "scope", .text, "What it is about: `queue:NAME`, `name:JOB`, `key:KEY` or `key:GROUP:*`", isRequired: true)
    private static let reason = RouteParameter.body("reason", .text, "Why, for the log")

    static let all = [
        Route("GET", "/api/v1/limits", .permission(.queuesRead), .json, "Limits and how much of them is used") { call in
            try call.requireWholeStore()
            let limits = try call.read { try LimitLine.all(at: call.now, in: $0) }
            return .object { json in
                json.list("limits", limits) { line, json in
                    json.field("scope", line.scope)
                    json.field("concurrency", line.limit.concurrency)
                    json.field("serial", line.limit.keepsOrder)
                    if let rate = line.limit.rate {
                        json.field("rate", rate.count)
                        json.field("rateMicroseconds", rate.microseconds)
                        json.field("sliding", rate.window == .sliding)
                    }
                    if let weight = line.limit.weight { json.field("weight", weight) }
                    line.use.write(to: &json)
                }
            }
        },
        Route(
            "GET", "/api/v1/limits/waiting", .permission(.jobsRead), .json,
            "Who waits for a limit, in the order in which they come forward; for one of a key it takes jobs.args.read",
            [
                .query("scope", .text, "As in the list of limits"),
                .query("cursor", .text, "`next` of the page before"),
                .query("limit", .number, "How many, at most 1,000 (50)").within(.pages),
            ]
        ) { call in
            try call.requireWholeStore()
            let limit = try call.query.number("limit", in: .pages) ?? call.dashboard.options.pageSize
            let list = try waiting(call, limit)
            let jobs = try call.listed(list.jobs.map(\.job))
            return .object { write(list, jobs, to: &$0) }
        },
        Route(
            "POST", "/api/v1/limits", .permission(.queuesChange), .json, "Sets or changes a limit",
            [
                scope, .body("concurrency", .number, "So many may run at once").within(1...Books.concurrencyMax),
                .body("serial", .flag, "One after the other, in order"),
                .body("rate", .text, "So many may start in a time, such as 100/1m"),
                .body("sliding", .flag, "In a window that slides"),
                .body("weight", .number, "So many turns while other keys have one").within(1...Limit.weightMax), reason,
            ]
        ) { call in
            let body = try call.json(["scope", "concurrency", "serial", "rate", "sliding", "weight", "reason"])
            let isSerial = try body.flag("serial") ?? false
            let concurrency = try body.number("concurrency", in: 1...Books.concurrencyMax)
            let limit = Limit(
                concurrency: isSerial ? 1 : concurrency, keepsOrder: isSerial,
                rate: try body.text("rate").map { text throws(RouteFailure) in
                    try rate(text, isSliding: try body.flag("sliding") ?? false)
                },
                weight: try body.number("weight", in: 1...Limit.weightMax))
            guard !limit.isEmpty else {
                throw RouteFailure.badCall(
                    "Say concurrency, serial, rate or weight; /api/v1/limits/remove takes one away.")
            }
            return try await set(limit, body, call)
        },
        Route(
            "POST", "/api/v1/limits/remove", .permission(.queuesChange), .json, "Takes a limit away", [scope, reason]
        ) { call in try await set(nil, try call.json(["scope", "reason"]), call) },
    ]

    /// The page of a list that a call asks for.
    static func waiting(_ call: RouteCall, _ limit: Int) throws -> WaitList {
        guard let scope = try call.query.value("scope").flatMap({ LimitScope(text: $0) }) else {
            throw RouteFailure.badCall(Self.scopes)
        }
        guard call.maySeeWaiting(for: scope) else {
            throw RouteFailure.forbidden(
                "Who has which key takes the permission \(Permission.jobsArgsRead.rawValue).")
        }
        let cursor = try call.query.value("cursor")
        guard let list = try call.read({ try WaitList(scope, after: cursor, limit: limit, at: call.now, in: $0) })
        else { throw RouteFailure.badCall("cursor has to be what `next` of the page before was.") }
        return list
    }

    private static func write(_ list: WaitList, _ jobs: [ListedJob], to json: inout JSONWriter) {
        list.use.write(to: &json)
        json.field("opens", list.opens)
        json.list("jobs", Array(zip(list.jobs, jobs))) { waiter, json in
            json.field("place", waiter.0.place)
            waiter.1.write(to: &json)
        }
        json.list("keys", list.keys) { key, json in
            json.field("scope", key.scope)
            key.use.write(to: &json)
            json.field("opens", key.opens)
        }
        json.field("next", list.next)
    }

    private static let scopes = "scope is queue:NAME, name:JOB, key:KEY or key:GROUP:*."

    private static func set(_ limit: Limit?, _ body: JSONBody, _ call: RouteCall) async throws -> DashboardResponse {
        guard let text = try body.text("scope"), let scope = LimitScope(text: text) else {
            throw RouteFailure.badCall(Self.scopes)
        }
        return try await call.perform(
            .limit(scope, limit, reason: try body.text("reason") ?? "", actor: call.actor))
    }

    /// `100/1m`.
    static func rate(_ text: String, isSliding: Bool) throws(RouteFailure) -> Limit.Rate {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let count = Int(parts[0]), count > 0, let time = WallDuration(String(parts[1])),
            time.microseconds > 0
        else { throw .badCall("A rate is written as 100/1m or 5/10s.") }
        return Limit.Rate(count: count, microseconds: time.microseconds, window: isSliding ? .sliding : .fixed)
    }
}

extension RouteCall {
    /// Keys are among what jobs were given; which of them have limits is for those who see queues.
    func maySeeWaiting(for scope: LimitScope) -> Bool {
        guard may(.jobsRead) else { return false }
        switch scope {
        case .key, .keys: return may(.jobsArgsRead)
        case .queue, .job: return true
        }
    }
}

extension LimitUse {
    func write(to json: inout JSONWriter) {
        json.field("running", held)
        json.field("waiting", waiting)
        if isCut { json.field("cut", true) }
    }
}
