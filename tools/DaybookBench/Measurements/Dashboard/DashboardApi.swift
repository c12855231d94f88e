import CDaybookPlatform
import Foundation
import Synchronization

/// Programs that enqueue and claim over HTTP.
let dashboardApi: [Measurement] = [
    Measurement(
        suite: "dashboard", name: "API enqueue on 64 kept-alive connections, each durable before its 201",
        unit: .perSecond, target: .ours(floor: 10_000, aim: 15_000),
        ours: { place in
            let server = try DashboardServer(try place.emptyFolder() + "/store")
            let body = #"{"name":"invoice.send","queue":"mail","args":{"number":4711,"to":"somebody@example.org"}}"#
            let request = HTTPClient.request(
                "POST", "/api/v1/jobs", person: "bench", accept: "application/json", body: body)
            let count = place.operations(100_000)
            // Its beginning is not what is measured.
            _ = try HTTPLoad([request], operations: count / 10, connections: 64, port: server.port)
            let load = try HTTPLoad([request], operations: count, connections: 64, port: server.port)
            try load.require(201) { _ in "An enqueue" }
            try server.stop()
            return .perSecond(
                operations: count, elapsedNanoseconds: load.elapsedNanoseconds, latencies: load.latencies)
        }),
    Measurement(
        suite: "dashboard", name: "claim by long poll has its job after the enqueue was sent, p99",
        unit: .milliseconds, target: .ours(floor: 10, aim: 5),
        ours: { place in
            let server = try DashboardServer(try place.emptyFolder() + "/store")
            let latencies = try LongPolls.latencies(place.operations(2_000), port: server.port)
            try server.stop()
            return Sample(value: latencies.percentile(99) / 1e6, latencies: latencies)
        },
        // The same number of threads that wake each other, with nothing to do.
        baseline: { place in
            let latencies = try Baseline.handOver.run(in: place, operations: 1_000).latencies
            return Sample(value: latencies.percentile(99) / 1e6, latencies: latencies)
        }),
]

/// Workers that wait for jobs, and somebody who enqueues a hundred a second. A job carries when its enqueue was sent.
private enum LongPolls {
    private static let workers = 8
    private static let perSecond: UInt64 = 100

    static func latencies(_ count: Int, port: UInt16) throws -> [UInt64] {
        let latencies = Latencies()
        let failure = Mutex<(any Error)?>(nil)
        let (ready, ended) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        for _ in 0..<workers {
            Thread.detachNewThread {
                do {
                    let client = try HTTPClient(port: port)
                    ready.signal()
                    while latencies.all.count < count { try work(client, latencies) }
                } catch {
                    failure.withLock { $0 = error }
                }
                ended.signal()
            }
        }
        for _ in 0..<workers { ready.wait() }
        let client = try HTTPClient(port: port)
        let began = daybook_monotonic_nanoseconds()
        for number in 0..<UInt64(count) {
            let due = began + number * 1_000_000_000 / perSecond
            let now = daybook_monotonic_nanoseconds()
            if due > now { Thread.sleep(forTimeInterval: Double(due - now) / 1e9) }
            let stamp = daybook_monotonic_nanoseconds()
            let answer = try client.post("/api/v1/jobs", "{\"name\":\"a\",\"queue\":\"polled\",\"args\":\(stamp)}")
            guard answer.status == 201 else { throw HTTPFailure("An enqueue was answered \(answer.status).") }
            if let failure = failure.withLock({ $0 }) { throw failure }
        }
        for _ in 0..<workers { ended.wait() }
        if let failure = failure.withLock({ $0 }) { throw failure }
        return latencies.all
    }

    private static func work(_ client: HTTPClient, _ latencies: Latencies) throws {
        let answer = try client.post("/api/v1/claims", #"{"queues":["polled"],"wait":"1s"}"#)
        let came = daybook_monotonic_nanoseconds()
        guard answer.status == 200 else { throw HTTPFailure("A claim was answered \(answer.status).") }
        guard let stamp = number("args", answer.text), let token = number("token", answer.text) else { return }
        latencies.add(came - stamp)
        let end = try client.post("/api/v1/claims/\(token)/succeed", "{}")
        guard end.status == 200 else { throw HTTPFailure("The end of a run was answered \(end.status).") }
    }

    private static func number(_ name: String, _ text: String) -> UInt64? {
        text.firstRange(of: "\"\(name)\":").flatMap { UInt64(text[$0.upperBound...].prefix { $0.isNumber }) }
    }
}
