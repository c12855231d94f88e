// What somebody types into the form of a recurring job, in words and as times, before he saves it. Without script a
// button sends the form here and it comes back with them; with script they follow what is typed.

internal import Daybook
internal import DaybookModel

struct RecurringPreview {
    struct Time {
        let instant: Instant
        let local: String?
    }

    private(set) var timetable: Timetable?
    private(set) var times: [Time] = []
    /// What is wrong with the schedule or the zone.
    private(set) var problem: RouteFailure?

    private static let countUsual = 10

    static let parameters: [RouteParameter] = [
        .query("schedule", .text, "When, as a cron expression or `every 90s`"),
        .query("zone", .text, "By whose clocks (UTC)"), .query("starts", .text, "No occurrence before this time"),
        .query("ends", .text, "No occurrence after this time"),
    ]

    static let routes = [
        Route(
            "GET", "/recurring-preview", .permission(.recurringRead), .page, "When a schedule would fire", parameters
        ) { call in
            try call.requireWholeStore()
            let preview = RecurringPreview(call.query, call)
            let crumbs = [Crumb(title: Texts.recurring, link: call.link(["recurring"]))]
            return try call.page(Texts.nextRuns, current: "recurring", crumbs: crumbs) { _, html in
                preview.write(call.now, &html)
            }
        },
        Route(
            "POST", "/recurring-preview", .permission(.recurringChange), .page,
            "The form as it was filled in, with when it would fire", RecurringForm.fields + RouteCall.reasonAndWayBack
        ) { call in
            try call.requireWholeStore()
            let form = try call.form
            let old = try RecurringForm.changed(by: form, call)
            return try RecurringForm.page(call, old, typed: form, RecurringPreview(form, call))
        },
    ]

    static let api = Route(
        "GET", "/api/v1/recurring-preview", .permission(.recurringRead), .json,
        "A schedule in words, and when it would fire",
        parameters + [.query("count", .number, "How many times, at most 1,000 (10)").within(.pages)]
    ) { call in
        try call.requireWholeStore()
        let count = try call.query.number("count", in: .pages) ?? countUsual
        let preview = RecurringPreview(call.query, call, count: count)
        if let problem = preview.problem { throw RouteFailure.badCall(problem.sentence) }
        return .object { json in
            json.field("sentence", preview.timetable?.sentence)
            json.list("next", preview.times) { time, json in
                json.field("time", time.instant)
                json.field("local", time.local)
            }
        }
    }

    init(_ form: FormValues, _ call: RouteCall, count: Int = RecurringPreview.countUsual) {
        do {
            let zone = try form.value("zone") ?? "UTC"
            guard let schedule = try RecurringForm.schedule(form.value("schedule")) else { return }
            let found = try call.recurring.preview(
                schedule, zone: zone, starts: try form.value("starts").map(JobActions.instant),
                ends: try form.value("ends").map(JobActions.instant), count: count)
            timetable = found.timetable
            times = found.next.map { Time(instant: $0, local: call.recurring.local($0, zone: zone)) }
        } catch {
            problem = RouteFailure(error)
        }
    }

    /// Of one that is there.
    init(_ next: [Instant], zone: String, _ call: RouteCall) {
        times = next.map { Time(instant: $0, local: call.recurring.local($0, zone: zone)) }
    }

    func write(_ now: Instant, _ html: inout Html) {
        html.element("div", [.id("preview"), .flag("data-live")]) { html in
            if let problem { return html.note(problem.words, isBad: true) }
            if let timetable { html.element("p", Texts.schedule(timetable)) }
            guard !times.isEmpty else { return html.nothing(timetable == nil ? Texts.byHand : Texts.none) }
            html.element("ol", [.class("plain")]) { html in
                for time in times {
                    html.element("li") { html in
                        html.time(time.instant)
                        html.text(" ")
                        html.element("span", [.class("soft")]) { $0.age(time.instant, now) }
                        if let local = time.local { html.element("span", [.class("under")], Texts.there(local)) }
                    }
                }
            }
        }
    }
}
