internal import Daybook
internal import DaybookLog
internal import DaybookModel

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The processes that have the store open, what each runs, and since when.
enum ProcessesPage {
    static let routes =
        [
            Route("GET", "/processes", .permission(.processesRead), .page, "Processes and what they run") {
                try page($0)
            },
            Route(
                "GET", "/processes/{process}", .permission(.processesRead), .page, "One process and what it runs",
                [.path("process", .number, "The process, by its first event")]
            ) { try one($0) },
        ]
        + ProcessWish.allCases.map { wish in
            Route(
                "POST", "/processes/{process}/\(wish.rawValue)", .permission(.processesChange), .page, summary(wish),
                [.path("process", .number, "The process")] + RouteCall.reasonAndWayBack, success: 303
            ) { call in
                let form = try call.form
                let process = try call.number("process")
                try await call.event(of: .askProcess(process, wish, reason: try call.reason(form), actor: call.actor))
                return try call.back(form, ["processes"])
            }
        }

    private static func summary(_ wish: ProcessWish) -> String {
        switch wish {
        case .quiet: "Has a process claim no more jobs"
        case .stop: "Has a process stop; what it runs has time to finish"
        case .resume: "Has a process claim jobs again"
        }
    }

    struct Line {
        let event: SequenceNumber
        let started: ProcessStarted?
        let since: Instant
        let pid: Int32
        let program: String
        let isAlive: Bool
        let isOwn: Bool
        let standing: ProcessRecord.Standing?
        var jobs: [JobSummary] = []
        /// Of processes on this machine.
        var usage: ProcessUsage?
    }

    private static let jobsMax = 2_000
    private static let jobsShownMax = 20

    private static func page(_ call: RouteCall) throws -> DashboardResponse {
        try call.requireWholeStore()
        let lines = try lines(call)
        let now = call.now
        return try call.page(Texts.processes, current: "processes", isLive: true) { frame, html in
            call.outcome(frame, &html)
            html.element("div", [.class("stack"), .id("processes"), .flag("data-live")]) { html in
                for line in lines { card(line, call, frame, now, &html) }
            }
            html.exports(frame, ["processes"])
        }
    }

    /// One that has stopped is not there any more; what it did stands in the log.
    private static func one(_ call: RouteCall) throws -> DashboardResponse {
        let line = try find(call)
        let crumbs = [Crumb(title: Texts.processes, link: call.link(["processes"]))]
        return try call.page(
            Texts.processNumber(line.event), current: "processes", crumbs: crumbs, isLive: true
        ) { frame, html in
            call.outcome(frame, &html)
            html.element("div", [.class("stack"), .id("processes"), .flag("data-live")]) {
                card(line, call, frame, call.now, isAlone: true, &$0)
            }
            guard let runs = line.started?.runs, !runs.isEmpty else { return }
            html.section(Texts.canRun) { html in
                for name in runs { html.element("span", [.class("tag")], name) }
            }
        }
    }

    static func find(_ call: RouteCall) throws -> Line {
        try call.requireWholeStore()
        let process = try call.number("process")
        guard let line = try lines(call).first(where: { $0.event == process }) else {
            throw RouteFailure(404, Texts.Refused.noProcess)
        }
        return line
    }

    private static let ownNumber = getpid()

    static func lines(_ call: RouteCall) throws -> [Line] {
        let others = call.past == nil ? try call.engine.otherProcesses().filter { $0.facts != nil } : []
        return try call.read { log in
            var running: [SequenceNumber: [JobSummary]] = [:]
            var reader = try JobReader(log)
            var claimed: [(SequenceNumber, SequenceNumber)] = []
            try RowKey.number(0).withBytes { start in
                try log.scan(.running, from: start) { key, _ in
                    let key = RowKey(key)
                    if !key.isSentinel { claimed.append((key.first, key.second)) }
                    return claimed.count < jobsMax
                }
            }
            for (process, id) in claimed {
                if let job = try reader.job(id) { running[process, default: []].append(job) }
            }
            var lines: [Line] = []
            guard call.past == nil else { return try then(running, in: log) }
            let own = try started(call.engine.process, in: log)
            lines.append(
                Line(
                    event: call.engine.process, started: own.0, since: own.1,
                    pid: Int32(truncatingIfNeeded: own.0?.processID ?? 0),
                    program: own.0?.program ?? "", isAlive: true, isOwn: true,
                    standing: try standing(call.engine.process, in: log), jobs: running[call.engine.process] ?? [],
                    usage: call.dashboard.usage.usage(of: ProcessesPage.ownNumber)))
            for other in others {
                guard let facts = other.facts else { continue }
                lines.append(
                    Line(
                        event: facts.event, started: facts.event > 0 ? try started(facts.event, in: log).0 : nil,
                        since: facts.started, pid: facts.processID, program: facts.program, isAlive: other.isAlive,
                        isOwn: false, standing: facts.event > 0 ? try standing(facts.event, in: log) : nil,
                        jobs: running[facts.event] ?? [],
                        usage: other.isAlive && call.dashboard.usage.isNear(facts)
                            ? call.dashboard.usage.usage(of: facts.processID) : nil))
            }
            return lines
        }
    }

