internal import Daybook
internal import DaybookModel

/// What can be done to one job.
enum JobActions {
    static let routes = [
        route("cancel", "Stops an unfinished job for good") { .cancel(job: $0, expected: nil, reason: $1, actor: $2) },
        route("delete", "Takes a job out of the ledgers; its history stays in the log") {
            .delete(job: $0, reason: $1, actor: $2)
        },
        Route(
            "POST", "/jobs/{job}/reschedule", .permission(.jobsChange), .page, "Lets a job wait until another time",
            [
                .path("job", .number, "The job"),
                .body("at", .time, "When it is due, such as 2026-03-01T12:00 in UTC", isRequired: true),
            ] + RouteCall.reasonAndWayBack, success: 303
        ) { try await reschedule($0) },
        Route(
            "POST", "/jobs/{job}/requeue", .permission(.jobsChange), .page,
            "Runs a job again, with fresh attempts; one that has succeeded as a new job",
            [.path("job", .number, "The job")] + RouteCall.reasonAndWayBack, success: 303
        ) { try await requeue($0) },
    ]

    private static func route(
        _ word: String, _ summary: String,
        _ command: @escaping @Sendable (SequenceNumber, String, Actor) -> Command
    ) -> Route {
        Route(
            "POST", "/jobs/{job}/\(word)", .permission(.jobsChange), .page, summary,
            [.path("job", .number, "The job")] + RouteCall.reasonAndWayBack, success: 303
        ) { call in
            let job = try visible(call)
            let form = try call.form
            // What has ended and is deleted is gone, and is not put in again.
            let hadEnded = try word == "delete" && call.engine.state(of: JobID(rawValue: job))?.isFinished == true
            let event = try await call.event(of: command(job, try call.reason(form), call.actor))
            let page = word == "delete" ? ["jobs"] : ["jobs", "\(job)"]
            return try call.back(form, page, undo: hadEnded ? nil : (.jobs, event))
        }
    }

    private static func requeue(_ call: RouteCall) async throws -> DashboardResponse {
        let job = try visible(call)
        let form = try call.form
        let (runs, _) = try await call.engine.requeue(job, nil, try call.reason(form), call.actor)
        // Whoever has a new job made of it is led there.
        return try call.back(runs == job ? form : FormValues(), ["jobs", "\(runs)"])
    }

    private static func visible(_ call: RouteCall) throws -> SequenceNumber {
        let job = try call.number("job")
        guard try OneJob.isVisible(job, call) else { throw RouteFailure.notFound }
        return job
    }

    private static func reschedule(_ call: RouteCall) async throws -> DashboardResponse {
        let job = try visible(call)
        let form = try call.form
        guard let text = try form.value("at") else { throw RouteFailure.badCall(Texts.Refused.noTime) }
        let command = Command.reschedule(
            job: job, until: try instant(text), expected: nil, reason: try call.reason(form), actor: call.actor)
        let event = try await call.event(of: command)
        return try call.back(form, ["jobs", "\(job)"], undo: (.jobs, event))
    }

    /// As browsers write the value of a field for dates and times, which has no zone: UTC, as the page says; or whole.
    static func instant(_ text: String) throws(RouteFailure) -> Instant {
        for spelling in [text, "\(text)Z", "\(text):00Z"] {
            if let instant = try? Instant(iso8601: spelling) { return instant }
        }
        throw .badCall(Texts.Refused.badTime)
    }

    /// The forms that make sense for a job in its state.
    static func forms(_ job: OneJob, _ call: RouteCall, _ frame: PageFrame, _ html: inout Html) {
        guard call.may(.jobsChange) else { return }
        let (id, state) = ("\(job.summary.id)", job.summary.state)
        let attributes: [HtmlAttribute] = [
            .class("actions"), .id("actions"), .flag("data-live"), .named("role", "group"),
            .named("aria-label", Texts.actions),
        ]
        html.element("div", attributes) { html in
            if [.failed, .cancelled, .parked, .scheduled].contains(state) {
                html.action(frame, ["jobs", id, "requeue"], Texts.requeue, "", next: call.here, hasReason: true)
            }
            if state == .succeeded {
                html.action(
                    frame, ["jobs", id, "requeue"], Texts.rerun, "quiet", next: call.here, asks: Texts.sureToRerun,
                    hasReason: true)
            }
            if !state.isFinished {
                html.action(
                    frame, ["jobs", id, "cancel"], Texts.cancel, "danger", next: call.here, asks: Texts.sureToCancel,
                    hasReason: true)
            }
            if [.scheduled, .enqueued, .parked].contains(state) {
                frame.form(&html, ["jobs", id, "reschedule"], [.class("inline")]) { html in
                    html.hidden("next", call.here)
                    html.instant(Texts.dueField, "at", nil, [.flag("required")])
                    html.reason(for: Texts.reschedule)
                    html.button(Texts.reschedule, "quiet")
                }
            }
            html.action(
                frame, ["jobs", id, "delete"], Texts.delete, "danger", next: frame.link(["jobs"]).text,
                asks: state.isFinished ? Texts.sureToDeleteEnded : Texts.sureToDelete, hasReason: true)
        }
    }
}
