import Foundation

/// Pages that somebody has left open, and nothing happens.
let dashboardLive: [Measurement] = [
    Measurement(
        suite: "dashboard", name: "processor time a second, 500 open live pages and nothing happening",
        unit: .milliseconds, target: .ours(floor: 50, aim: 20), ours: { try idle(pages: 500, in: $0) },
        baseline: { try idle(pages: 0, in: $0) })
]

private func idle(pages count: Int, in place: Place) throws -> Sample {
    let server = try DashboardServer(try place.emptyFolder() + "/store")
    // Nobody may have more than 64 open.
    let pages = try (0..<count).map { number in
        let page = try HTTPClient(port: server.port, person: "person-\(number / 50)")
        try page.listen("/live")
        return page
    }
    try server.settle()
    // Longer than the time after which a quiet page is told that somebody is still there.
    let seconds = Double(place.operations(30))
    let (before, began) = (try server.processorMicroseconds(), ContinuousClock.now)
    Thread.sleep(forTimeInterval: seconds)
    let used = try server.processorMicroseconds() - before
    let took = (ContinuousClock.now - began) / .seconds(1)
    try withExtendedLifetime(pages) { try server.stop() }
    return Sample(value: Double(used) / 1_000 / took)
}
