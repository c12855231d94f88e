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
            let events = try call.engine.loggedEvents(from: SequenceNumber(after) + 1, limit: limit)
            return .object { json in
                json.list("events", events) { $0.1.write($0.0, to: &$1) }
                json.field("last", try? call.engine.lastEvent)
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
            return try LiveStreams.open(call) { engine in
                let cursor = Mutex(after)
                return {
                    while true {
                        let from = cursor.withLock { $0 }
                        let events = try engine.loggedEvents(from: from + 1, limit: 256)
                        guard let newest = events.last?.0 else {
                            guard try await LiveStreams.wait(engine, from) else { return nil }
                            if try engine.lastEvent == from { return LiveStreams.sign }
                            continue
                        }
                        cursor.withLock { $0 = newest }
                        return events.flatMap { sequence, event in
                            var json = JSONWriter()
                            json.object { event.write(sequence, to: &$0) }
                            return Array("id: \(sequence)\nevent: logged\ndata: ".utf8) + json.bytes + [0x0A, 0x0A]
                        }
                    }
                }
            }
        },
        Route(
            "GET", "/live", .known, .plain, "Says when something has happened, for pages that show it"
        ) { call in
            try LiveStreams.open(call) { engine in
                let cursor = Mutex(try? engine.lastEvent)
                return {
                    let from = cursor.withLock { $0 } ?? 0
                    guard try await LiveStreams.wait(engine, from) else { return nil }
                    let last = try engine.lastEvent
                    guard last != from else { return LiveStreams.sign }
                    cursor.withLock { $0 = last }
                    // However much happens, a page that is open asks once in two seconds.
                    try await Task.sleep(for: .seconds(2))
                    cursor.withLock { $0 = (try? engine.lastEvent) ?? last }
                    return Array("event: changed\ndata: \(last)\n\n".utf8)
                }
            }
        },
    ]
}

/// Answers that go on for as long as somebody listens.
enum LiveStreams {
    /// A comment, so that a client who has gone is noticed, and proxies do not think that it is all over.
    static let sign = Array(": still here\n\n".utf8)
    private static let open = Mutex<[String: Int]>([:])
    private static let perPersonMax = 64
    private static let signAfter: Duration = .seconds(20)

    static func open(
        _ call: RouteCall,
        _ makeNext: @escaping @Sendable (JobEngine) -> (@Sendable () async throws -> [UInt8]?)
    ) throws -> DashboardResponse {
        let name = call.principal?.name ?? ""
        let mayOpen = open.withLock { open in
            guard open[name, default: 0] < perPersonMax else { return false }
            open[name, default: 0] += 1
            return true
        }
        guard mayOpen else {
            throw RouteFailure.tooMany("You have too many live pages open.", retryAfterSeconds: 10)
        }
        call.request.client.whenGone {
            open.withLock { open in
                open[name, default: 1] -= 1
                if open[name] == 0 { open[name] = nil }
            }
        }
        let engine = call.engine
        let fields = [HTTPField("content-type", "text/event-stream"), HTTPField("x-accel-buffering", "no")]
        return DashboardResponse(
            200, fields,
            stream: ResponseStream {
                let next = makeNext(engine)
                let isFirst = Mutex(true)
                return {
                    // The fields alone tell a browser nothing before the first piece.
                    let first = isFirst.withLock { first in
                        defer { first = false }
                        return first
                    }
                    return first ? Array("retry: 3000\n\n".utf8) : try await next()
                }
            })
    }

    /// Waits until something was committed behind `last`, or for a while; false when the engine is closing.
    static func wait(_ engine: JobEngine, _ last: SequenceNumber) async throws -> Bool {
        try await withThrowingTaskGroup(of: Bool?.self) { group in
            group.addTask {
                do { return try await engine.waitForCommit(after: last) } catch is CancellationError { return nil }
            }
            group.addTask {
                try? await Task.sleep(for: signAfter)
                return nil
            }
            let first = try await group.next() ?? nil
            group.cancelAll()
            return first ?? true
        }
    }
}
