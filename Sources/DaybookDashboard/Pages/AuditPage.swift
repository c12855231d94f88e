internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// Who did what: what people changed, and where they were turned away.
enum AuditPage {
    static let routes = [
        Route(
            "GET", "/audit", .permission(.logRead), .page, "What people did, the newest first",
            [
                .query("person", .text, "Only what this person did"),
                .query("before", .number, "The next page: events before this one"),
            ]
        ) { try page($0) }
    ]

    static let api =
        Route(
            "GET", "/api/v1/audit", .permission(.logRead), .json, "What people did, the newest first",
            [
                .query("person", .text, "Only what this person did"),
                .query("cursor", .number, "Events before this one").within(.places),
                .query("limit", .number, "How many, at most 1,000 (50)").within(.pages),
            ]
        ) { call in
            let limit = try call.query.number("limit", in: .pages) ?? call.dashboard.options.pageSize
            let found = try find(try call.query.value("person"), try call.cursor("cursor"), limit, call)
            let isOpen = call.may(.jobsArgsRead)
            return .object { json in
                json.list("events", found.events) { event, json in
                    event.event.write(event.sequence, isOpen: isOpen, to: &json)
                    json.field("canBeUndone", ChangeKind(event.kind)?.rawValue)
                }
                json.field("next", found.next)
            }
        }

    private static func page(_ call: RouteCall) throws -> DashboardResponse {
        let before = try call.cursor("before")
        let person = try call.query.value("person")
        let size = min(max(call.dashboard.options.pageSize, 1), 500)
        let found = try find(person, before, size, call)
        return try call.page(Texts.audit, current: "audit", isLive: before == nil) { frame, html in
            html.element("p", [.class("soft")], Texts.auditExplained)
            frame.search(&html, ["audit"]) { html in
                html.input(Texts.person, "person", person ?? "")
                html.button(Texts.filter)
            }
            if found.events.isEmpty {
                html.nothing(Texts.nobodyDidAnything)
            } else {
                EventLines.table(Texts.audit, found.events, call, frame, isLive: before == nil, canUndo: true, &html)
            }
            html.exports(frame, ["audit"], [("person", person)])
            if found.isCut { html.note(Texts.lookedAtEvents(found.looked)) }
            html.pager(
                first: before.map { _ in frame.link(["audit"], [("person", person)]) },
                next: found.next.map { frame.link(["audit"], [("person", person), ("before", "\($0)")]) })
        }
    }

    struct Found {
        var events: [LoggedEvent] = []
        var next: SequenceNumber?
        var isCut = false
        var looked = 0
    }

    static func find(
        _ person: String?, _ before: SequenceNumber?, _ size: Int, _ call: RouteCall
    ) throws -> Found {
        if let numbers = listed(person, before, size + 1, call) {
            return try call.read { log in
                var found = Found()
                for number in numbers.prefix(size) {
                    guard let event = try log.event(number, { try Event($0, at: number) }) else { continue }
                    found.events.append(LoggedEvent(event, at: number))
                }
                if numbers.count > size { found.next = numbers[size - 1] }
                return found
            }
        }
        // The view is not there yet: the newest stretch of the log will do.
        let walk = try call.read { log in
            try EventWalk(before: before, limit: size, in: log) { head, value, sequence in
                guard let name = head.actor(in: value).person, person == nil || person == name else { return false }
                guard head.kind == EventKind.created.rawValue else { return true }
                let event = try Event(value, at: sequence, withPayload: false)
                return DashboardFollower.isDeed(LoggedEvent(event, at: sequence))
            }
        }
        return Found(events: walk.events, next: walk.next, isCut: walk.isCut, looked: walk.looked)
    }

    private static func listed(
        _ person: String?, _ before: SequenceNumber?, _ limit: Int, _ call: RouteCall
    ) -> [SequenceNumber]? {
        let part = DashboardFollower.Part.self
        // What people did is never taken back, so the list of today tells of the past.
        let bound = [before, call.past.map { $0.sequence + 1 }].compactMap { $0 }.min()
        let number = bound.map { -Int64(clamping: $0) + 1 }
        let prefix = person.map { Packed(part.by, $0) } ?? Packed(part.deed)
        let start = number.map { number in
            person.map { Packed(part.by, $0, number) } ?? Packed(part.deed, number)
        }
        return try? call.engine.view(of: DashboardFollower.self) { rows in
            var numbers: [SequenceNumber] = []
            try rows.walk(prefix, from: start) { key, _ in
                let number =
                    person == nil
                    ? try key.unpacked(as: String.self, Int64.self).1
                    : try key.unpacked(as: String.self, String.self, Int64.self).2
                numbers.append(SequenceNumber(-number))
                return numbers.count < limit
            }
            return numbers
        }
    }
}
