internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// What a job's runs logged: filtered by text, level and run, searched with the way to each match, and as a file.
enum JobLogPage {
    static let routes = [
        Route(
            "GET", "/jobs/{job}/log", .permission(.jobsArgsRead), .page, "What a job's runs logged",
            [
                .path("job", .number, "The job"),
                .query("find", .text, "Marks this text, with the way from match to match"),
                .query("text", .text, "Only lines with this text"),
                .query("level", .word(LogLine.Level.allCases.map(\.name)), "Only lines that matter so much, or more"),
                .query("run", .number, "Only lines of this run"),
                .query("before", .text, "The next page: lines before this place, such as 812.3"),
            ]
        ) { try page($0) },
        Route(
            "GET", "/jobs/{job}/log.txt", .permission(.jobsArgsRead), .page,
            "All that a job's runs logged, from the first line on, as a file", [.path("job", .number, "The job")]
        ) { try file($0) },
    ]

    private static let linesMax = 500
    private static let latestMax = 20
    private static let filesMax = 8
    private static let fields = ["find", "text", "level", "run"]

    private static func file(_ call: RouteCall) throws -> DashboardResponse {
        let job = try call.ownJob()
        guard let summary = try call.store.job(JobID(rawValue: job)) else { throw RouteFailure.notFound }
        guard let seat = StreamSeat("\(call.principal?.name ?? "") exports", max: filesMax) else {  // tidy: a key
            throw RouteFailure.tooMany(Texts.Refused.manyExports, retryAfterSeconds: 10)
        }
        let file = RunLogFile(storage: call.store, job: job, last: summary.record.last)
        return DashboardResponse(
            200,
            [
                HTTPField("content-type", "text/plain; charset=utf-8"),
                HTTPField("content-disposition", "attachment; filename=\"job-\(job).log\""),
            ], stream: file.stream(holding: seat))
    }

    static func filter(_ query: FormValues, run: String = "run") throws -> RunLines.Filter {
        var filter = RunLines.Filter()
        filter.texts = try query.value("text").map { [$0] } ?? []
        if let word = try query.value("level") {
            guard let level = LogLine.Level(name: word) else { throw RouteFailure.badCall(Texts.Refused.badLevel) }
            filter.level = level
        }
        filter.run = try query.number(run, in: .runs)
        return filter
    }

    /// One page of a log, and where the matches lie that are not on it.
    private struct Shown {
        let page: RunLines
        let isFirst: Bool
        var older: RunLines?
        var newer: RunLines.Line?
        let find: String?

        init(_ job: JobSummary, _ call: RouteCall) throws {
            let find = try call.query.value("find")
            let before = try call.query.value("before").map { try RunLines.Place($0) }
            let filter = try JobLogPage.filter(call.query)
            var wanted = filter
            if let find { wanted.texts.append(find) }
            let (id, last) = (job.sequence, job.record.last)
            (page, older, newer) = try call.read { log in
                let page = try RunLines(
                    of: id, endingAt: last, before: before, filter, limit: linesMax, in: log)
                guard find != nil else { return (page, nil, nil) }
                let older = try page.next.map {
                    try RunLines(of: id, endingAt: last, before: $0, wanted, limit: 1, in: log)
                }
                let newer = try before.map {
                    try RunLines(of: id, endingAt: last, since: $0, wanted, limit: .max, in: log)
                }
                return (page, older, newer?.isCut == true ? nil : newer?.lines.first)
            }
            self.find = find
            isFirst = before == nil
        }
    }

    private static func page(_ call: RouteCall) throws -> DashboardResponse {
        let id = try call.ownJob()
        guard let job = try call.store.job(JobID(rawValue: id)) else { throw RouteFailure.notFound }
        let shown = try Shown(job, call)
        let crumbs = [
            Crumb(title: Texts.jobs, link: call.link(["jobs"])),
            Crumb(title: Texts.jobNumber(id), link: call.link(["jobs", "\(id)"])),
        ]
        return try call.page(Texts.logOf(id), current: "jobs", crumbs: crumbs, isLive: shown.isFirst) { frame, html in
            let query = fields.map { name in (name, (try? call.query.value(name)) ?? nil) }
            func link(_ before: RunLines.Place?, _ fragment: String = "") -> PageLink {
                frame.link(["jobs", "\(id)", "log"], query + [("before", before?.text)]).at(fragment)
            }
            search(id, call, frame, &html)
            let attributes: [HtmlAttribute] = [
                .id("log"), .flag("data-live"), .flag("data-log"), .named("data-copy", Texts.copy),
                .named("data-copied", Texts.copied), .named("data-follow", shown.isFirst ? Texts.followTail : ""),
                .named("data-previous", Texts.previousMatch), .named("data-next", Texts.nextMatch),
            ]
            html.element("div", attributes) { html in
                let page = shown.page
                let isWhole = shown.isFirst && page.next == nil
                html.element(
                    "p", [.class("soft")],
                    isWhole ? Texts.linesFound(page.lines.count, of: page.looked) : Texts.linesHere(page.lines.count))
                if shown.find != nil { matches(shown, link, &html) }
                lines(page.lines, marking: shown.find, &html)
                if page.isCut { html.note(Texts.linesLookedAt(page.looked)) }
                html.pager(first: shown.isFirst ? nil : link(nil), next: page.next.map { link($0) })
            }
        }
    }

