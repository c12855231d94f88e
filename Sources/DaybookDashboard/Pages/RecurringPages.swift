internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// Recurring jobs and when they fire.
enum RecurringPages {
    static let routes =
        [
            Route(
                "GET", "/recurring", .permission(.recurringRead), .page, "Recurring jobs",
                [
                    .query("text", .text, "Only those with this in their id"),
                    .query("group", .text, "Only the triggers of this scheduled job"),
                    .query("after", .number, "The next page: those that came into being after this one"),
                ]
            ) { try page($0) }
        ] + RecurringForm.routes + RecurringPreview.routes + OneRecurringPage.routes + RecurringActions.routes
        + RecurringGroupActions.routes

    private static func page(_ call: RouteCall) throws -> DashboardResponse {
        try call.requireWholeStore()
        let after = try call.cursor("after") ?? 0
        let (text, group) = (try call.query.value("text"), try call.query.value("group"))
        let size = min(max(call.dashboard.options.pageSize, 1), 500)
        let found = try call.recurring.page(after: after, text: text, group: group, limit: size)
        let filter = [("text", text), ("group", group)]
        let now = call.now
        let recurring = call.recurring
        let runs = try found.found.map { try recurring.lastRun(of: $0) }
        let last = Dictionary(zip(found.found.map(\.id), runs)) { first, _ in first }
        return try call.page(Texts.recurring, current: "recurring", isLive: true) { frame, html in
            call.outcome(frame, &html)
            html.element("div", [.class("filters")]) { html in
                frame.search(&html, ["recurring"]) { html in
                    html.input(Texts.text, "text", text ?? "", [.type("search")])
                    html.input(Texts.group, "group", group ?? "", [.type("search")])
                    html.button(Texts.filter)
                }
                if call.may(.recurringChange) {
                    html.element(
                        "a", [.class("button"), .href(frame.link(["recurring-new"]))], Texts.newRecurring)
                }
            }
            if let group, Name.isValid(group), !found.found.isEmpty {
                RecurringGroupActions.forms(group, call, frame, &html)
            }
            if found.found.isEmpty {
                html.nothing(Texts.noRecurring)
            } else {
                table(found.found, last, frame, now, &html)
                html.exports(frame, ["recurring"], filter)
            }
            html.pager(
                first: after == 0 ? nil : frame.link(["recurring"], filter),
                next: found.next.map { frame.link(["recurring"], filter + [("after", "\($0)")]) })
        }
    }

    /// Triggers of one scheduled job stand together, where the first of them stands.
    static func together(_ all: [RecurringStatus]) -> [(group: String?, triggers: [RecurringStatus])] {
        var parts: [(group: String?, triggers: [RecurringStatus])] = []
        var places: [String: Int] = [:]
        for one in all {
            if let group = one.group, let place = places[group] {
                parts[place].triggers.append(one)
            } else {
                if let group = one.group { places[group] = parts.count }
                parts.append((one.group, [one]))
            }
        }
        return parts
    }

    private static func table(
        _ all: [RecurringStatus], _ last: [String: RecurringEntry?], _ frame: PageFrame, _ now: Instant,
        _ html: inout Html
    ) {
        let columns: [Html.Column] = [
            .text(Texts.recurringID), .text(Texts.when), .text(Texts.zone), .text(Texts.stateWord), .text(Texts.next),
            .text(Texts.lastRun), .text(Texts.job), .number(Texts.fired), .number(Texts.skipped),
        ]
        html.table(Texts.recurring, columns, isLive: "recurring") { html in
            for part in together(all) {
                if let group = part.group {
                    html.row { html in
                        html.element("th", [.named("colspan", "\(columns.count)"), .named("scope", "rowgroup")]) {
                            html in
                            html.text("\(Texts.group) ")
                            html.link(frame.link(["recurring"], [("group", group)]), group)
                        }
                    }
                }
                for one in part.triggers { row(one, last[one.id] ?? nil, frame, now, &html) }
            }
        }
    }

    private static func row(
        _ one: RecurringStatus, _ last: RecurringEntry?, _ frame: PageFrame, _ now: Instant, _ html: inout Html
    ) {
        html.row { html in
            html.element("td", [.class("wrap main")]) { html in
                html.link(frame.link(["recurring", one.id]), one.id)
                if let description = one.description { html.element("span", [.class("under")], description) }
            }
            html.element("td", [.class("wrap")]) { html in
                html.text(one.timetable.map(Texts.schedule) ?? Texts.byHand)
                if let schedule = one.schedule { html.element("span", [.class("under mono")], schedule) }
            }
            html.cell(one.zone)
            html.cell { $0.badge(Texts.standing(one.standing), one.standing.tone) }
            html.cell { html in if one.standing == .active, let next = one.next { html.age(next, now) } }
            html.cell { html in
                guard let last else { return }
                html.age(last.time, now)
                guard let job = last.job else { return }
                html.element("span", [.class("under")]) { html in
                    html.link(frame.link(["jobs", "\(job)"]), "\(job)")
                    html.text(" \(last.state.map(Texts.state) ?? Texts.deleted)")
                }
            }
            html.element("td", [.class("wrap")]) { html in
                html.text(one.jobName)
                html.element("span", [.class("under")], one.queue)
            }
            html.number(one.fired)
            html.number(one.skipped)
        }
    }
}

extension RecurringStatus.Standing {
    var tone: String {
        switch self {
        case .active: "good"
        case .byHand, .over, .removed: "soft"
        case .paused: "warn"
        case .broken: "bad"
        }
    }
}
