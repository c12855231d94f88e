internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// One job: what it is, how it stands and why, what happened to it, and what can be done to it.
enum OneJobPage {
    static let routes =
        [
            Route(
                "GET", "/jobs/{job}", .permission(.jobsRead), .page, "One job and all that happened to it",
                [.path("job", .number, "The job")]
            ) { try page($0) }
        ] + JobActions.routes + JobLogPage.routes

    private static func page(_ call: RouteCall) throws -> DashboardResponse {
        let job = try OneJob.find(call)
        let reruns = try call.reruns(of: job.summary.sequence)
        let title = Texts.jobTitle(job.summary.id.rawValue, job.summary.name)
        let crumbs = [Crumb(title: Texts.jobs, link: call.link(["jobs"]))]
        return try call.page(title, current: "jobs", crumbs: crumbs, isLive: true) { frame, html in
            call.outcome(frame, &html)
            html.element("div", [.id("standing"), .flag("data-live")]) { standing(job, call, &$0) }
            JobActions.forms(job, call, frame, &html)
            html.element("div", [.class("columns")]) { html in
                html.section(Texts.about) { html in
                    html.element("div", [.id("about"), .flag("data-live")]) { about(job, reruns, call, frame, &$0) }
                }
                html.section(Texts.arguments) { html in
                    payload(job.arguments.shown, closed: job.arguments.closed, call, &html)
                    guard call.may(.jobsArgsRead), job.arguments.closed == nil, !job.arguments.shown.isEmpty,
                        let code = CodeLayout.call(job.summary.name, job.arguments.shown)
                    else { return }
                    html.element("details", [.class("code")]) { html in
                        html.element("summary", Texts.asCode)
                        html.element("pre", [.named("tabindex", "0")], code)
                    }
                }
            }
            html.element("div", [.id("outcome"), .flag("data-live")]) { outcome(job, call, &$0) }
            html.element("div", [.id("relatives"), .flag("data-live")]) { JobGraph.write(job, frame, &$0) }
            html.section(Texts.timeline) { JobTimeline.write(job, call, frame, &$0) }
            html.section(Texts.runLog) { JobLogPage.latest(job, call, frame, &$0) }
        }
    }

    private static func standing(_ job: OneJob, _ call: RouteCall, _ html: inout Html) {
        let summary = job.summary
        html.element("p", [.class("standing")]) { html in
            html.state(summary.state)
            html.text(" ")
            html.element("span", [.class("soft")]) { html in
                html.text("\(Texts.sinceLower) ")
                html.time(summary.since)
            }
        }
        html.element("p", [.class("why")]) { $0.prose(Texts.why(job.why)) }
        guard let (attempt, progressed) = job.inside.progress, summary.state == .processing, attempt == summary.attempt
        else { return }
        html.element("div", [.class("progress")]) { html in
            html.element(
                "progress",
                [
                    .named("max", "1000000"), .value("\(min(progressed.millionths, Progressed.wholeMillionths))"),
                    .named("aria-label", Texts.progress),
                ], progressed.percent)
            let words = call.may(.jobsArgsRead) && !progressed.text.isEmpty ? ", \(progressed.text)" : ""
            html.element("span", progressed.percent + words)
        }
    }

