internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// Jobs by state, with filters, and what can be done to some of them at once.
enum JobsPage {
    static let routes = [
        Route("GET", "/jobs", .permission(.jobsRead), .page, "Jobs, the newest first", parameters) { try page($0) },
        JobSelection.route,
    ]

    private static let parameters: [RouteParameter] = [
        .query("state", .word(JobFilter.stateWords), "Only jobs in this state"),
        .query("queue", .text, "Only jobs of this queue"), .query("name", .text, "Only jobs of this name"),
        .query("tag", .text, "Only jobs with this tag"), .query("tenant", .text, "Only jobs of this tenant"),
        .query("text", .text, "Only jobs with this text in name, tags, key, request id, arguments or last error"),
        .query("error", .text, "Only jobs with a last error of this type"),
        .query("similar", .text, "Only jobs whose last error is of this group of errors that are alike"),
        .query("createdFrom", .time, "Only jobs that were enqueued at this instant or later"),
        .query("createdBefore", .time, "Only jobs that were enqueued before this instant"),
        .query("before", .number, "The next page: jobs older than this one"),
    ]

    private static func page(_ call: RouteCall) throws -> DashboardResponse {
        let filter = try filter(call.query, call)
        let before = try call.cursor("before")
        let size = min(max(call.dashboard.options.pageSize, 1), 500)
        let listing = try JobDirectory(call, filter).page(below: before, limit: size)
        let shown = try call.read { log in try listing.jobs.map { try JobRow($0, call, in: log) } }
        let queues = try call.store.queues()
        let counts = call.principal?.tenant == nil ? try Counts(call) : nil
        let now = call.now
        let title = filter.isRetrying ? Texts.retryingJobs : filter.states.first.map(Texts.jobsIn) ?? Texts.jobs
        let groups = before == nil ? FailureGroup.shown(for: filter, call) : []
        return try call.page(title, current: "jobs", isLive: before == nil) { frame, html in
            call.outcome(frame, &html)
            states(frame, call, counts, filter, &html)
            filters(frame, call, filter, &html)
            if !groups.isEmpty { html.section(Texts.failuresByError) { FailureGroup.table(groups, frame, &$0) } }
            list(frame, call, shown, now, &html)
            if call.may(.jobsChange) { OperationsPage.form(filter, queues, frame, &html) }
            html.exports(frame, ["jobs"], filter.asked)
            if listing.isCut { html.note(Texts.lookedAt(listing.looked)) }
            html.pager(
                first: before.map { _ in link(frame, call) },
                next: listing.next.map { link(frame, call, [("before", "\($0)")]) })
        }
    }

    static func filter(_ query: FormValues, _ call: RouteCall) throws -> JobFilter {
        var filter = JobFilter(
            queue: try query.value("queue"), name: try query.value("name"),
            tags: try query.value("tag").map { [$0] } ?? [], tenant: try query.value("tenant"),
            text: try query.value("text"), error: try query.value("error"))
        if let state = try query.value("state") { try filter.add(state: state) }
        try filter.readRest(query)
        try call.narrow(&filter)
        return filter
    }

    /// The page with other values in its address; nil takes one out.
    private static func link(
        _ frame: PageFrame, _ call: RouteCall, _ changes: [(String, String?)] = []
    ) -> PageLink {
        let names = [
            "state", "queue", "name", "tag", "tenant", "text", "error", "similar", "createdFrom", "createdBefore",
        ]
        var pairs: [(String, String?)] = names.map { name in (name, (try? call.query.value(name)) ?? nil) }
        for (name, value) in changes {
            if let index = pairs.firstIndex(where: { $0.0 == name }) {
                pairs[index].1 = value
            } else {
                pairs.append((name, value))
            }
        }
        return frame.link(["jobs"], pairs)
    }

