internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// One limit: how much of it is used, and who waits for it in which order.
enum LimitPage {
    static let routes = [
        Route(
            "GET", "/limits", .permission(.jobsRead), .page, "Who waits for a limit, in order",
            [
                .query("scope", .text, "`queue:NAME`, `name:JOB`, `key:KEY` or `key:GROUP:*`"),
                .query("cursor", .text, "The next page: behind the last of the one before"),
            ]
        ) { try page($0) }
    ]

    private static func page(_ call: RouteCall) throws -> DashboardResponse {
        try call.requireWholeStore()
        let size = min(max(call.dashboard.options.pageSize, 1), 500)
        let list = try LimitRoutes.waiting(call, size)
        let scope = try call.query.value("scope") ?? ""
        let isFirst = try call.query.value("cursor") == nil
        let rule = try call.read { try LimitRows.effectiveRule(scope, in: $0) }
        let now = call.now
        let crumbs = [Crumb(title: Texts.queues, link: call.link(["queues"]))]
        return try call.page(Texts.limitOf(scope), current: "queues", crumbs: crumbs, isLive: isFirst) { frame, html in
            html.element("p", [.class("soft")]) { html in
                html.text(Texts.limitUse(rule, list.use.held, list.use.waiting))
                if let opens = list.opens {
                    html.text(" " + Texts.opens + " ")
                    html.age(opens, now)
                }
            }
            call.outcome(frame, &html)
            if let scope = LimitScope(text: scope) {
                let own = try? call.read { try LimitRows.rule(scope.text, in: $0) }
                LimitForms.change(scope, own ?? nil, call, frame, &html)
            }
            if list.jobs.isEmpty, list.keys.isEmpty { html.nothing(Texts.nobodyWaits) }
            if !list.jobs.isEmpty { jobs(list.jobs, now, frame, &html) }
            if !list.keys.isEmpty { keys(list.keys, now, frame, &html) }
            html.pager(
                first: isFirst ? nil : frame.link(["limits"], [("scope", scope)]),
                next: list.next.map { frame.link(["limits"], [("scope", scope), ("cursor", $0)]) })
        }
    }

    private static func jobs(
        _ jobs: [WaitList.Waiter], _ now: Instant, _ frame: PageFrame, _ html: inout Html
    ) {
        let columns: [Html.Column] = [
            .number(Texts.place), .number(Texts.number), .text(Texts.name), .text(Texts.queue),
            .number(Texts.priority), .text(Texts.since),
        ]
        html.table(Texts.waiting, columns, isLive: "waiting") { html in
            for waiter in jobs {
                html.row { html in
                    html.number(waiter.place)
                    let id = "\(waiter.job.id)"
                    html.element("td", [.class("number")]) { $0.link(frame.link(["jobs", id]), id) }
                    html.element("td", [.class("wrap main")]) { $0.link(frame.link(["jobs", id]), waiter.job.name) }
                    html.cell(waiter.job.queue)
                    html.number(waiter.job.priority)
                    html.cell { $0.age(waiter.job.since, now) }
                }
            }
        }
    }

    private static func keys(_ keys: [WaitList.Key], _ now: Instant, _ frame: PageFrame, _ html: inout Html) {
        let columns: [Html.Column] = [
            .text(Texts.limitKey), .number(Texts.running), .number(Texts.waiting), .text(Texts.opens),
        ]
        html.table(Texts.waiting, columns, isLive: "waiting") { html in
            for key in keys {
                html.row { html in
                    html.element("td", [.class("mono")]) {
                        $0.link(frame.link(["limits"], [("scope", key.scope)]), key.scope)
                    }
                    key.use.cells(&html)
                    html.cell { html in if let opens = key.opens { html.age(opens, now) } }
                }
            }
        }
    }
}
