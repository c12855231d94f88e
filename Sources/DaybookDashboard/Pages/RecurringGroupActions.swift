internal import Daybook
internal import DaybookModel

/// What can be done to all triggers of one scheduled job.
enum RecurringGroupActions {
    static let routes = [
        route("pause", "They fire no more until they are resumed", [.body("until", .time, "When they go on")]) {
            call, group, form in
            let until = try form.value("until").map { text throws(RouteFailure) in try JobActions.instant(text) }
            _ = try await call.engine.recurring.pause(
                group: group, until: until, reason: try call.reason(form), by: call.principal?.name)
        },
        route("resume", "Ends their pauses") { call, group, form in
            _ = try await call.engine.recurring.resume(
                group: group, reason: try call.reason(form), by: call.principal?.name)
        },
        route("trigger", "Makes a job of each now") { call, group, form in
            _ = try await call.engine.recurring.trigger(
                group: group, reason: try call.reason(form), by: call.principal?.name)
        },
        route("remove", "Takes all of them out; their history stays") { call, group, form in
            _ = try await call.engine.recurring.remove(
                group: group, reason: try call.reason(form), by: call.principal?.name)
        },
    ]

    private static func route(
        _ word: String, _ summary: String, _ more: [RouteParameter] = [],
        _ act: @escaping @Sendable (RouteCall, String, FormValues) async throws -> Void
    ) -> Route {
        Route(
            "POST", "/recurring-groups/{group}/\(word)", .permission(.recurringChange), .page, summary,
            [.path("group", .text, "The scheduled job")] + more + RouteCall.reasonAndWayBack, success: 303
        ) { call in
            let form = try call.form
            try await act(call, try call.name("group"), form)
            return try call.back(form, ["recurring"])
        }
    }

    static func forms(_ group: String, _ call: RouteCall, _ frame: PageFrame, _ html: inout Html) {
        guard call.may(.recurringChange) else { return }
        func address(_ word: String) -> [String] { ["recurring-groups", group, word] }
        html.element("div", [.class("actions"), .named("role", "group"), .named("aria-label", Texts.ofGroup(group))]) {
            html in
            html.action(frame, address("trigger"), Texts.triggerAll, "", next: call.here, hasReason: true)
            html.action(frame, address("pause"), Texts.pauseAll, "quiet", next: call.here, hasReason: true)
            html.action(frame, address("resume"), Texts.resumeAll, "quiet", next: call.here, hasReason: true)
            html.action(
                frame, address("remove"), Texts.removeAll, "danger", next: frame.link(["recurring"]).text,
                asks: Texts.sureToRemoveAll)
        }
    }
}