    private static func states(
        _ frame: PageFrame, _ call: RouteCall, _ counts: Counts?, _ filter: JobFilter, _ html: inout Html
    ) {
        html.element("ul", [.class("chips"), .id("states"), .flag("data-live")]) { html in
            func chip(_ state: JobState?, _ text: String, isRetrying: Bool = false) {
                let isCurrent = filter.states.first == state && filter.isRetrying == isRetrying
                let word = isRetrying ? JobFilter.retrying : state?.name
                html.element("li") { html in
                    html.element(
                        "a",
                        [.href(link(frame, call, [("state", word)]))]
                            + (isCurrent ? [.named("aria-current", "true")] : [])
                    ) { html in
                        html.text(text)
                        if let count = isRetrying ? counts?.retrying : state.flatMap({ counts?.text($0) }) {
                            html.text(" ")
                            html.element("b", count)
                        }
                    }
                }
            }
            chip(nil, Texts.all)
            for state in JobState.allCases {
                chip(state, Texts.state(state))
                if state == .scheduled { chip(nil, Texts.retrying, isRetrying: true) }
            }
        }
    }

    private static func filters(
        _ frame: PageFrame, _ call: RouteCall, _ filter: JobFilter, _ html: inout Html
    ) {
        var rest = filter
        (rest.states, rest.isRetrying) = ([], false)
        // Those of a tenant have not asked for it.
        if call.principal?.tenant != nil { rest.tenant = nil }
        let isSet = !rest.isEmpty
        html.element("details", [.class("narrow")] + (isSet ? [.flag("open")] : [])) { html in
            html.element("summary", Texts.filter)
            fields(frame, call, filter, isSet: isSet, &html)
        }
    }

    private static func fields(
        _ frame: PageFrame, _ call: RouteCall, _ filter: JobFilter, isSet: Bool, _ html: inout Html
    ) {
        frame.search(&html, ["jobs"]) { html in
            let state = filter.isRetrying ? JobFilter.retrying : filter.states.first?.name
            if let state { html.hidden("state", state) }
            if let similar = filter.similar { html.hidden("similar", similar.text) }
            html.input(Texts.queue, "queue", filter.queue ?? "")
            html.input(Texts.jobName, "name", filter.name ?? "")
            html.input(Texts.tag, "tag", filter.tags.first ?? "")
            if call.principal?.tenant == nil { html.input(Texts.tenant, "tenant", filter.tenant ?? "") }
            if call.may(.jobsArgsRead) { html.input(Texts.text, "text", filter.text ?? "", [.type("search")]) }
            html.input(Texts.errorType, "error", filter.error ?? "")
            html.instant(Texts.createdFrom, "createdFrom", filter.createdFrom)
            html.instant(Texts.createdBefore, "createdBefore", filter.createdBefore)
            html.button(Texts.filter)
            if isSet { html.link(frame.link(["jobs"], [("state", state)]), Texts.clear) }
        }
    }

    private static func list(
        _ frame: PageFrame, _ call: RouteCall, _ rows: [JobRow], _ now: Instant, _ html: inout Html
    ) {
        guard call.may(.jobsChange) else { return table(frame, rows, now, isChoice: false, &html) }
        // Also around a list with no jobs: those that come are chosen with what stands here. It shows with them.
        frame.form(&html, ["jobs", "selection"]) { html in
            html.hidden("next", call.here)
            table(frame, rows, now, isChoice: true, &html)
            let about: [HtmlAttribute] = [
                .class("actions below"), .named("role", "group"), .named("aria-label", Texts.withSelected),
            ]
            html.element("div", about) { html in
                html.element("span", [.class("soft")], Texts.withSelected)
                html.reason(for: Texts.withSelected)
                OperationsPage.buttons(&html) { $0 == .delete ? Texts.sureToDeleteChosen : nil }
            }
        }
    }

    private static func table(
        _ frame: PageFrame, _ rows: [JobRow], _ now: Instant, isChoice: Bool, _ html: inout Html
    ) {
        guard !rows.isEmpty else {
            return html.element("div", [.id("jobs"), .flag("data-live")]) { $0.nothing(Texts.noJobs) }
        }
        var columns: [Html.Column] = isChoice ? [.hidden(Texts.choose)] : []
        columns += JobRow.columns
        html.table(Texts.jobs, columns, isLive: "jobs", folds: true) { html in
            for row in rows { row.write(frame, now, isChoice: isChoice, &html) }
        }
    }
}
