internal import Daybook
internal import DaybookLog
internal import DaybookModel
internal import Synchronization

/// The log, to read and to follow. Never with anybody's payload: that is the job's page.
enum LogRoutes {
    private static let after = RouteParameter.query("after", .number, "Events behind this one")

    static let all = [
        Route(
            "GET", "/api/v1/events", .permission(.logRead), .json, "Events, in their order",
            [after, .query("limit", .number, "How many, at most 1,000 (100)")]
        ) { call in
            let after = try call.query.number("after", in: 0...Int(Int64.max - 1)) ?? 0
            let limit = try call.query.number("limit", in: 1...1_000) ?? 100
            let events = try call.store.loggedEvents(from: SequenceNumber(after) + 1, limit: limit)
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
            let after =
                try call.request["last-event-id"].flatMap(SequenceNumber.init)
                ?? call.query.number("after", in: 0...Int(Int64.max - 1)).map { SequenceNumber($0) } ?? last
            let cursor = Mutex(after)
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
            let after = try call.query.number("after", in: 0...Int(Int64.max - 1)).map { SequenceNumber($0) }
            return try LiveStreams.open(call, after: after) { signals in
                switch await signals.next() {
                case nil: return nil
                case .quiet: return LiveStreams.sign
                case .changed:
                    // However much happens, a page that is open asks once in two seconds.
                    try await Task.sleep(for: .seconds(2))
                    return Array("event: changed\ndata:\n\n".utf8)
                }
            }
        },
    ]
}
