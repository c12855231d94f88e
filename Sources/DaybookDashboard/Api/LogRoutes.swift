internal import Daybook
internal import DaybookLog
internal import DaybookModel
internal import Synchronization

/// The log, to read and to follow. Never with anybody's payload: that is the job's page.
enum LogRoutes {
    private static let after = RouteParameter.query(
        "after", .text, "Events behind this one: its number, or its position, which a restored log does not pass for")

    private static func events(_ call: RouteCall) throws -> DashboardResponse {
        let place = try KeptPlace.given(call)
        try place?.require(in: call.engine)
        let after = place?.sequence ?? 0
        let limit = try call.query.number("limit", in: .pages) ?? 100
        let filter = try LogFilter(call, text: "search")
        let isOpen = call.may(.jobsArgsRead)
        guard !filter.isEmpty else {
            let events = try call.store.loggedEvents(from: after + 1, limit: limit)
            let position = try KeptPlace.positions(of: [events.last?.0 ?? after], in: call.engine)[0]
            return .object { json in
                json.list("events", events) { $0.1.write($0.0, isOpen: isOpen, to: &$1) }
                json.field("position", position)
                json.field("last", try? call.store.lastEvent)
            }
        }
        var found: [(SequenceNumber, Event)] = []
        var looked = 0
        var through = after
        try call.read { log in
            try log.events(from: after + 1) { sequence, value in
                guard found.count < limit, looked < filter.eventsMax else { return false }
                (looked, through) = (looked + 1, sequence)
                if try filter.matches(try EventHead(value, at: sequence), value, at: sequence, call) {
                    found.append((sequence, try Event(value, at: sequence)))
                }
                return true
            }
        }
        let last = try call.store.lastEvent
        let position = try KeptPlace.positions(of: [through], in: call.engine)[0]
        return .object { json in
            json.list("events", found) { $0.1.write($0.0, isOpen: isOpen, to: &$1) }
            json.field("position", position)
            json.field("last", last)
            // Where what is asked for is rare, a page is short and has a next all the same.
            if through < last { json.field("next", through) }
        }
    }

    static let all = [
        Route(
            "GET", "/api/v1/events", .permission(.logRead), .json, "Events, in their order",
            [
                after, .query("limit", .number, "How many, at most 1,000 (100)").within(.pages),
                .query("kind", .word(EventKind.allCases.map(\.name)), "Only events of this kind"),
                .query("job", .number, "Only events of this job").within(.places),
                .query("search", .text, "Only events with this text in their details, their reason or who did them"),
            ]
        ) { try events($0) },
        Route(
            "GET", "/api/v1/log", .permission(.logRead), .json,
            "Where the log ends, the latest checks of it, and the checkpoints that this process has written"
        ) { call in
            try call.requireWholeStore()
            let (last, head) = try call.read { log in (try log.last, try log.headText(at: try log.last)) }
            let checks = try LogChecks.newest(call)
            let checkpoints = Checkpoints(call)
            return .object { json in
                json.field("last", last)
                json.field("head", head)
                json.list("checks", checks) { LogChecks.write($0, to: &$1) }
                checkpoints?.write(to: &json)
            }
        },
        Route(
            "POST", "/api/v1/log/verify", .permission(.jobsChange), .json,
            "Has the whole log checked, as a job; while one is under way, that one is meant", success: 201
        ) { call in
            _ = try call.json([])
            let job = try await LogChecks.start(call)
            return .object(201) { $0.field("job", job) }
        },
        Route(
            "GET", "/api/v1/events/live", .permission(.logRead), .plain,
            "Events as they come, as server-sent events; begins behind the newest unless `after` says otherwise",
            [after]
        ) { call in
            let place = try KeptPlace.listenedFrom(call)
            try place?.require(in: call.engine)
            let last = try call.engine.lastEvent
            let cursor = Mutex(place?.sequence ?? last)
            let isOpen = call.may(.jobsArgsRead)
            return try LiveStreams.open(call) { signals in
                while true {
                    let from = cursor.withLock { $0 }
                    let events = try signals.engine.present.loggedEvents(from: from + 1, limit: 256)
                    guard let newest = events.last?.0 else {
                        switch await signals.next() {
                        case .changed: continue
                        case .quiet: return LiveStreams.sign
                        case nil: return nil
                        }
                    }
                    let positions = try KeptPlace.positions(of: events.map(\.0), in: signals.engine)
                    cursor.withLock { $0 = newest }
                    return zip(positions, events).flatMap { position, logged in
                        var json = JSONWriter()
                        json.object { logged.1.write(logged.0, isOpen: isOpen, to: &$0) }
                        return Array("id: \(position)\nevent: logged\ndata: ".utf8) + json.bytes + [0x0A, 0x0A]
                    }
                }
            }
        },
        Route(
            "GET", "/live", .known, .plain, "Says when something has happened, for pages that show it", [after]
        ) { call in
            // What happened between the making of the page and this call is news to it, too. So is a log that ends
            // before: the page shows what is lost, and a refusal would end its listening for good.
            let after = try KeptPlace.listenedFrom(call)?.sequence
            guard let pace = call.dashboard.options.refresh else { throw RouteFailure.notFound }
            return try LiveStreams.open(call, after: after) { signals in
                switch await signals.next() {
                case nil: return nil
                case .quiet: return LiveStreams.sign
                case .changed:
                    try await Task.sleep(for: pace)
                    let last = try signals.engine.lastEvent
                    return Array("id: \(last)\nevent: changed\ndata:\n\n".utf8)
                }
            }
        },
    ]
}
