internal import Daybook

/// Says to open pages that something has happened, by server-sent events: what they show they then ask for anew, with
/// what they may see.
enum LiveRoute {
    static let routes = [
        Route("GET", "/live", .known, .page, "Says when something has happened, as server-sent events") { call in
            let engine = call.engine
            let stream = ResponseStream {
                {
                    guard try await engine.waitForChange() else { return nil }
                    // However much goes on: nobody takes in more than this, and hundreds may have a page open.
                    try await Task.sleep(for: .seconds(2))  // tidy: a pace for eyes, decides nothing
                    return Array("event: changed\ndata: 1\n\n".utf8)
                }
            }
            return DashboardResponse(200, [HTTPField("content-type", "text/event-stream")], stream: stream)
        }
    ]
}
