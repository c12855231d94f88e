internal import DaybookLog
internal import DaybookModel

/// What happened to a job, the newest first: when, by whom, because of what, and how its runs ended.
enum JobTimeline {
    private static let shownMax = 200

    static func write(
        _ job: OneJob, _ call: RouteCall, _ frame: PageFrame, _ html: inout Html
    ) {
        // What runs logged stands below.
        let events = job.events.filter { $0.kind != .logged && $0.kind != .progressed }
        html.element("ol", [.class("timeline"), .id("timeline"), .flag("data-live")]) { html in
            for event in events.reversed().prefix(shownMax) { entry(event, job.names, call, frame, &html) }
        }
        if job.isCut || events.count > shownMax { html.note(Texts.newestOnly(min(events.count, shownMax))) }
    }

    private static func entry(
        _ event: LoggedEvent, _ names: RecurringNames, _ call: RouteCall, _ frame: PageFrame, _ html: inout Html
    ) {
        html.element("li", [.class(event.tone)]) { html in
            html.element("div", [.class("head")]) { html in
                html.element("strong", Texts.kind(event.kind))
                if event.attempt > 0 { html.element("span", [.class("soft")], Texts.runNumber(event.attempt)) }
                html.time(event.time)
                html.element("span", [.class("soft")]) { html in
                    html.text(Texts.by(""))
                    html.actor(event.actor, names, call, frame)
                }
                if let cause = event.cause, cause != event.sequence {
                    html.element("span", [.class("soft")]) { html in
                        html.text("\(Texts.becauseOf) ")
                        html.event(cause, call, frame)
                    }
                }
                html.element("span", [.class("soft mono")]) { $0.event(event.sequence, call, frame) }
            }
            let detail = EventLines.words(event, names, call)
            if !detail.isEmpty { html.element("p") { $0.prose(detail) } }
            guard let run = event.run ?? event.lateRun, !run.isSuccess, !run.error.isEmpty, call.may(.jobsArgsRead)
            else { return }
            html.element("details") { html in
                html.element("summary", Texts.error)
                html.element("pre", [.class("error")], run.error)
            }
        }
    }
}

extension LoggedEvent {
    /// The class that colours it.
    var tone: String {
        switch kind {
        case .succeeded: "good"
        case .failed, .attemptFailed, .gap: "bad"
        case .interrupted, .stale, .clockStepped, .processLost, .denied, .parked: "warn"
        case .claimed: "busy"
        default: "soft"
        }
    }
}
