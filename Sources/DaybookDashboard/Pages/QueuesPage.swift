internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// Queues: how long they are, since when the oldest waits, whether they are paused, and what limits hold.
enum QueuesPage {
    static let routes =
        [
            Route(
                "GET", "/queues", .permission(.queuesRead), .page, "Queues and limits",
                [.query("after", .text, "The next page: queues behind the one of this name")]
            ) { try page($0) },
            move("pause", "Hands out no more jobs of a queue", isPause: true),
            move("resume", "Hands out jobs of a paused queue again", isPause: false),
            moveAll("pause", "Hands out no more jobs of any queue, those to come as well", isPause: true),
            moveAll("resume", "Hands out jobs of all queues again", isPause: false),
        ] + LimitForms.routes

    private static func moveAll(_ word: String, _ summary: String, isPause: Bool) -> Route {
        Route(
            "POST", "/\(word)", .permission(.queuesChange), .page, summary, RouteCall.reasonAndWayBack,
            success: 303
        ) { call in
            let form = try call.form
            let event = try await call.engine.moveAllQueues(isPause: isPause, try call.reason(form), call.actor)
            return try call.back(form, ["queues"], undo: (.queues, event))
        }
    }

    private static func move(_ word: String, _ summary: String, isPause: Bool) -> Route {
        Route(
            "POST", "/queues/{queue}/\(word)", .permission(.queuesChange), .page, summary,
            [.path("queue", .text, "The queue")] + RouteCall.reasonAndWayBack, success: 303
        ) { call in
            let form = try call.form
            let event = try await call.event(
                of: Command(
                    pausing: isPause, try call.name("queue"), reason: try call.reason(form), by: call.actor))
            return try call.back(form, ["queues"], undo: (.queues, event))
        }
    }

    private static func page(_ call: RouteCall) throws -> DashboardResponse {
        try call.requireWholeStore()
        let now = call.now
        let after = try call.query.value("after")
        let size = min(max(call.dashboard.options.pageSize, 1), 500)
        let (queues, next) = try QueueLine.page(after: after, limit: size, call)
        let isAnyPaused = try call.store.queues().contains(where: \.isPaused)
        let limits = try call.read { try LimitLine.all(at: now, in: $0) }
        return try call.page(Texts.queues, current: "queues", isLive: true) { frame, html in
            call.outcome(frame, &html)
            if queues.isEmpty {
                html.nothing(after == nil ? Texts.noQueues : Texts.noFurtherQueues)
            } else {
                table(queues, call, frame, now, &html)
            }
            html.pager(
                first: after.map { _ in frame.link(["queues"]) },
                next: next.map { frame.link(["queues"], [("after", $0)]) })
            moveAll(isAnyPaused: isAnyPaused, call, frame, &html)
            html.exports(frame, ["queues"])
            html.section(Texts.limits) { html in
                html.element("p", [.class("soft")], Texts.limitsExplained)
                LimitForms.write(limits, call, frame, &html)
            }
        }
    }

    private static func moveAll(
        isAnyPaused: Bool, _ call: RouteCall, _ frame: PageFrame, _ html: inout Html
    ) {
        guard call.may(.queuesChange) else { return }
        let attributes: [HtmlAttribute] = [
            .class("actions"), .named("role", "group"), .named("aria-label", Texts.actions), .id("all-queues"),
            .flag("data-live"),
        ]
        html.element("div", attributes) { html in
            html.action(
                frame, ["pause"], Texts.pauseEveryQueue, "quiet", next: call.here, asks: Texts.sureToPauseAll,
                hasReason: true)
            guard isAnyPaused else { return }
            html.action(frame, ["resume"], Texts.resumeEveryQueue, "quiet", next: call.here, hasReason: true)
        }
    }

    private static func table(
        _ queues: [QueueLine], _ call: RouteCall, _ frame: PageFrame, _ now: Instant, _ html: inout Html
    ) {
        var columns: [Html.Column] = [.text(Texts.queue), .text(Texts.oldestShort)]
        let hasRates = queues.contains { $0.endedPerMinute != nil }
        if hasRates { columns.append(.number(Texts.aMinute)) }
        let states = QueueLine.states
        columns += states.map { .number(Texts.state($0)) }
        if call.may(.queuesChange) { columns.append(.text(Texts.actions)) }
        html.table(Texts.queues, columns, isLive: "queues", folds: true) { html in
            for queue in queues {
                html.row { html in
                    html.element("td", [.class("wrap main")]) { html in
                        html.link(frame.link(["queues", queue.record.name]), Texts.queueName(queue.record.name))
                        if queue.record.isPaused { html.badge(Texts.paused, "warn") }
                        if let pause = queue.pause {
                            html.element("span", [.class("under")]) { pause.write(now, &$0) }
                        }
                        if let limit = queue.limit { html.element("span", [.class("under")], Texts.limit(limit)) }
                    }
                    html.element("td", queue.oldest == nil ? [] : [.named("data-label", Texts.oldestShort)]) { html in
                        if let oldest = queue.oldest { html.age(oldest, now) }
                    }
                    if hasRates {
                        let rate = queue.endedPerMinute.map { Texts.rate($0) } ?? "–"
                        let isZero = (queue.endedPerMinute ?? 0) == 0
                        html.element(
                            "td",
                            [.class(isZero ? "number zero" : "number"), .named("data-label", Texts.aMinute)], rate)
                    }
                    for state in states { queue.count(state, frame, &html) }
                    guard call.may(.queuesChange) else { return }
                    html.element("td", [.class("wrap")]) { queue.move(frame, call, &$0) }
                }
            }
        }
    }
}

struct LimitLine {
    let scope: String
    let limit: Limit
    let use: LimitUse

    static let shownMax = 200

    static func all(
        at now: Instant, limit most: Int = LimitLine.shownMax, in log: any LogSnapshot
    ) throws -> [LimitLine] {
        var rules: [(String, Limit)] = []
        try LimitRows.forEachRule(in: log) { scope, limit in
            rules.append((scope, limit))
            return rules.count < most
        }
        return try rules.map { LimitLine(scope: $0, limit: $1, use: try LimitUse(of: $0, $1, at: now, in: log)) }
    }
}
