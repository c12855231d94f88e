internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// Batches, to look at and to cancel.
enum BatchRoutes {
    private static let batch = RouteParameter.path("batch", .number, "The batch's number")

    static let all = [
        Route(
            "GET", "/api/v1/batches", .permission(.jobsRead), .json, "Batches, the newest first",
            [
                .query("cursor", .number, "Batches before this one").within(.places),
                .query("limit", .number, "How many, at most 1,000 (50)").within(.pages),
            ]
        ) { call in
            try call.seesAllTenants()
            let before = try call.query.number("cursor", in: .places).map { SequenceNumber($0) }
            let limit = try call.query.number("limit", in: .pages) ?? call.dashboard.options.pageSize
            let batches = try call.store.batches(below: before, limit: limit)
            return .object { json in
                json.list("batches", batches) { write($0.0, $0.1, to: &$1) }
                if batches.count == limit { json.field("next", batches.last?.0) }
            }
        },
        Route(
            "GET", "/api/v1/batches/{batch}", .permission(.jobsRead), .json,
            "One batch, what runs at its end, and the batches inside it",
            [
                batch, .query("cursor", .number, "Batches inside it behind this one").within(.places),
                .query("limit", .number, "How many of them, at most 1,000 (50)").within(.pages),
            ]
        ) { call in
            try call.seesAllTenants()
            let number = try call.number("batch")
            let after = try call.query.number("cursor", in: .places).map { SequenceNumber($0) } ?? 0
            let limit = try call.query.number("limit", in: .pages) ?? call.dashboard.options.pageSize
            let (found, callbacks) = try call.read { log -> (BatchRecord, [JobSummary]) in
                guard let found = try BatchRecord.of(number, in: log) else {
                    throw RouteFailure(404, "There is no such batch.")
                }
                var reader = try JobReader(log)
                return (found, try BatchCallbacks.of(number, found, in: log).compactMap { try reader.job($0) })
            }
            let inner = try call.store.batches(inside: number, after: after, limit: limit)
            let listed = try call.listed(callbacks)
            return .object { json in
                write(number, found, to: &json)
                json.list("callbacks", listed) { $0.write(to: &$1) }
                json.list("batches", inner) { write($0.0, $0.1, to: &$1) }
                if inner.count == limit { json.field("next", inner.last?.0) }
            }
        },
        Route(
            "GET", "/api/v1/batches/{batch}/jobs", .permission(.jobsRead), .json,
            "A batch's jobs, in the order in which they came",
            [
                batch, .query("cursor", .number, "Jobs behind this one").within(.places),
                .query("limit", .number, "How many, at most 1,000 (50)").within(.pages),
            ]
        ) { try jobs($0) },
        Route(
            "POST", "/api/v1/batches", .permission(.jobsStart), .json,
            "Makes an open batch: it takes jobs by `batch`, and ends with the last of them once it is sealed",
            [
                .body("name", .text, "What it is called"),
                .body("in", .number, "The batch that it is inside of").within(.places),
            ],
            success: 201
        ) { call in
            try call.seesAllTenants()
            let body = try call.json(["name", "in"])
            let new = NewBatch(
                name: try body.text("name") ?? "",
                in: SequenceNumber(try body.number("in", in: .places) ?? 0), isOpen: true, jobs: [],
                actor: call.actor)
            switch try await call.engine.perform(.batch(Box(.create(new)))) {
            case .refused(let refusal): throw refusal
            case .together(let answers):
                guard case .done(let made)? = answers.first else { break }
                return .object(201) { $0.field("batch", made) }
            default: break
            }
            throw RouteFailure(500, "The store answered something else than was asked.")
        },
        Route(
            "POST", "/api/v1/batches/{batch}/seal", .permission(.jobsChange), .json,
            "Lets an open batch end with the last of its jobs", [batch]
        ) { call in
            try call.seesAllTenants()
            _ = try call.json([])
            return try await call.perform(.batch(Box(.seal(try call.number("batch"), actor: call.actor))))
        },
        Route(
            "POST", "/api/v1/batches/{batch}/cancel", .permission(.jobsChange), .json,
            "Cancels a batch and its jobs that have not finished",
            [batch, .body("reason", .text, "Why, for the log")]
        ) { call in
            try call.seesAllTenants()
            let reason = try call.json(["reason"]).text("reason") ?? ""
            return try await call.perform(
                .batch(Box(.cancel(try call.number("batch"), reason: reason, actor: call.actor))))
        },
    ]

    /// A page of a batch's jobs, and behind which one the next begins.
    static func members(
        _ call: RouteCall, after: SequenceNumber, limit: Int
    ) throws -> (jobs: [JobSummary], next: SequenceNumber?) {
        try call.seesAllTenants()
        let number = try call.number("batch")
        return try call.read { log in
            guard try BatchRecord.of(number, in: log) != nil else {
                throw RouteFailure(404, "There is no such batch.")
            }
            let members = try BatchRecord.members(of: number, after: after, limit: limit + 1, in: log)
            var reader = try JobReader(log)
            let jobs = try members.prefix(limit).compactMap { try reader.job($0) }
            return (jobs, members.count > limit ? members[limit - 1] : nil)
        }
    }

    private static func jobs(_ call: RouteCall) throws -> DashboardResponse {
        let limit = try call.query.number("limit", in: .pages) ?? call.dashboard.options.pageSize
        let (jobs, next) = try members(call, after: try call.cursor("cursor") ?? 0, limit: limit)
        let listed = try call.listed(jobs)
        return .object { json in
            json.list("jobs", listed) { $0.write(to: &$1) }
            json.field("next", next)
        }
    }

    private static func write(_ number: SequenceNumber, _ batch: BatchRecord, to json: inout JSONWriter) {
        json.field("batch", number)
        json.field("name", batch.name)
        json.field("state", batch.standing.rawValue)
        json.field("jobs", batch.jobs)
        json.field("succeeded", batch.succeeded)
        json.field("failed", batch.failed)
        json.field("cancelled", batch.cancelled)
        json.field("unfinished", batch.unfinished)
        json.field("created", batch.created)
        json.field("since", batch.since)
        if batch.outer != 0 { json.field("inBatch", batch.outer) }
    }
}

extension RouteCall {
    /// A batch may hold jobs of several tenants, so it is nothing for one of them.
    func seesAllTenants() throws(RouteFailure) {
        guard principal?.tenant == nil else { throw .forbidden("Batches are not divided by tenants.") }
    }
}
