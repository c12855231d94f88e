internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// Whether the log was verified from here, when, by whom, and with what result.
enum LogChecks {
    private static let shownMax = 5
    /// The newest jobs, which are looked through for checks that the view has not seen.
    private static let newestMax = 1_000

    static func start(_ call: RouteCall) async throws -> SequenceNumber {
        try call.requireWholeStore()
        let job = try await call.engine.startLogCheck(by: call.principal?.name)
        call.dashboard.checks.look()
        return job
    }

    static func newest(_ call: RouteCall) throws -> [LogCheckStatus] {
        if call.past == nil { call.dashboard.checks.look() }
        guard try call.store.queues().contains(where: { $0.name == LogCheck.queue }) else { return [] }
        let listed = call.listed(DashboardFollower.Part.check, atMost: shownMax) ?? []
        let near = try JobWalk(call.store, JobFilter(queue: LogCheck.queue))
            .page(below: nil, limit: shownMax, rowsMax: newestMax).jobs.map(\.id.rawValue)
        return try Set(listed + near).sorted(by: >).prefix(shownMax).compactMap { try call.store.logCheck($0) }
    }

    static func write(
        _ checks: [LogCheckStatus], _ last: SequenceNumber, _ call: RouteCall, _ frame: PageFrame,
        _ html: inout Html
    ) {
        html.element("div", [.class("card"), .id("checks"), .flag("data-live")]) { html in
            if checks.isEmpty { html.element("p", [.class("soft")], Texts.neverVerified) }
            html.element("ul", [.class("plain")]) { html in
                for check in checks { html.element("li") { line(check, last, call, frame, &$0) } }
            }
            html.element("p", [.class("soft")], Texts.verifyExplained)
            if call.may(.jobsChange), !checks.contains(where: { !$0.job.state.isFinished }) {
                html.action(frame, ["log-verify"], Texts.verifyNow, "quiet", next: call.here)
            }
        }
    }

    private static func line(
        _ check: LogCheckStatus, _ last: SequenceNumber, _ call: RouteCall, _ frame: PageFrame, _ html: inout Html
    ) {
        if let found = check.found {
            let (word, tone) = Texts.verdict(found.verdict)
            html.badge(word, tone)
            html.text(" \(Texts.verified(found.start, found.last, of: last)) ")
        } else {
            html.state(check.job.state)
            html.text(" \(check.progress.map { "\($0.percent), \($0.text)" } ?? Texts.checkWaits) ")
        }
        html.age(check.job.since, call.now)
        html.text(" \(Texts.by) \(check.actor.person ?? check.actor.description) ")
        html.link(frame.link(["jobs", "\(check.job.id)"]), Texts.jobNumber(check.job.id.rawValue))
        for finding in check.found?.findings ?? [] {
            html.element("span", [.class("under bad")], Texts.finding(finding.event, finding.sentence))
        }
    }

    static func write(_ check: LogCheckStatus, to json: inout JSONWriter) {
        json.field("job", check.job.id.rawValue)
        json.field("state", check.job.state.name)
        json.field("since", check.job.since)
        json.field("actor", check.actor.description)
        json.field("progressMillionths", check.progress?.millionths)
        guard let found = check.found else { return }
        json.field("verdict", found.verdict)
        json.field("start", found.start)
        json.field("last", found.last)
        json.field("head", found.head)
        json.field("events", found.events)
        json.field("commits", found.commits)
        json.list("findings", found.findings) { finding, json in
            json.field("event", finding.event)
            json.field("sentence", finding.sentence)
        }
    }
}

/// What this process has written about the log to a file elsewhere, and whether the log still goes on from there.
struct Checkpoints {
    struct Line {
        let text: CheckpointText
        let isKept: Bool
    }

    private static let shownMax = 10

    let path: String
    private(set) var lines: [Line] = []
    /// The file cannot be read.
    private(set) var problem: (any Error)?

    /// Nil where none are written, and for the past, which they tell nothing of.
    init?(_ call: RouteCall) {
        guard call.past == nil, let path = call.engine.checkpointPath else { return nil }
        self.path = path
        do {
            let texts = try CheckpointText.newest(Checkpoints.shownMax, in: path)
            lines = try call.read { log in
                texts.map { Line(text: $0, isKept: log.goesOn(from: $0.checkpoint)) }
            }
        } catch {
            problem = error
        }
    }

    func write(_ html: inout Html) {
        html.section(Texts.checkpoints, id: "checkpoints") { html in
            html.element("p", [.class("soft wrap")], Texts.checkpointsIn(path))
            if let problem { return html.note(Texts.unreadable(problem), isBad: true) }
            guard !lines.isEmpty else { return html.nothing(Texts.none) }
            let columns: [Html.Column] = [
                .number(Texts.event), .text(Texts.time), .text(Texts.signer), .text(Texts.stateWord),
            ]
            html.table(Texts.checkpoints, columns) { html in
                for line in lines {
                    html.row { html in
                        html.number(line.text.checkpoint.sequence)
                        html.cell { $0.time(line.text.time) }
                        html.element("td", [.class("mono wrap")], line.text.signer ?? Texts.unsigned)
                        html.cell { html in
                            html.badge(line.isKept ? Texts.goesOn : Texts.goesOnNot, line.isKept ? "good" : "bad")
                        }
                    }
                }
            }
        }
    }

    func write(to json: inout JSONWriter) {
        json.field("checkpointFile", path)
        json.field("checkpointProblem", problem.map { "\($0)" })
        json.list("checkpoints", lines) { line, json in
            json.field("event", line.text.checkpoint.sequence)
            json.field("time", line.text.time)
            json.field("signer", line.text.signer)
            json.field("root", line.text.checkpoint.root.hex)
            json.field("head", line.text.checkpoint.head.hex)
            json.field("goesOn", line.isKept)
        }
    }
}
