internal import Daybook
internal import DaybookModel

/// What can be done to a recurring job.
enum RecurringActions {
    static let routes = [
        route("pause", "Fires no more until it is resumed", [.body("until", .time, "When it goes on by itself")]) {
            call, id, form in
            let until = try form.value("until").map { text throws(RouteFailure) in try JobActions.instant(text) }
            return try await call.engine.recurring.pause(
                id, until: until, reason: try call.reason(form), by: call.principal?.name)
        },
        route("resume", "Ends a pause") { call, id, form in
            try await call.engine.recurring.resume(id, reason: try call.reason(form), by: call.principal?.name)
        },
        route("trigger", "Makes one of its jobs now") { call, id, form in
            try await call.engine.recurring.trigger(id, reason: try call.reason(form), by: call.principal?.name)
            return nil
        },
        route("remove", "Takes a recurring job out; its history stays") { call, id, form in
            try await call.engine.recurring.remove(id, reason: try call.reason(form), by: call.principal?.name)
            return nil
        },
    ]

    private static func route(
        _ word: String, _ summary: String, _ more: [RouteParameter] = [],
        _ act: @escaping @Sendable (RouteCall, String, FormValues) async throws -> SequenceNumber?
    ) -> Route {
        Route(
            "POST", "/recurring/{id}/\(word)", .permission(.recurringChange), .page, summary,
            [.path("id", .text, "Its id")] + more + RouteCall.reasonAndWayBack, success: 303
        ) { call in
            let id = try call.name("id")
            let form = try call.form
            let event = try await act(call, id, form)
            return try call.back(
                form, word == "remove" ? ["recurring"] : ["recurring", id], undo: event.map { (.recurring, $0) })
        }
    }

    static func forms(_ status: RecurringStatus, _ call: RouteCall, _ frame: PageFrame, _ html: inout Html) {
        guard call.may(.recurringChange) else { return }
        let id = status.id
        html.element("div", [.class("actions"), .named("role", "group"), .named("aria-label", Texts.actions)]) { html in
            guard status.standing != .removed else { return }
            html.action(frame, ["recurring", id, "trigger"], Texts.trigger, "", next: call.here, hasReason: true)
            if case .paused = status.standing {
                html.action(
                    frame, ["recurring", id, "resume"], Texts.resume, "quiet", next: call.here, hasReason: true)
            } else {
                html.action(frame, ["recurring", id, "pause"], Texts.pause, "quiet", next: call.here, hasReason: true)
            }
            html.element("a", [.class("button quiet"), .href(frame.link(["recurring", id, "edit"]))], Texts.edit)
            html.action(
                frame, ["recurring", id, "remove"], Texts.remove, "danger", next: frame.link(["recurring"]).text,
                asks: Texts.sureToRemove, hasReason: true)
        }
    }
}
