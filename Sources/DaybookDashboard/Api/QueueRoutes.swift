internal import Daybook
internal import DaybookModel

/// Queues, to look at and to pause.
enum QueueRoutes {
    private static let queue = RouteParameter.path("queue", .text, "The queue's name")
    private static let reason = RouteParameter.body("reason", .text, "Why, for the log")

    static let all = [
        Route("GET", "/api/v1/queues", .permission(.queuesRead), .json, "Queues and how many jobs they hold") { call in
            let queues = try call.store.queues()
            return .object { json in json.list("queues", queues) { write($0, to: &$1) } }
        },
        Route(
            "POST", "/api/v1/queues/{queue}/pause", .permission(.queuesChange), .json,
            "Holds a queue's jobs back; what runs goes on", [queue, reason]
        ) { call in
            let reason = try call.json(["reason"]).text("reason") ?? ""
            return try await call.perform(.pauseQueue(try call.name("queue"), reason: reason, actor: call.actor))
        },
        Route(
            "POST", "/api/v1/queues/{queue}/resume", .permission(.queuesChange), .json,
            "Lets a queue's jobs run again", [queue, reason]
        ) { call in
            let reason = try call.json(["reason"]).text("reason") ?? ""
            return try await call.perform(.resumeQueue(try call.name("queue"), reason: reason, actor: call.actor))
        },
    ]

    private static func write(_ queue: QueueSummary, to json: inout JSONWriter) {
        json.field("queue", queue.name)
        json.field("paused", queue.isPaused)
        for state in JobState.allCases { json.field(state.name, queue[state]) }
    }
}