    /// Those that the log knew of: they had said hello, and nobody had found them dead.
    private static func then(
        _ running: [SequenceNumber: [JobSummary]], in log: any LogSnapshot
    ) throws -> [Line] {
        var processes: [SequenceNumber] = []
        try RowKey.number(0).withBytes { start in
            try log.scan(.processes, from: start) { key, value in
                if ProcessRecord(value)?.standing.isAlive == true { processes.append(RowKey(key).first) }
                return processes.count < jobsMax
            }
        }
        return try processes.map { process in
            let (started, since) = try started(process, in: log)
            return Line(
                event: process, started: started, since: since, pid: Int32(truncatingIfNeeded: started?.processID ?? 0),
                program: started?.program ?? "", isAlive: true, isOwn: false,
                standing: try standing(process, in: log), jobs: running[process] ?? [])
        }
    }

    private static func started(
        _ process: SequenceNumber, in log: any LogSnapshot
    ) throws -> (ProcessStarted?, Instant) {
        guard let event = try log.event(process, { try Event($0, at: process) }),
            case .processStarted(let started) = event.body
        else { return (nil, .epoch) }
        return (started.value, event.time)
    }

    private static func standing(_ process: SequenceNumber, in log: any LogSnapshot) throws -> ProcessRecord.Standing? {
        var books = Books()
        return try books.process(process, in: log)?.standing
    }

    private static func card(
        _ line: Line, _ call: RouteCall, _ frame: PageFrame, _ now: Instant, isAlone: Bool = false, _ html: inout Html
    ) {
        html.element("article", [.class("card")]) { html in
            html.element("header") { html in
                html.element("h2") { html in
                    guard line.event > 0, !isAlone else { return html.text(line.program) }
                    html.link(frame.link(["processes", "\(line.event)"]), line.program)
                }
                let (word, tone) = Texts.processState(line.isAlive, line.standing)
                html.badge(word, tone)
                if line.isOwn { html.element("span", [.class("soft")], Texts.thisProcess) }
            }
            html.element("p", [.class("soft")]) { html in
                html.text(Texts.processFacts(line.event, line.pid, line.started.map { "\($0.user)@\($0.host)" }))
                html.text(" ")
                html.time(line.since)
            }
            if let usage = line.usage {
                html.element("p", [.class("soft")]) { html in
                    let use = Texts.processorUse(usage.share, seconds: usage.processorSeconds)
                    html.text("\(Texts.processor): \(use). \(Texts.memory): \(Texts.bytes(usage.memoryBytes)).")
                }
            }
            html.element("p", Texts.runsJobs(line.jobs.count))
            if !line.jobs.isEmpty {
                html.element("ul", [.class("plain")]) { html in
                    let most = isAlone ? line.jobs.count : jobsShownMax
                    for job in line.jobs.prefix(most) {
                        html.element("li") { html in
                            html.link(frame.link(["jobs", "\(job.id)"]), "\(job.id) \(job.name)")
                            html.text(" ")
                            html.age(job.since, now)
                        }
                    }
                    if line.jobs.count > most { html.element("li", Texts.andMore) }
                }
            }
            actions(line, call, frame, &html)
        }
    }

    private static func actions(_ line: Line, _ call: RouteCall, _ frame: PageFrame, _ html: inout Html) {
        guard call.may(.processesChange), line.isAlive, line.event > 0 else { return }
        let (next, about) = (call.here, Texts.processNumber(line.event))
        html.element("div", [.class("actions")]) { html in
            let isQuiet = line.standing == .quiet
            let wish: ProcessWish = isQuiet ? .resume : .quiet
            html.action(
                frame, ["processes", "\(line.event)", wish.rawValue], isQuiet ? Texts.resume : Texts.quiet, "quiet",
                next: next, about: about, hasReason: true)
            html.action(
                frame, ["processes", "\(line.event)", "stop"], Texts.stop, "danger", next: next, about: about,
                asks: line.isOwn ? Texts.sureToStopThis : Texts.sureToStop, hasReason: true)
        }
    }
}
