internal import Daybook
internal import DaybookModel

/// Recurring jobs, to look at, pause, trigger and remove.
enum RecurringRoutes {
    private static let id = RouteParameter.path("recurring", .text, "What it is known by")
    private static let reason = RouteParameter.body("reason", .text, "Why, for the log")

    private static let fields: [RouteParameter] =
        [
            .body("name", .text, "What its jobs are called", isRequired: true),
            .body("schedule", .text, "When, as a cron expression or `every 90s`; nothing: by hand"),
            .body("zone", .text, "By whose clocks (UTC)"), .body("args", .json, "What its jobs get"),
            .body("queue", .text, "Where its jobs wait (the registered type's own queue, or default)"),
            .body("description", .text, "For people"),
            .body("misfire", .word(["once", "each", "skip"]), "What becomes of what was missed"),
            .body("overlap", .word(OverlapRule.allCases.map(\.rawValue)), "While an earlier job is not finished"),
            .body("attempts", .number, "How often each job may run").within(RecurringForm.attempts),
            .body("priority", .number, "Higher runs first").within(.priorities),
        ] + RecurringForm.rules

    static let all = [
        Route(
            "GET", "/api/v1/recurring", .permission(.recurringRead), .json, "All recurring jobs",
            [.query("group", .text, "Only the triggers of this scheduled job")]
        ) { call in
            let group = try call.query.value("group")
            let all = try call.recurring.all().filter { group == nil || $0.group == group }
            let isOpen = call.may(.jobsArgsRead)
            let runs = try all.map { try call.recurring.lastRun(of: $0) }
            return .object { json in
                json.list("recurring", zip(all, runs).map { ($0, $1) }) { one, json in
                    write(one.0, isOpen, to: &json)
                    lastRun(one.1, to: &json)
                }
            }
        },
        Route(
            "GET", "/api/v1/recurring/{recurring}", .permission(.recurringRead), .json,
            "One of them, with what happened and what comes", [id]
        ) { call in
            let id = try call.name("recurring")
            guard let one = try call.recurring.one(id) else {
                throw RouteFailure(404, "There is no recurring job of that name.")
            }
            let history = try call.recurring.history(id, limit: 50)
            let statistics = try call.recurring.statistics(id)
            let last = try call.recurring.lastRun(of: one)
            let next = (try? call.recurring.preview(id, count: 5)) ?? []
            return .object { json in
                write(one, call.may(.jobsArgsRead), to: &json)
                json.field("preview", next.map { $0.iso8601() })
                json.field("previewLocal", next.compactMap { call.recurring.local($0, zone: one.zone) })
                lastRun(last, to: &json)
                json.key("statistics")
                json.object { statistics.write(to: &$0) }
                json.list("history", history) { $0.write(to: &$1) }
            }
        },
        Route(
            "GET", "/api/v1/recurring/{recurring}/history", .permission(.recurringRead), .json,
            "What happened to it, the latest first",
            [id] + RecurringHistoryFilter.parameters + [
                .query("cursor", .number, "What happened before this event").within(.places),
                .query("limit", .number, "How many, at most 1,000 (50)").within(.pages),
            ]
        ) { call in
            try call.requireWholeStore()
            guard let one = try call.recurring.one(try call.name("recurring")) else {
                throw RouteFailure(404, "There is no recurring job of that name.")
            }
            let limit = try call.query.number("limit", in: .pages) ?? call.dashboard.options.pageSize
            let found = try RecurringHistoryFilter(call.query).page(
                one, before: try call.cursor("cursor"), limit: limit, call)
            return .object { json in
                json.list("history", found.entries) { $0.write(to: &$1) }
                json.field("next", found.next)
            }
        },
        RecurringPreview.api,
        Route(
            "PUT", "/api/v1/recurring/{recurring}", .permission(.recurringChange), .json,
            "Makes a recurring job, or changes one; what is not named stays as it was, and null takes away",
            [id] + fields + [reason]
        ) { call in
            let body = try call.json(fields.map(\.name) + ["reason"])
            var pairs = [("id", try call.name("recurring"))]
            for name in ["name", "schedule", "zone", "queue", "description", "misfire", "overlap", "reason"] {
                if let text = try body.text(name) { pairs.append((name, text)) }
            }
            for name in RecurringForm.rules.map(\.name) where name != "misfireMax" && body.names.contains(name) {
                pairs.append((name, try body.text(name) ?? ""))
            }
            for name in ["attempts", "priority", "misfireMax"] {
                if let number = try body.number(name, in: -32_768...1_000_000) { pairs.append((name, "\(number)")) }
            }
            if let args = body.raw("args") { pairs.append(("arguments", String(decoding: args, as: UTF8.self))) }
            if let old = try call.recurring.one(try call.name("recurring")) {
                let kept: [(String, String?)] = [
                    ("schedule", old.schedule), ("zone", old.zone), ("description", old.description),
                    ("misfire", old.misfire.word), ("overlap", old.overlap.rawValue),
                    ("arguments", String(decoding: old.shownArguments, as: UTF8.self)),
                ]
                for (name, value) in kept where !pairs.contains(where: { $0.0 == name }) {
                    if let value { pairs.append((name, value)) }
                }
            }
            let id = try await RecurringForm.set(FormValues(pairs: pairs.map { (name: $0.0, value: $0.1) }), call)
            let one = try call.recurring.one(id)
            return .object { json in if let one { write(one, call.may(.jobsArgsRead), to: &json) } }
        },
        Route(
            "POST", "/api/v1/recurring/{recurring}/pause", .permission(.recurringChange), .json,
            "It fires no more until somebody resumes it, or until an instant",
            [id, .body("until", .time, "Until when"), reason]
        ) { call in
            let body = try call.json(["until", "reason"])
            let event = try await call.engine.recurring.pause(
                try call.name("recurring"), until: try body.time("until"), reason: try body.text("reason") ?? "",
                by: call.principal?.name)
            return .object { json in
                json.field("paused", true)
                json.field("event", event)
            }
        },
        Route(
            "POST", "/api/v1/recurring/{recurring}/resume", .permission(.recurringChange), .json, "Ends a pause",
            [id, reason]
        ) { call in
            let reason = try call.json(["reason"]).text("reason") ?? ""
            let event = try await call.engine.recurring.resume(
                try call.name("recurring"), reason: reason, by: call.principal?.name)
            return .object { json in
                json.field("paused", false)
                json.field("event", event)
            }
        },
        Route(
            "POST", "/api/v1/recurring/{recurring}/trigger", .permission(.recurringChange), .json,
            "Makes one of its jobs now", [id, reason], success: 201
        ) { call in
            let reason = try call.json(["reason"]).text("reason") ?? ""
            let job = try await call.engine.recurring.trigger(
                try call.name("recurring"), reason: reason, by: call.principal?.name)
            return .object(201) { $0.field("job", job.id.rawValue) }
        },
        Route(
            "DELETE", "/api/v1/recurring/{recurring}", .permission(.recurringChange), .json,
            "Takes it out; its history stays", [id, reason]
        ) { call in
            let reason = try call.json(["reason"]).text("reason") ?? ""
            try await call.engine.recurring.remove(
                try call.name("recurring"), reason: reason, by: call.principal?.name)
            return .object { $0.field("removed", true) }
        },
    ]

    private static func lastRun(_ entry: RecurringEntry?, to json: inout JSONWriter) {
        guard let entry else { return }
        json.field("lastFired", entry.time)
        json.field("lastJob", entry.job?.rawValue)
        json.field("lastState", entry.state?.name)
    }

    private static func write(_ one: RecurringStatus, _ isOpen: Bool, to json: inout JSONWriter) {
        one.write(to: &json)
        if isOpen { json.payload("args", one.shownArguments) }
        json.write(one.closed)
    }
}
