internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// The log itself: its newest events, as they come, whether it was verified, and what vouches for it elsewhere.
enum LogPage {
    static let routes = [
        Route(
            "GET", "/log", .permission(.logRead), .page, "The log's events, the newest first",
            filters + [.query("before", .number, "The next page: events before this one")]
        ) { try page($0) },
        Route(
            "POST", "/log-verify", .permission(.jobsChange), .page, "Has the whole log checked",
            [.body("next", .text, "Where to go from there")], success: 303
        ) { call in
            _ = try await LogChecks.start(call)
            return try call.back(try call.form, ["log"])
        },
    ]

    static let filters: [RouteParameter] = [
        .query("kind", .word(EventKind.allCases.map(\.name)), "Only events of this kind"),
        .query("job", .number, "Only events of this job").within(.places),
        .query("text", .text, "Only events with this text in their details, their reason or who did them"),
    ]

    private static func page(_ call: RouteCall) throws -> DashboardResponse {
        let before = try call.cursor("before")
        let filter = try LogFilter(call)
        let size = min(max(call.dashboard.options.pageSize, 1), 500)
        let walk = try call.read { log in try filter.walk(before: before, limit: size, call, in: log) }
        let head = try call.read { log in
            let last = try log.last
            return (last, try log.headText(at: last))
        }
        let isFirst = before == nil && filter.isEmpty && call.principal?.tenant == nil
        let checks = isFirst ? try LogChecks.newest(call) : []
        let checkpoints = isFirst ? Checkpoints(call) : nil
        return try call.page(Texts.log, current: "log", isLive: before == nil) { frame, html in
            call.outcome(frame, &html)
            html.element("p", [.class("soft wrap"), .id("head"), .flag("data-live")]) { html in
                guard let text = head.1 else { return html.text(Texts.withinCommit(head.0)) }
                html.text(Texts.headOfLog(head.0))
                html.element("code", text)
            }
            if isFirst { LogChecks.write(checks, head.0, call, frame, &html) }
            filter.form(frame, &html)
            if walk.events.isEmpty {
                html.nothing(Texts.noEvents)
            } else {
                EventLines.table(Texts.log, walk.events, call, frame, isLive: before == nil, &html)
            }
            html.exports(frame, ["log"], filter.query)
            if walk.isCut { html.note(Texts.lookedAtEvents(walk.looked)) }
            html.pager(
                first: before.map { _ in frame.link(["log"], filter.query) },
                next: walk.next.map { frame.link(["log"], filter.query + [("before", "\($0)")]) })
            checkpoints?.write(&html)
        }
    }
}

/// Which events of the log are meant.
struct LogFilter {
    let kind: EventKind?
    let job: SequenceNumber?
    let text: String?
    private let search: TextSearch?

    /// Fewer than without a text: of each event all that is shown of it is made and looked through.
    private static let searchedMax = 5_000

    init(_ call: RouteCall, text name: String = "text") throws(RouteFailure) {
        if let word = try call.query.value("kind") {
            guard let kind = EventKind(name: word) else { throw .badCall(Texts.Refused.badEventKind) }
            self.kind = kind
        } else {
            kind = nil
        }
        job = try call.cursor("job")
        text = try call.query.value(name)
        search = text.map { TextSearch($0) }
    }

    var isEmpty: Bool { kind == nil && job == nil && text == nil }

    /// So many events are looked at for one page.
    var eventsMax: Int { text == nil ? EventWalk.eventsMax : LogFilter.searchedMax }

    var query: [(String, String?)] { [("kind", kind?.name), ("job", job.map { "\($0)" }), ("text", text)] }

    func matches(
        _ head: EventHead, _ value: UnsafeRawBufferPointer, at sequence: SequenceNumber, _ call: RouteCall
    ) throws -> Bool {
        guard kind == nil || head.kind == kind?.rawValue, job == nil || head.job == job else { return false }
        guard let search else { return true }
        // What somebody may not see he does not find either.
        let event = LoggedEvent(try Event(value, at: sequence), at: sequence)
        return search.isIn(EventLines.detail(event, call)) || search.isIn(event.actor.description)
            || search.isIn(event.actor.person ?? "") || search.isIn(event.reason) || search.isIn(Texts.kind(event.kind))
    }

    func walk(
        before: SequenceNumber?, limit: Int, _ call: RouteCall, in log: any LogSnapshot
    ) throws -> EventWalk {
        try EventWalk(before: before, limit: limit, eventsMax: eventsMax, in: log) { head, value, sequence in
            try matches(head, value, at: sequence, call)
        }
    }

    func form(_ frame: PageFrame, _ html: inout Html) {
        frame.search(&html, ["log"]) { html in
            html.choice(
                Texts.what, "kind", [("", Texts.all)] + EventKind.allCases.map { ($0.name, Texts.kind($0)) },
                kind?.name ?? "")
            html.input(Texts.job, "job", job.map { "\($0)" } ?? "", [.named("inputmode", "numeric")])
            html.input(Texts.text, "text", text ?? "", [.type("search")])
            html.button(Texts.filter)
        }
    }
}

extension LogSnapshot {
    /// The head of the chain at an event; nil for one within a commit, which has none, as moments of the past may have
    /// it.
    func headText(at last: SequenceNumber) throws -> String? {
        try event(last, { Seal(of: $0)?.head.hex }) ?? nil
    }
}

/// Events from the newest back, for so many and no more.
struct EventWalk {
    private(set) var events: [LoggedEvent] = []
    /// The next page begins before this event; nil at the log's beginning.
    private(set) var next: SequenceNumber?
    private(set) var isCut = false
    private(set) var looked = 0

    static let eventsMax = 20_000

    init(
        before: SequenceNumber?, limit: Int, eventsMax: Int = EventWalk.eventsMax, in log: any LogSnapshot,
        _ isMeant: (EventHead, UnsafeRawBufferPointer, SequenceNumber) throws -> Bool
    ) throws {
        let last = try before.map { $0 - 1 } ?? log.last
        guard last > 0 else { return }
        try log.eventsBackward(from: last) { sequence, value in
            guard events.count < limit else {
                next = sequence + 1
                return false
            }
            guard looked < eventsMax else {
                next = sequence + 1
                isCut = true
                return false
            }
            looked += 1
            guard try isMeant(try EventHead(value, at: sequence), value, sequence) else { return true }
            events.append(LoggedEvent(try Event(value, at: sequence), at: sequence))
            return true
        }
    }
}
