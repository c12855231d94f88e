internal import Daybook
internal import DaybookModel

/// Processes that have the store open, to look at, quiet and stop.
enum ProcessRoutes {
    private static let process = RouteParameter.path("process", .number, "The process, by its first event")

    static let all =
        [
            Route(
                "GET", "/api/v1/processes", .permission(.processesRead), .json, "The processes that have the store open"
            ) { call in
                let found = try call.engine.processes()
                return .object { json in
                    json.list("processes", found) { process, json in
                        json.field("process", process.event)
                        json.field("pid", process.processID)
                        json.field("program", process.program)
                        json.field("started", process.started)
                        json.field("state", process.state)
                        json.field("running", process.running.count)
                        json.field("thisOne", process.isThisOne)
                    }
                }
            }
        ] + [
            ask("quiet", .quiet, "Has it claim no more jobs"), ask("resume", .resume, "Has it claim jobs again"),
            ask("stop", .stop, "Has it end once its running jobs have"),
        ]

    private static func ask(_ word: String, _ wish: ProcessWish, _ summary: String) -> Route {
        Route(
            "POST", "/api/v1/processes/{process}/\(word)", .permission(.processesChange), .json, summary,
            [process, .body("reason", .text, "Why, for the log")]
        ) { call in
            let reason = try call.json(["reason"]).text("reason") ?? ""
            return try await call.perform(
                .askProcess(try call.number("process"), wish, reason: reason, actor: call.actor))
        }
    }
}
