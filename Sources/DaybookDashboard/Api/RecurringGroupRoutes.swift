internal import Daybook
internal import DaybookModel

/// All triggers of one scheduled job at once.
enum RecurringGroupRoutes {
    private static let group = RouteParameter.path("group", .text, "The scheduled job that they are triggers of")
    private static let reason = RouteParameter.body("reason", .text, "Why, for the log")

    static let all = [
        Route(
            "POST", "/api/v1/recurring-groups/{group}/pause", .permission(.recurringChange), .json,
            "They fire no more until somebody resumes them, or until an instant",
            [group, .body("until", .time, "Until when"), reason]
        ) { call in
            let body = try call.json(["until", "reason"])
            let ids = try await call.engine.recurring.pause(
                group: try call.name("group"), until: try body.time("until"), reason: try body.text("reason") ?? "",
                by: call.principal?.name)
            return .object { $0.field("paused", ids) }
        },
        Route(
            "POST", "/api/v1/recurring-groups/{group}/resume", .permission(.recurringChange), .json,
            "Ends their pauses", [group, reason]
        ) { call in
            let reason = try call.json(["reason"]).text("reason") ?? ""
            let ids = try await call.engine.recurring.resume(
                group: try call.name("group"), reason: reason, by: call.principal?.name)
            return .object { $0.field("resumed", ids) }
        },
        Route(
            "POST", "/api/v1/recurring-groups/{group}/trigger", .permission(.recurringChange), .json,
            "Makes a job of each now", [group, reason], success: 201
        ) { call in
            let reason = try call.json(["reason"]).text("reason") ?? ""
            let jobs = try await call.engine.recurring.trigger(
                group: try call.name("group"), reason: reason, by: call.principal?.name)
            return .object(201) { json in
                json.key("jobs")
                json.array { json in for job in jobs { json.value(job.id.rawValue) } }
            }
        },
        Route(
            "DELETE", "/api/v1/recurring-groups/{group}", .permission(.recurringChange), .json,
            "Takes them out; their history stays", [group, reason]
        ) { call in
            let reason = try call.json(["reason"]).text("reason") ?? ""
            let ids = try await call.engine.recurring.remove(
                group: try call.name("group"), reason: reason, by: call.principal?.name)
            return .object { $0.field("removed", ids) }
        },
    ]
}
