internal import Daybook
internal import DaybookModel

/// Queues, to look at and to pause.
enum QueueRoutes {
    private static let queue = RouteParameter.path("queue", .text, "The queue's name")
    private static let reason = RouteParameter.body("reason", .text, "Why, for the log")

    static let all = [
        Route("GET", "/api/v1/queues", .permission(.queuesRead), .json, "Queues and how many jobs they hold") { call in
            let queues = try QueueLine.all(call)
            return .object { json in json.list("queues", queues) { $0.write(to: &$1) } }
        },
        Route(
            "GET", "/api/v1/queues/{queue}", .permission(.queuesRead), .json,
            "One queue, and what ended and was enqueued in it by the minute", [queue]
        ) { call in
            var line = try OneQueuePage.find(call)
            let throughput = OneQueuePage.throughput(line.record.name, call)
            line.endedPerMinute = throughput?.endedPerMinute
            return .object { json in
                line.write(to: &json)
                json.list("minutes", throughput?.bars ?? []) { bar, json in
                    json.field("start", bar.start)
                    for figure in DashboardFollower.Figure.allCases { json.field("\(figure)", bar[figure]) }
                }
            }
        },
        moveAll("pause", "Holds the jobs of all queues back, those to come as well; what runs goes on", isPause: true),
        moveAll("resume", "Lets the jobs of all queues run again", isPause: false),
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

    private static func moveAll(_ word: String, _ summary: String, isPause: Bool) -> Route {
        Route("POST", "/api/v1/\(word)", .permission(.queuesChange), .json, summary, [reason]) { call in
            let reason = try call.json(["reason"]).text("reason") ?? ""
            let event = try await call.engine.moveAllQueues(isPause: isPause, reason, call.actor)
            return .object { $0.field("event", event) }
        }
    }
}
