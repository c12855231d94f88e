internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// What a job's runs logged, with a search and by level; and the same as a file.
enum JobLogPage {
    static let routes = [
        Route(
            "GET", "/jobs/{job}/log", .permission(.jobsArgsRead), .page, "What a job's runs logged",
            [
                .path("job", .number, "The job"), .query("text", .text, "Only lines with this text"),
                .query("level", .word(LogLine.Level.allCases.map(\.name)), "Only lines that matter so much, or more"),
                .query("run", .number, "Only lines of this run"),
                .query("before", .number, "The next page: lines before this one, counted from the first"),
            ]
        ) { try page($0) },
        Route(
            "GET", "/jobs/{job}/log.txt", .permission(.jobsArgsRead), .page, "What a job's runs logged, as a file",
            [.path("job", .number, "The job")]
        ) { call in
            let job = try OneJob.find(call)
            let lines = job.inside.lines.map { "\($0.line)\n" }.joined()
            return DashboardResponse(
                200,
                [
                    HTTPField("content-type", "text/plain; charset=utf-8"),
                    HTTPField("content-disposition", "attachment; filename=\"job-\(job.summary.id).log\""),
                ], body: Array(lines.utf8))
        },
    ]

    private static let linesMax = 500
    private static let latestMax = 20

    private static func page(_ call: RouteCall) throws -> DashboardResponse {
        let job = try OneJob.find(call)
        let text = try call.query.value("text")?.lowercased()
        let level = try call.query.value("level").flatMap { LogLine.Level(name: $0) }
        let run = try call.query.number("run", in: 1...100_000)
        let before = try call.query.number("before", in: 1...Int.max) ?? .max
        let all = job.inside.lines.enumerated().filter { index, line in
            (text.map { line.line.text.lowercased().contains($0) } ?? true)
                && (level.map { line.line.level >= $0 } ?? true) && (run.map { $0 == line.attempt } ?? true)
        }
        let shown = Array(all.filter { $0.offset < before }.suffix(linesMax))
        let id = job.summary.id
        let crumbs = [
            Crumb(title: Texts.jobs, link: call.link(["jobs"])),
            Crumb(title: Texts.jobNumber(id.rawValue), link: call.link(["jobs", "\(id)"])),
        ]
        return try call.page(Texts.logOf(id.rawValue), current: "jobs", crumbs: crumbs, isLive: before == .max) {
            frame, html in
            search(id, call, frame, &html)
            html.element("p", [.class("soft")], Texts.linesFound(all.count, of: job.inside.lines.count))
            if job.isCut { html.note(Texts.newestOnly(OneJob.eventsMax)) }
            html.element("div", [.id("log"), .flag("data-live")]) { lines(shown.map(\.element), &$0) }
            let query = ["text", "level", "run"].map { name in (name, (try? call.query.value(name)) ?? nil) }
            let more = (shown.first?.offset ?? 0) > (all.first?.offset ?? 0)
            html.pager(
                first: before == .max ? nil : frame.link(["jobs", "\(id)", "log"], query),
                next: more
                    ? frame.link(["jobs", "\(id)", "log"], query + [("before", "\(shown.first?.offset ?? 0)")]) : nil)
        }
    }

    private static func search(_ id: JobID, _ call: RouteCall, _ frame: PageFrame, _ html: inout Html) {
        frame.search(&html, ["jobs", "\(id)", "log"]) { html in
            html.input(Texts.text, "text", ((try? call.query.value("text")) ?? nil) ?? "", [.type("search")])
            html.choice(
                Texts.level, "level",
                [("", Texts.all)] + LogLine.Level.allCases.map { ($0.name, Texts.levelAndWorse($0.name)) },
                ((try? call.query.value("level")) ?? nil) ?? "")
            html.input(
                Texts.run, "run", ((try? call.query.value("run")) ?? nil) ?? "", [.named("inputmode", "numeric")])
            html.button(Texts.filter)
            html.link(frame.link(["jobs", "\(id)", "log.txt"]), Texts.download)
        }
    }

    /// The newest lines, on the job's own page.
    static func latest(_ job: OneJob, _ call: RouteCall, _ frame: PageFrame, _ html: inout Html) {
        guard call.may(.jobsArgsRead) else { return html.nothing(Texts.withheld) }
        html.element("div", [.id("log"), .flag("data-live")]) { html in
            guard !job.inside.lines.isEmpty else { return html.nothing(Texts.noLines) }
            lines(Array(job.inside.lines.suffix(latestMax)), &html)
        }
        if !job.inside.lines.isEmpty {
            html.element("p") {
                $0.link(frame.link(["jobs", "\(job.summary.id)", "log"]), Texts.wholeLog(job.inside.lines.count))
            }
        }
    }

    private static func lines(_ lines: [InsideRuns.Line], _ html: inout Html) {
        html.element("ol", [.class("log"), .named("tabindex", "0"), .named("aria-label", Texts.runLog)]) { html in
            for one in lines {
                html.element("li", [.class(one.line.level.tone)]) { html in
                    html.time(one.line.time)
                    html.element("span", [.class("level")], one.line.level.name)
                    html.element("span", [.class("soft")], Texts.runNumber(one.attempt))
                    html.element("span", [.class("said")], one.line.text)
                }
            }
        }
    }
}

extension LogLine.Level {
    fileprivate var tone: String {
        switch self {
        case .trace, .debug: "soft"
        case .info, .notice: "plain"
        case .warning: "warn"
        case .error, .critical: "bad"
        }
    }
}
