internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// Queues: how long they are, since when the oldest waits, whether they are paused, and what limits hold.
enum QueuesPage {
    static let routes =
        [
            Route("GET", "/queues", .permission(.queuesRead), .page, "Queues and limits") { try page($0) },
            move("pause", "Hands out no more jobs of a queue") { .pauseQueue($0, reason: $1, actor: $2) },
            move("resume", "Hands out jobs of a paused queue again") { .resumeQueue($0, reason: $1, actor: $2) },
        ] + LimitForms.routes

    private static func move(
        _ word: String, _ summary: String, _ command: @escaping @Sendable (String, String, Actor) -> Command
    ) -> Route {
        Route(
            "POST", "/queues/{queue}/\(word)", .permission(.queuesChange), .page, summary,
            [.path("queue", .text, "The queue")] + RouteCall.reasonAndWayBack, success: 303
        ) { call in
            let form = try call.form
            let event = try await call.event(
                of: command(try call.name("queue"), try call.reason(form), call.actor))
            return try call.back(form, ["queues"], undo: (.queues, event))
        }
    }

    private static func page(_ call: RouteCall) throws -> DashboardResponse {
        try call.requireWholeStore()
        let now = call.now
        let (queues, limits) = try call.read { log in
            (try QueueLine.all(in: log), try LimitLine.all(at: now, in: log))
        }
        return try call.page(Texts.queues, current: "queues", isLive: true) { frame, html in
            call.outcome(frame, &html)
            if queues.isEmpty { html.nothing(Texts.noQueues) } else { table(queues, call, frame, now, &html) }
            html.exports(frame, ["queues"])
            html.section(Texts.limits) { html in
                html.element("p", [.class("soft")], Texts.limitsExplained)
                LimitForms.write(limits, call, frame, &html)
            }
        }
    }

    private static func table(
        _ queues: [QueueLine], _ call: RouteCall, _ frame: PageFrame, _ now: Instant, _ html: inout Html
    ) {
        var columns: [Html.Column] = [.text(Texts.queue), .text(Texts.oldest)]
        let states: [JobState] = [
            .enqueued, .processing, .scheduled, .awaiting, .parked, .failed, .succeeded, .cancelled,
        ]
        columns += states.map { .number(Texts.state($0)) }
        if call.may(.queuesChange) { columns.append(.text(Texts.actions)) }
        html.table(Texts.queues, columns, isLive: "queues") { html in
            for queue in queues {
                html.row { html in
                    html.element("td", [.class("main")]) { html in
                        html.link(frame.link(["jobs"], [("queue", queue.record.name)]), queue.record.name)
                        if queue.record.isPaused { html.badge(Texts.paused, "warn") }
                        if let limit = queue.limit { html.element("span", [.class("under")], limit.words) }
                    }
                    html.cell { html in if let oldest = queue.oldest { html.age(oldest, now) } }
                    for state in states {
                        let count = queue.record[state]
                        html.element("td", [.class(count == 0 ? "number zero" : "number")]) { html in
                            let query: [(String, String?)] = [("state", state.name), ("queue", queue.record.name)]
                            if count == 0 {
                                html.text("0")
                            } else {
                                html.link(frame.link(["jobs"], query), Texts.number(count))
                            }
                        }
                    }
                    guard call.may(.queuesChange) else { return }
                    html.cell { html in
                        let isPaused = queue.record.isPaused
                        html.action(
                            frame, ["queues", queue.record.name, isPaused ? "resume" : "pause"],
                            isPaused ? Texts.resume : Texts.pause, "quiet", next: frame.link(["queues"]).text,
                            hasReason: true)
                    }
                }
            }
        }
    }
}

/// A queue as it stands.
struct QueueLine {
    let record: QueueRecord
    /// Since when the job has been ready that waits longest.
    let oldest: Instant?
    let limit: Limit?

    static func all(in log: any LogSnapshot) throws -> [QueueLine] {
        var books = Books()
        return try books.allQueues(in: log).enumerated().map { index, record in
            QueueLine(
                record: record, oldest: try ReadyAge.oldest(of: UInt32(index + 1), record, in: log),
                limit: try LimitRows.rule(LimitScope.queue(record.name).text, in: log))
        }.sorted { $0.record.name < $1.record.name }
    }
}

struct LimitLine {
    let scope: String
    let limit: Limit
    let use: LimitUse

    private static let shownMax = 200

    static func all(at now: Instant, in log: any LogSnapshot) throws -> [LimitLine] {
        var rules: [(String, Limit)] = []
        try LimitRows.forEachRule(in: log) { scope, limit in
            rules.append((scope, limit))
            return rules.count < shownMax
        }
        return try rules.map { LimitLine(scope: $0, limit: $1, use: try LimitUse(of: $0, $1, at: now, in: log)) }
    }
}
