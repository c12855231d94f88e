internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// One event of the log, at an address of its own, so that it can be spoken of.
enum EventPage {
    static let routes = [
        Route(
            "GET", "/log/{event}", .permission(.logRead), .page, "One event of the log",
            [.path("event", .number, "The event")]
        ) { try page($0) }
    ]

    static let programs = [
        Route(
            "GET", "/api/v1/events/{event}", .permission(.logRead), .json, "One event, without anybody's payload",
            [.path("event", .number, "The event")]
        ) { call in
            let event = try find(call)
            return .object { json in
                event.event.write(event.sequence, isOpen: call.may(.jobsArgsRead), to: &json)
                if event.event.previous != 0 { json.field("previous", event.event.previous) }
            }
        }
    ]

    private static func find(_ call: RouteCall) throws -> LoggedEvent {
        let sequence = try call.number("event")
        let event = try call.read { log in
            sequence <= (try log.last) ? try log.eventAtHand(sequence) { try Event($0, at: sequence) } : nil
        }
        guard let event else { throw RouteFailure(404, Texts.Refused.noEvent(sequence)) }
        return LoggedEvent(event, at: sequence)
    }

    private static func page(_ call: RouteCall) throws -> DashboardResponse {
        let event = try find(call)
        let last = try call.read { try $0.last }
        let names = try RecurringNames(in: [event], call)
        let crumbs = [Crumb(title: Texts.log, link: call.link(["log"]))]
        let title = Texts.eventTitle(event.sequence, Texts.kind(event.kind))
        return try call.page(title, current: "log", crumbs: crumbs) { frame, html in
            html.facts { html in
                html.fact(Texts.what) { $0.badge(Texts.kind(event.kind), event.tone) }
                html.fact(Texts.time) { $0.time(event.time) }
                html.fact(Texts.who) { $0.actor(event.actor, names, call, frame) }
                if let job = event.job {
                    html.fact(Texts.job) { $0.link(frame.link(["jobs", "\(job)"]), "\(job)") }
                }
                if event.attempt > 0 { html.fact(Texts.run, "\(event.attempt)") }
                if let cause = event.cause { html.fact(Texts.cause) { $0.event(cause, call, frame) } }
                if event.event.previous != 0 {
                    html.fact(Texts.jobEarlier) { $0.event(event.event.previous, call, frame) }
                }
                let detail = EventLines.words(event, names, call)
                if !detail.isEmpty { html.fact(Texts.details) { $0.prose(detail) } }
            }
            html.element("nav", [.class("pages"), .named("aria-label", Texts.aroundEvent)]) { html in
                func step(_ sequence: SequenceNumber, _ title: String) {
                    html.element(
                        "a", [.class("button quiet"), .href(frame.link(["log", "\(sequence)"]))], title)
                }
                if event.sequence > 1 { step(event.sequence - 1, Texts.eventBefore) }
                if event.sequence < last { step(event.sequence + 1, Texts.eventAfter) }
                let then = PageLink(
                    call.base, event.job.map { ["jobs", "\($0)"] } ?? [], [("at", "\(event.sequence)")])
                html.element("a", [.class("button quiet"), .href(then)], Texts.storeThen)
            }
        }
    }
}

extension Html {
    /// An event's number, and the way to it for those who may read the log.
    mutating func event(_ sequence: SequenceNumber, _ call: RouteCall, _ frame: PageFrame) {
        if call.may(.logRead) {
            link(frame.link(["log", "\(sequence)"]), "#\(sequence)")
        } else {
            text("#\(sequence)")
        }
    }

    /// Who did something: a recurring job by its name, with the way to it.
    mutating func actor(_ actor: Actor, _ names: RecurringNames, _ call: RouteCall, _ frame: PageFrame) {
        guard actor.recurring != 0, let name = names[actor.recurring] else { return text(actor.description) }
        text("\(Texts.recurringLower) ")
        if call.may(.recurringRead) {
            link(frame.link(["recurring", name]), name)
        } else {
            text(name)
        }
    }

    /// A sentence in which times are shown like all others: in the viewer's zone.
    mutating func prose(_ sentence: String) {
        var rest = sentence[...]
        while let found = rest.firstMatch(of: /[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z/) {
            text(String(rest[..<found.range.lowerBound]))
            if let instant = try? Instant(iso8601: String(found.0)) {
                time(instant)
            } else {
                text(String(found.0))
            }
            rest = rest[found.range.upperBound...]
        }
        text(String(rest))
    }
}
