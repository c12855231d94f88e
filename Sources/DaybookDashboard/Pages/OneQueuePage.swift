internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// One queue: how long it is, how fast it is worked off, whether it is paused and why, and what limits it.
enum OneQueuePage {
    static let routes = [
        Route(
            "GET", "/queues/{queue}", .permission(.queuesRead), .page, "One queue",
            [.path("queue", .text, "The queue's name")]
        ) { try page($0) }
    ]

    /// A queue that nobody has used yet is none.
    static func find(_ call: RouteCall) throws -> QueueLine {
        try call.requireWholeStore()
        guard let line = try QueueLine.one(try call.name("queue"), call) else {
            throw RouteFailure(404, Texts.Refused.noQueue)
        }
        return line
    }

    /// What happened in it by the minute; nil where no view tells.
    static func throughput(_ queue: String, _ call: RouteCall) -> Throughput? {
        guard call.past == nil else { return nil }
        return try? call.engine.view(of: DashboardFollower.self) {
            try Throughput(ofQueue: queue, until: call.now, in: $0)
        }
    }

    private static func page(_ call: RouteCall) throws -> DashboardResponse {
        let line = try find(call)
        let name = line.record.name
        let now = call.now
        let throughput = throughput(name, call)
        let scope = LimitScope.queue(name)
        let use = try call.read { log in try line.limit.map { try LimitUse(of: scope.text, $0, at: now, in: log) } }
        let crumbs = [Crumb(title: Texts.queues, link: call.link(["queues"]))]
        let title = Texts.queueName(name)
        return try call.page(title, current: "queues", crumbs: crumbs, isLive: true) { frame, html in
            call.outcome(frame, &html)
            html.element("div", [.id("queue"), .flag("data-live")]) { facts(line, throughput, frame, now, &$0) }
            if call.may(.queuesChange) {
                html.element("div", [.class("actions below"), .id("moves"), .flag("data-live")]) {
                    line.move(frame, call, &$0)
                }
            }
            // What stands for queues to come holds no jobs.
            guard name != Name.queuesToCome else { return }
            html.section(Texts.throughput) { html in
                html.element("div", [.id("throughput"), .flag("data-live")]) { chart(throughput, call, &$0) }
            }
            html.section(Texts.limit, id: "limit") { html in
                html.element("p") { html in
                    let words = Texts.limitUse(line.limit, use?.held ?? 0, use?.waiting ?? 0)
                    guard line.limit != nil, call.may(.jobsRead) else { return html.text(words) }
                    html.link(frame.link(["limits"], [("scope", scope.text)]), words)
                }
                LimitForms.change(scope, line.limit, call, frame, &html)
            }
        }
    }

    private static func facts(
        _ line: QueueLine, _ throughput: Throughput?, _ frame: PageFrame, _ now: Instant, _ html: inout Html
    ) {
        html.facts { html in
            if line.record.isPaused {
                html.fact(Texts.paused) { html in
                    html.badge(Texts.paused, "warn")
                    html.text(" ")
                    line.pause?.write(now, &html)
                }
            }
            guard line.record.name != Name.queuesToCome else { return }
            html.fact(Texts.oldest) { html in
                if let oldest = line.oldest { html.age(oldest, now) } else { html.text(Texts.none) }
            }
            html.fact(Texts.endedPerMinute, throughput.map { Texts.rate($0.endedPerMinute) })
            for state in QueueLine.states { html.fact(Texts.state(state)) { line.link(state, frame, &$0) } }
        }
    }

    private static func chart(_ throughput: Throughput?, _ call: RouteCall, _ html: inout Html) {
        guard let throughput else {
            return html.nothing(call.past == nil ? Texts.noStatistics : Texts.noRatesThen)
        }
        html.element("div", [.class("card chart")]) { html in
            HomePage.legend(throughput, &html)
            ThroughputChart(throughput).write(to: &html)
            if throughput.eventsBehind > 0 {
                html.element("p", [.class("soft")], Texts.behindBy(throughput.eventsBehind))
            }
        }
    }
}
