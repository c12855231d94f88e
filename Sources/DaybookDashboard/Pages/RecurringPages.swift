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
                    .query("after", .number, "The next page: those that came into being after this one"),
                ]
            ) { try page($0) }
        ] + RecurringForm.routes + OneRecurringPage.routes + RecurringActions.routes

    private static func page(_ call: RouteCall) throws -> DashboardResponse {
        try call.requireWholeStore()
        let after = try call.cursor("after") ?? 0
        let text = try call.query.value("text")
        let size = min(max(call.dashboard.options.pageSize, 1), 500)
        let found = try call.recurring.page(after: after, text: text, limit: size + 1)
        let now = call.now
        return try call.page(Texts.recurring, current: "recurring", isLive: true) { frame, html in
            call.outcome(frame, &html)
            html.element("div", [.class("filters")]) { html in
                frame.search(&html, ["recurring"]) { html in
                    html.input(Texts.text, "text", text ?? "", [.type("search")])
                    html.button(Texts.filter)
                }
                if call.may(.recurringChange) {
                    html.element(
                        "a", [.class("button"), .href(frame.link(["recurring-new"]))], Texts.newRecurring)
                }
            }
            guard !found.isEmpty else { return html.nothing(Texts.noRecurring) }
            table(Array(found.prefix(size)), frame, now, &html)
            html.exports(frame, ["recurring"], [("text", text)])
            html.pager(
                first: after == 0 ? nil : frame.link(["recurring"], [("text", text)]),
                next: found.count > size
                    ? frame.link(["recurring"], [("text", text), ("after", "\(found[size - 1].definition)")]) : nil)
        }
    }

    private static func table(_ all: [RecurringStatus], _ frame: PageFrame, _ now: Instant, _ html: inout Html) {
        let columns: [Html.Column] = [
            .text(Texts.recurringID), .text(Texts.when), .text(Texts.zone), .text(Texts.stateWord), .text(Texts.next),
            .text(Texts.job), .number(Texts.fired), .number(Texts.skipped),
        ]
        html.table(Texts.recurring, columns, isLive: "recurring") { html in
            for one in all {
                html.row { html in
                    html.element("td", [.class("wrap main")]) { html in
                        html.link(frame.link(["recurring", one.id]), one.id)
                        if let description = one.description {
                            html.element("span", [.class("under")], description)
                        }
                    }
                    html.element("td", [.class("wrap")]) { html in
                        html.text(one.sentence ?? Texts.byHand)
                        if let schedule = one.schedule { html.element("span", [.class("under mono")], schedule) }
                    }
                    html.cell(one.zone)
                    html.cell { $0.badge(Texts.standing(one.standing), one.standing.tone) }
                    html.cell { html in if one.standing == .active, let next = one.next { html.age(next, now) } }
                    html.cell { html in
                        html.text(one.jobName)
                        html.element("span", [.class("under")], one.queue)
                    }
                    html.number(one.fired)
                    html.number(one.skipped)
                }
            }
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
