internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// One recurring job: when it fires, what it makes, and what came of it so far.
enum OneRecurringPage {
    static let routes = [
        Route(
            "GET", "/recurring/{id}", .permission(.recurringRead), .page, "One recurring job and its runs",
            [.path("id", .text, "Its id"), .query("before", .number, "The next page: what happened before this event")]
                + RecurringHistoryFilter.parameters
        ) { try page($0) }
    ]

    private static let previewCount = 10

    static func find(_ call: RouteCall) throws -> RecurringStatus {
        try call.requireWholeStore()
        guard let status = try call.recurring.one(try call.name("id")) else {
            throw RouteFailure(404, Texts.Refused.noRecurring)
        }
        return status
    }

    private static func page(_ call: RouteCall) throws -> DashboardResponse {
        let status = try find(call)
        let before = try call.cursor("before")
        let size = min(max(call.dashboard.options.pageSize, 1), 500)
        let filter = try RecurringHistoryFilter(call.query)
        let found = try filter.page(status, before: before, limit: size, call)
        let next = status.standing == .active ? try call.recurring.preview(status.id, count: previewCount) : []
        let preview = RecurringPreview(next, zone: status.zone, call)
        let statistics = try call.recurring.statistics(status.id)
        let now = call.now
        let crumbs = [Crumb(title: Texts.recurring, link: call.link(["recurring"]))]
        return try call.page(status.id, current: "recurring", crumbs: crumbs, isLive: before == nil) { frame, html in
            call.outcome(frame, &html)
            html.element("div", [.id("standing"), .flag("data-live")]) { standing(status, now, &$0) }
            RecurringActions.forms(status, call, frame, &html)
            html.element("div", [.class("columns")]) { html in
                html.section(Texts.about) { about(status, call, frame, &$0) }
                html.section(Texts.nextRuns) { html in
                    if next.isEmpty { html.nothing(Texts.none) } else { preview.write(now, &html) }
                }
            }
            html.section(Texts.runs) { RecurringRuns.show(statistics, frame, &$0) }
            html.section(Texts.arguments) {
                OneJobPage.payload(status.shownArguments, closed: status.closed, call, &$0)
            }
            html.section(Texts.history) { html in
                filter.form(status.id, frame, &html)
                history(found.entries, frame, &html)
                html.exports(frame, ["recurring", status.id, "history"], filter.query)
                if found.isCut { html.note(Texts.lookedAtEvents(found.looked)) }
                html.pager(
                    first: before == nil ? nil : frame.link(["recurring", status.id], filter.query),
                    next: found.next.map {
                        frame.link(["recurring", status.id], filter.query + [("before", "\($0)")])
                    })
            }
        }
    }

    private static func standing(_ status: RecurringStatus, _ now: Instant, _ html: inout Html) {
        html.element("p", [.class("standing")]) { html in
            html.badge(Texts.standing(status.standing), status.standing.tone)
            html.text(" ")
            switch status.standing {
            case .active:
                if let next = status.next {
                    html.text("\(Texts.next): ")
                    html.age(next, now)
                }
            case .paused(let until):
                if let until {
                    html.text("\(Texts.until) ")
                    html.time(until)
                }
                if let pause = status.pause {
                    html.text(" \(Texts.by) \(pause.actor), ")
                    html.time(pause.time)
                    if !pause.reason.isEmpty { html.text(": \(pause.reason)") }
                }
            case .broken(let why): html.text(Texts.broken(why))
            default: break
            }
        }
        if let description = status.description { html.element("p", [.class("why")], description) }
    }

    private static func about(_ status: RecurringStatus, _ call: RouteCall, _ frame: PageFrame, _ html: inout Html) {
        html.facts { html in
            html.fact(Texts.when, status.timetable.map(Texts.schedule) ?? Texts.byHand)
            html.fact(Texts.schedule) { html in html.element("code", status.schedule ?? Texts.none) }
            html.fact(Texts.zone, status.zone)
            html.fact(Texts.job) { $0.link(frame.link(["jobs"], [("name", status.jobName)]), status.jobName) }
            html.fact(Texts.queue) { $0.link(frame.link(["jobs"], [("queue", status.queue)]), status.queue) }
            if let group = status.group {
                html.fact(Texts.group) { $0.link(frame.link(["recurring"], [("group", group)]), group) }
            }
            html.fact(Texts.mode, status.isByHand ? Texts.byHand : Texts.automatic)
            if let starts = status.starts { html.fact(Texts.starts) { $0.time(starts) } }
            if let ends = status.ends { html.fact(Texts.ends) { $0.time(ends) } }
            if status.jitter != .zero { html.fact(Texts.jitter, Texts.upTo(RecurringRuns.words(status.jitter))) }
            html.fact(Texts.misfire, Texts.misfireRule(status.misfire))
            html.fact(Texts.lateAfter, RecurringRuns.words(status.lateAfter))
            html.fact(Texts.overlap, Texts.overlapRule(status.overlap))
            html.fact(Texts.madeBy, status.origin ?? Texts.madeByPeople)
            html.fact(Texts.fired, Texts.number(status.fired))
            html.fact(Texts.skipped, Texts.number(status.skipped))
            if let waiting = status.waiting { html.fact(Texts.waiting) { $0.time(waiting) } }
        }
    }

    private static func history(_ entries: [RecurringEntry], _ frame: PageFrame, _ html: inout Html) {
        guard !entries.isEmpty else { return html.nothing(Texts.none) }
        let columns: [Html.Column] = [
            .text(Texts.time), .text(Texts.what), .text(Texts.plannedFor), .text(Texts.job), .text(Texts.stateWord),
            .number(Texts.took), .text(Texts.who), .text(Texts.reason),
        ]
        html.table(Texts.history, columns, isLive: "history") { html in
            for entry in entries {
                html.row { html in
                    html.cell { $0.time(entry.time) }
                    html.cell(Texts.kind(entry.kind))
                    html.cell { html in if let planned = entry.planned { html.time(planned) } }
                    html.cell { html in
                        if let job = entry.job { html.link(frame.link(["jobs", "\(job)"]), "\(job)") }
                    }
                    html.cell { html in if let state = entry.state { html.state(state) } }
                    html.element("td", [.class("number")], entry.ran.map(RecurringRuns.words) ?? "")
                    html.cell(entry.actor.description)
                    html.wide(Texts.entryDetail(entry.howMany, entry.origin, entry.reason))
                }
            }
        }
    }
}