    private static func about(
        _ job: OneJob, _ reruns: [SequenceNumber], _ call: RouteCall, _ frame: PageFrame, _ html: inout Html
    ) {
        let (summary, created) = (job.summary, job.created)
        let mayReadArguments = call.may(.jobsArgsRead)
        html.facts { html in
            if mayReadArguments, created.display != nil {
                html.fact(Texts.shownAs, created.shownName)
            }
            html.fact(Texts.queue) { $0.link(frame.link(["jobs"], [("queue", summary.queue)]), summary.queue) }
            html.fact(Texts.createdAt) { html in
                html.time(summary.created)
                if let by = job.events.first, by.kind == .created {
                    html.text(" \(Texts.by(""))")
                    html.actor(by.actor, job.names, call, frame)
                }
            }
            if let origin = job.relatives.origin { html.fact(Texts.madeByRecurring) { made(origin, call, frame, &$0) } }
            html.fact(Texts.enqueuedFrom, created.client)
            html.fact(Texts.runs, Texts.runsOf(summary.attempt, summary.attempts))
            if let due = summary.due { html.fact(Texts.due) { $0.time(due) } }
            if let expires = summary.expires { html.fact(Texts.expires) { $0.time(expires) } }
            if summary.priority != 0 { html.fact(Texts.priority, "\(summary.priority)") }
            if summary.deaths > 0 { html.fact(Texts.deaths, "\(summary.deaths)") }
            html.fact(Texts.tenant, created.tenant)
            if !created.tags.isEmpty {
                html.fact(Texts.tags) { html in
                    for tag in created.tags {
                        html.element("a", [.class("tag"), .href(frame.link(["jobs"], [("tag", tag)]))], tag)
                    }
                }
            }
            html.fact(Texts.retryRule, created.retry.map { RetryPolicy($0).map(Texts.retries) ?? $0 })
            if let timeout = created.timeoutMicroseconds { html.fact(Texts.timeout, Texts.length(timeout)) }
            if mayReadArguments {
                html.fact(Texts.uniqueKey, created.key)
                html.fact(Texts.requestID, created.requestID)
                html.fact(Texts.limitKeys, created.limitKeys.joined(separator: ", "))
                html.fact(Texts.metadata, job.arguments.shown(created.metadata.joined(separator: ", ")))
            }
            if created.batch != 0 {
                html.fact(Texts.batch) { $0.link(frame.link(["batches", "\(created.batch)"]), "\(created.batch)") }
            }
            if created.rerunOf != 0 {
                html.fact(Texts.onceMore) { $0.link(frame.link(["jobs", "\(created.rerunOf)"]), "\(created.rerunOf)") }
            }
            if !reruns.isEmpty {
                html.fact(Texts.doneOnceMoreBy) { html in
                    for (index, job) in reruns.enumerated() {
                        if index > 0 { html.text(", ") }
                        html.link(frame.link(["jobs", "\(job)"]), "\(job)")
                    }
                }
            }
            if let planned = created.planned { html.fact(Texts.plannedFor) { $0.time(planned) } }
            if !job.inside.steps.isEmpty { html.fact(Texts.steps, job.inside.steps.joined(separator: ", ")) }
        }
    }

    private static func made(_ origin: JobOrigin, _ call: RouteCall, _ frame: PageFrame, _ html: inout Html) {
        if origin.isThere, call.may(.recurringRead) {
            html.link(frame.link(["recurring", origin.recurring]), origin.recurring)
        } else {
            html.text(origin.recurring)
        }
        html.text(Texts.fired(origin.how))
        if origin.how == .trigger || origin.how == .backfill { html.text(" \(Texts.by(origin.actor.description))") }
        if !origin.reason.isEmpty { html.text(": \(origin.reason)") }
        guard let fired = origin.fired else { return }
        html.text(" ")
        html.event(fired, call, frame)
    }

    /// Arguments, results and statistics, for those who may see them.
    static func payload(
        _ bytes: [UInt8], closed: ClosedPayload? = nil, _ call: RouteCall, _ html: inout Html
    ) {
        guard call.may(.jobsArgsRead) else { return html.nothing(Texts.withheld) }
        if let closed { return html.nothing(Texts.closed(closed)) }
        guard !bytes.isEmpty else { return html.nothing(Texts.none) }
        html.element("pre", [.named("tabindex", "0")], JSONLayout.text(bytes))
    }

    private static func outcome(_ job: OneJob, _ call: RouteCall, _ html: inout Html) {
        if job.summary.state == .succeeded, job.closedEnd != nil || job.result != nil {
            html.section(Texts.result) { payload(job.result ?? [], closed: job.closedEnd, call, &$0) }
        }
        if job.summary.state == .failed || job.summary.waitsFor == "retry",
            let failed = job.events.last(where: { $0.run?.isSuccess == false }), let run = failed.run
        {
            html.section(Texts.lastError) { html in
                html.element(
                    "p", [.class("bad")], Texts.errorLine(run.errorType, Texts.length(UInt64(run.microseconds))))
                guard call.may(.jobsArgsRead) else { return html.nothing(Texts.withheld) }
                if let closed = job.closedEnd { return html.nothing(Texts.closed(closed)) }
                if !run.error.isEmpty { html.element("pre", [.class("error"), .named("tabindex", "0")], run.error) }
            }
        }
        if let (attempt, reported) = job.inside.report {
            html.section(Texts.statisticsOf(attempt)) { html in
                if !reported.counters.isEmpty { payload(reported.counters, call, &html) }
                if !reported.statistics.isEmpty {
                    payload(job.arguments.shown(reported.statistics), call, &html)
                }
            }
        }
    }
}
