internal import Daybook
internal import DaybookLog
internal import DaybookModel
internal import Synchronization

/// The log, to read and to follow. Never with anybody's payload: that is the job's page.
enum LogRoutes {
    private static let after = RouteParameter.query("after", .number, "Events behind this one")

    /// One less than there can be, so that the next one is a number, too.
    private static let placeMax = Int(Int64.max - 1)

    private static func placeGiven(_ call: RouteCall) throws -> SequenceNumber? {
        try call.query.number("after", in: 0...placeMax).map { SequenceNumber($0) }
    }

    /// Behind what the listener was told before its connection broke, else where it asks for; nil for from now on.
    /// Browsers say the one by themselves, and go on asking for the other, which is long past by then.
    private static func whereListeningBegins(_ call: RouteCall) throws -> SequenceNumber? {
        let asked = try placeGiven(call)
        guard let text = call.request["last-event-id"], let told = SequenceNumber(text),
            told <= SequenceNumber(placeMax)
        else { return asked }
        return told
    }

    static let all = [
        Route(
            "GET", "/api/v1/events", .permission(.logRead), .json, "Events, in their order",
            [after, .query("limit", .number, "How many, at most 1,000 (100)")]
        ) { call in
            let after = try placeGiven(call) ?? 0
            let limit = try call.query.number("limit", in: 1...1_000) ?? 100
            let events = try call.store.loggedEvents(from: after + 1, limit: limit)
            return .object { json in
                json.list("events", events) { $0.1.write($0.0, to: &$1) }
                json.field("last", try? call.store.lastEvent)
            }
        },
        Route(
            "GET", "/api/v1/events/live", .permission(.logRead), .plain,
            "Events as they come, as server-sent events; begins behind the newest unless `after` says otherwise",
            [after]
        ) { call in
            let last = try call.engine.lastEvent
            let cursor = Mutex(try whereListeningBegins(call) ?? last)
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
                    cursor.withLock { $0 = newest }
                    return events.flatMap { sequence, event in
                        var json = JSONWriter()
                        json.object { event.write(sequence, to: &$0) }
                        return Array("id: \(sequence)\nevent: logged\ndata: ".utf8) + json.bytes + [0x0A, 0x0A]
                    }
                }
            }
        },
        Route(
            "GET", "/live", .known, .plain, "Says when something has happened, for pages that show it", [after]
        ) { call in
            // What happened between the making of the page and this call is news to it, too.
            let after = try whereListeningBegins(call)
            let pace = call.dashboard.options.livePace
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