    private static func search(_ id: SequenceNumber, _ call: RouteCall, _ frame: PageFrame, _ html: inout Html) {
        func value(_ name: String) -> String { ((try? call.query.value(name)) ?? nil) ?? "" }
        frame.search(&html, ["jobs", "\(id)", "log"]) { html in
            html.input(Texts.find, "find", value("find"), [.type("search")])
            html.input(Texts.onlyLinesWith, "text", value("text"), [.type("search")])
            html.choice(
                Texts.level, "level",
                [("", Texts.all)] + LogLine.Level.allCases.map { ($0.name, Texts.levelAndWorse($0.name)) },
                value("level"))
            html.input(Texts.run, "run", value("run"), [.named("inputmode", "numeric")])
            html.button(Texts.show)
            html.link(frame.link(["jobs", "\(id)", "log.txt"]), Texts.downloadWhole)
        }
    }

    /// How many matches are on the page, and the way to the next ones outside it.
    private static func matches(
        _ shown: Shown, _ link: (RunLines.Place?, String) -> PageLink, _ html: inout Html
    ) {
        let count = shown.page.lines.count { RunLines.Filter(texts: [shown.find ?? ""]).isMet($0.attempt, $0.line) }
        var ways: [(link: PageLink, words: String, mark: StaticString)] = []
        if let older = shown.older {
            if let line = older.lines.last {
                ways.append((link(line.place.behind, "last"), Texts.olderMatch, "data-older"))
            } else if let next = older.next {
                ways.append((link(next, ""), Texts.searchOn, "data-older"))
            }
        }
        if let newer = shown.newer {
            ways.append((link(newer.place.behind, "last"), Texts.newerMatch, "data-newer"))
        }
        html.element("p", [.class("hits"), .named("role", "status")]) { html in
            let isElsewhere = count == 0 && !ways.isEmpty
            html.element("span", isElsewhere ? Texts.noMatchHere(ways[0].words) : Texts.matchesHere(count))
            // The script's buttons follow these where the page has no further match.
            for way in ways {
                let style = isElsewhere ? "button" : "button quiet"
                html.element("a", [.class(style), .href(way.link), .flag(way.mark)], way.words)
            }
        }
    }

    /// The newest lines, on the job's own page.
    static func latest(_ job: OneJob, _ call: RouteCall, _ frame: PageFrame, _ html: inout Html) {
        guard call.may(.jobsArgsRead) else { return html.nothing(Texts.withheld) }
        html.element("div", [.id("log"), .flag("data-live")]) { html in
            let all = job.inside.lines
            if all.isEmpty {
                html.nothing(job.isCut ? Texts.noLinesLately : Texts.noLines)
            } else {
                lines(Array(all.suffix(latestMax)), marking: nil, &html)
            }
            guard !all.isEmpty || job.isCut else { return }
            html.element("p") {
                $0.link(
                    frame.link(["jobs", "\(job.summary.id)", "log"]),
                    job.isCut ? Texts.wholeLog : Texts.wholeLog(all.count))
            }
        }
    }

    private static func lines(_ lines: [RunLines.Line], marking find: String?, _ html: inout Html) {
        let matches = lines.indices.filter { index in
            find.map { RunLines.Filter(texts: [$0]).isMet(lines[index].attempt, lines[index].line) } ?? false
        }
        var match = 0
        html.element("ol", [.class("log"), .named("tabindex", "0"), .named("aria-label", Texts.runLog)]) { html in
            for (index, one) in lines.enumerated() {
                html.element("li", [.class(one.line.level.tone)]) { html in
                    html.time(one.line.time)
                    html.element("span", [.class("level")], one.line.level.name)
                    html.element("span", [.class("soft")], Texts.runNumber(one.attempt))
                    html.element("span", [.class("said")]) { html in
                        guard let find, matches.indices.contains(match), matches[match] == index else {
                            return html.text(one.line.text)
                        }
                        html.element("span", [.id(mark(one)), .class("hit")]) { html in
                            if match == matches.count - 1 { html.element("span", [.id("last")]) { _ in } }
                            html.marked(one.line.text, find)
                        }
                        if match > 0 { step(lines[matches[match - 1]], "↑", Texts.previousMatch, &html) }
                        match += 1
                        if match < matches.count { step(lines[matches[match]], "↓", Texts.nextMatch, &html) }
                    }
                }
            }
        }
    }

    /// The same for as long as the line is shown, however many come behind it.
    private static func mark(_ line: RunLines.Line) -> String { "line-\(line.place.text)" }

    /// From one match to another, without script, too.
    private static func step(_ line: RunLines.Line, _ sign: String, _ words: String, _ html: inout Html) {
        html.element("a", [.class("step"), .named("href", "#\(mark(line))"), .named("aria-label", words)], sign)
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
