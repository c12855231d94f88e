internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// The log itself: its newest events, as they come.
enum LogPage {
    static let routes = [
        Route(
            "GET", "/log", .permission(.logRead), .page, "The log's events, the newest first",
            [
                .query("kind", .word(EventKind.allCases.map(\.name)), "Only events of this kind"),
                .query("job", .number, "Only events of this job"),
                .query("before", .number, "The next page: events before this one"),
            ]
        ) { try page($0) }
    ]

    private static func page(_ call: RouteCall) throws -> DashboardResponse {
        let before = try call.cursor("before")
        let job = try call.cursor("job")
        let kind = try kind(call)
        let size = min(max(call.dashboard.options.pageSize, 1), 500)
        let walk = try call.read { log in
            try EventWalk(before: before, limit: size, in: log) { head, _ in
                (kind == nil || head.kind == kind?.rawValue) && (job == nil || head.job == job)
            }
        }
        let head = try call.read { log in
            let last = try log.last
            return (last, try log.headText(at: last))
        }
        return try call.page(Texts.log, current: "log", isLive: before == nil) { frame, html in
            html.element("p", [.class("soft wrap"), .id("head"), .flag("data-live")]) { html in
                guard let text = head.1 else { return html.text(Texts.withinCommit(head.0)) }
                html.text(Texts.headOfLog(head.0))
                html.element("code", text)
            }
            html.element("p", [.class("soft")], Texts.verifyExplained)
            filters(kind, job, frame, &html)
            if walk.events.isEmpty {
                html.nothing(Texts.noEvents)
            } else {
                EventLines.table(Texts.log, walk.events, call, frame, isLive: before == nil, &html)
            }
            html.exports(frame, ["log"], [("kind", kind?.name), ("job", job.map { "\($0)" })])
            if walk.isCut { html.note(Texts.lookedAtEvents(walk.looked)) }
            let query: [(String, String?)] = [("kind", kind?.name), ("job", job.map { "\($0)" })]
            html.pager(
                first: before.map { _ in frame.link(["log"], query) },
                next: walk.next.map { frame.link(["log"], query + [("before", "\($0)")]) })
        }
    }

    static func kind(_ call: RouteCall) throws(RouteFailure) -> EventKind? {
        guard let word = try call.query.value("kind") else { return nil }
        guard let kind = EventKind(name: word) else { throw .badCall("There is no such kind of event.") }
        return kind
    }

    private static func filters(_ kind: EventKind?, _ job: SequenceNumber?, _ frame: PageFrame, _ html: inout Html) {
        frame.search(&html, ["log"]) { html in
            html.choice(
                Texts.what, "kind", [("", Texts.all)] + EventKind.allCases.map { ($0.name, Texts.kind($0)) },
                kind?.name ?? "")
            html.input(Texts.job, "job", job.map { "\($0)" } ?? "", [.named("inputmode", "numeric")])
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

    private static let eventsMax = 20_000

    init(
        before: SequenceNumber?, limit: Int, in log: any LogSnapshot,
        _ isMeant: (EventHead, UnsafeRawBufferPointer) throws -> Bool
    ) throws {
        let last = try before.map { $0 - 1 } ?? log.last
        guard last > 0 else { return }
        try log.eventsBackward(from: last) { sequence, value in
            guard events.count < limit else {
                next = sequence + 1
                return false
            }
            guard looked < EventWalk.eventsMax else {
                next = sequence + 1
                isCut = true
                return false
            }
            looked += 1
            guard try isMeant(try EventHead(value, at: sequence), value) else { return true }
            events.append(LoggedEvent(try Event(value, at: sequence), at: sequence))
            return true
        }
    }
}
