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
                let near = try call.engine.otherProcesses().filter { $0.isAlive }.compactMap(\.facts)
                    .filter(call.dashboard.usage.isNear).map(\.event)
                return .object { json in
                    json.list("processes", found) { process, json in
                        json.field("process", process.event)
                        json.field("pid", process.processID)
                        json.field("program", process.program)
                        json.field("started", process.started)
                        json.field("state", process.state)
                        json.field("running", process.running.count)
                        json.field("thisOne", process.isThisOne)
                        guard process.isThisOne || near.contains(process.event) else { return }
                        call.dashboard.usage.usage(of: process.processID)?.write(to: &json)
                    }
                }
            },
            Route(
                "GET", "/api/v1/processes/{process}", .permission(.processesRead), .json,
                "One process, what it runs and what it uses", [process]
            ) { call in
                let line = try ProcessesPage.find(call)
                let jobs = try call.listed(line.jobs)
                return .object { json in
                    json.field("process", line.event)
                    json.field("pid", line.pid)
                    json.field("program", line.program)
                    json.field("user", line.started?.user)
                    json.field("host", line.started?.host)
                    json.field("started", line.since)
                    json.field("alive", line.isAlive)
                    json.field("standing", line.standing.map { "\($0)" })
                    json.field("thisOne", line.isOwn)
                    line.usage?.write(to: &json)
                    json.list("jobs", jobs) { $0.write(to: &$1) }
                }
            },
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
