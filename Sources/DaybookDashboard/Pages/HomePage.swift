internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// How everything stands at a glance: what needs somebody's attention, how many jobs there are, and how it goes.
enum HomePage {
    static let routes = [
        Route(
            "GET", "/", .known, .page, "How everything stands",
            [.query("span", .word(Throughput.Span.allCases.map(\.rawValue)), "How far back the chart goes")]
        ) { try page($0) }
    ]

    private static let failuresShown = 5

    private static func page(_ call: RouteCall) throws -> DashboardResponse {
        let now = call.now
        var span = Throughput.Span.hour
        if let word = try call.query.value("span") {
            guard let found = Throughput.Span(rawValue: word) else {
                throw RouteFailure.badCall(Texts.Refused.badSpan)
            }
            span = found
        }
        let maySeeStore = call.may(.storeRead) && call.principal?.tenant == nil
        let queues = maySeeStore ? try call.store.queues() : []
        let concerns = maySeeStore ? try Concern.all(call, now) : []
        let throughput =
            maySeeStore ? try throughput(span, call) : nil
        let failures = call.may(.jobsRead) ? try failures(call) : []
        let groups = FailureGroup.visible(call)
        return try call.page(Texts.home, current: "home", isLive: true) { frame, html in
            if maySeeStore {
                html.element("div", [.id("concerns"), .flag("data-live")]) { self.concerns(concerns, frame, now, &$0) }
                html.element("div", [.class("tiles"), .id("tiles"), .flag("data-live")]) {
                    tiles(queues, frame, call, &$0)
                }
                html.section(Texts.throughput) { html in
                    html.element("div", [.id("throughput"), .flag("data-live")]) {
                        chart(throughput, span, frame, now, &$0)
                    }
                }
            }
            if !groups.isEmpty {
                html.section(Texts.failuresByError) { FailureGroup.table(groups, frame, &$0) }
            }
            if call.may(.jobsRead) {
                html.section(Texts.latestFailures) { html in
                    html.element("div", [.id("failures"), .flag("data-live")]) {
                        self.failures(failures, frame, now, &$0)
                    }
                }
            }
        }
    }

    private static func throughput(_ span: Throughput.Span, _ call: RouteCall) throws -> Throughput? {
        guard call.past == nil else { return try call.read { try Throughput(span, until: call.now, walking: $0) } }
        return try? call.engine.view(of: DashboardFollower.self) { try Throughput(span, until: call.now, in: $0) }
    }

    private static func failures(_ call: RouteCall) throws -> [JobRow] {
        let filter = JobFilter(states: [.failed], tenant: call.principal?.tenant)
        let found = try JobDirectory(call, filter).page(below: nil, limit: failuresShown)
        return try call.read { log in try found.jobs.map { try JobRow($0, call, in: log, withFailure: true) } }
    }

    private static func failures(_ rows: [JobRow], _ frame: PageFrame, _ now: Instant, _ html: inout Html) {
        guard !rows.isEmpty else { return html.nothing(Texts.noFailures) }
        html.table(Texts.latestFailures, JobRow.columns, folds: true) { html in
            for row in rows { row.write(frame, now, isChoice: false, &html) }
        }
    }

    private static func tiles(
        _ queues: [QueueSummary], _ frame: PageFrame, _ call: RouteCall, _ html: inout Html
    ) {
        let order: [JobState] = [
            .processing, .enqueued, .scheduled, .awaiting, .succeeded, .failed, .parked, .cancelled,
        ]
        for state in order {
            let count = queues.reduce(0) { $0 + $1[state] }
            let tone = count == 0 ? "zero" : state.tone
            html.element(
                "a", [.class("tile \(tone)"), .href(frame.link(["jobs"], [("state", state.name)]))]
            ) { html in
                html.element("strong", Texts.number(count))
                html.element("span", Texts.state(state))
            }
        }
    }

    private static func concerns(
        _ concerns: [Concern], _ frame: PageFrame, _ now: Instant, _ html: inout Html
    ) {
        guard !concerns.isEmpty else {
            return html.element("p", [.class("allwell")]) { html in
                html.badge(Texts.fine, "good")
                html.text(" \(Texts.nothingWrong)")
            }
        }
        html.element("ul", [.class("remarks"), .named("aria-label", Texts.needsAttention)]) { html in
            for concern in concerns {
                html.element("li", [.class(concern.isBad ? "bad" : "warn")]) { html in
                    html.badge(concern.isBad ? Texts.problem : Texts.noteWord, concern.isBad ? "bad" : "warn")
                    html.element("span") { html in
                        html.link(frame.link(concern.parts, concern.query), concern.text)
                        if let since = concern.since {
                            html.text(" · ")
                            html.age(since, now)
                        }
                        if let detail = concern.detail { html.element("span", [.class("under")], detail) }
                    }
                }
            }
        }
    }

    private static func percentiles(_ throughput: Throughput, _ html: inout Html) {
        let rows = [(Texts.waited, throughput.waitTimes), (Texts.ran, throughput.runTimes)].filter { !$0.1.isEmpty }
        guard !rows.isEmpty else { return }
        let columns = [Html.Column.text(Texts.howLong)] + RunTimes.shown.map { .number(Texts.percentile($0)) }
        html.table(Texts.howLong, columns) { html in
            for (title, times) in rows {
                html.row { html in
                    html.element("td", [.class("main")], title)
                    for hundredths in RunTimes.shown {
                        let time = times.percentile(hundredths).map { Texts.length(UInt64($0)) }
                        html.element("td", [.class("number")], time ?? "–")
                    }
                }
            }
        }
    }

    static func legend(_ throughput: Throughput, _ html: inout Html) {
        html.element("p", [.class("legend")]) { html in
            html.element("span", [.class("key good")], Texts.keyed(Texts.succeeded, throughput.total(.succeeded)))
            html.element("span", [.class("key warn")], Texts.keyed(Texts.retried, throughput.total(.retried)))
            html.element("span", [.class("key bad")], Texts.keyed(Texts.failed, throughput.total(.failed)))
            html.element("span", [.class("soft")], Texts.keyed(Texts.enqueued, throughput.total(.enqueued)))
        }
    }

    private static func chart(
        _ throughput: Throughput?, _ span: Throughput.Span, _ frame: PageFrame, _ now: Instant, _ html: inout Html
    ) {
        html.element("ul", [.class("chips")]) { html in
            for one in Throughput.Span.allCases {
                let attributes: [HtmlAttribute] =
                    [.href(frame.link([], [("span", one.rawValue)]))]
                    + (one == span ? [.named("aria-current", "true")] : [])
                html.element("li") { $0.element("a", attributes, Texts.span(one)) }
            }
        }
        guard let throughput else { return html.nothing(Texts.noStatistics) }
        html.element("div", [.class("card chart")]) { html in
            legend(throughput, &html)
            ThroughputChart(throughput).write(to: &html)
            percentiles(throughput, &html)
            if throughput.isCut { html.element("p", [.class("soft")], Texts.countedFrom(Throughput.eventsMax)) }
            if throughput.eventsBehind > 0 {
                html.element("p", [.class("soft")], Texts.behindBy(throughput.eventsBehind))
            }
        }
    }
}
