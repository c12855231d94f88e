import Foundation
import Synchronization

/// Every page of a store with ten million jobs, asked for fifty times a second while the engine runs at half its top
/// speed. All rows tell of one run.
let dashboardPages: [Measurement] =
    [
        Measurement(
            suite: "dashboard", name: "any page of a 10 M-job store, 50 requests/s beside half the top speed, p99",
            unit: .milliseconds, target: .ours(floor: 50, aim: 20), prepare: PageLoad.run,
            ours: { _ in
                let all = PageLoad.result.pages.values.flatMap { $0 }
                return Sample(value: all.percentile(99) / 1e6, latencies: all)
            }),
        Measurement(
            suite: "dashboard", name: "the slowest answer of all", unit: .milliseconds, prepare: PageLoad.run,
            ours: { _ in Sample(value: PageLoad.result.pages.values.joined().map { Double($0) }.max()! / 1e6) }),
        Measurement(
            suite: "dashboard", name: "jobs at half the top speed with those pages / without", unit: .perSecond,
            target: .ratio(floor: 0.9, aim: 0.95), prepare: PageLoad.run,
            ours: { _ in Sample(value: PageLoad.result.rateWithPages) },
            baseline: { _ in Sample(value: PageLoad.result.rateAlone) }),
        Measurement(
            suite: "dashboard", name: "first look at a moment of the past, with all that is folded for it",
            unit: .milliseconds, prepare: PageLoad.run,
            ours: { _ in Sample(value: PageLoad.result.firstLookMilliseconds) }),
        Measurement(
            suite: "dashboard", name: "home page with all that it loads, the first time", unit: .kilobytes,
            target: .ours(floor: 60, aim: 40), prepare: PageLoad.run,
            ours: { _ in Sample(value: PageLoad.result.firstPageKilobytes) }),
    ]
    + PageAddresses.all.map { address in
        Measurement(
            suite: "dashboard", name: "page \(address), p99", unit: .milliseconds,
            target: .ours(floor: 50, aim: 20), prepare: PageLoad.run,
            ours: { _ in
                let latencies = PageLoad.result.pages[address] ?? []
                return Sample(value: latencies.percentile(99) / 1e6, latencies: latencies)
            })
    }

/// The run is made once; all rows tell of it.
enum PageLoad {
    struct Result: Sendable {
        /// Nanoseconds of each answer, by address.
        var pages: [String: [UInt64]] = [:]
        var rateAlone = 0.0
        var rateWithPages = 0.0
        var firstLookMilliseconds = 0.0
        var firstPageKilobytes = 0.0
    }

    private static let kept = Mutex(Result())
    static var result: Result { kept.withLock { $0 } }

    private static let requestsPerSecond = 50.0
    private static let connections = 32

    @Sendable static func run(_ place: Place) async throws {
        guard result.pages.isEmpty else { return }
        try DashboardStore.make(place)
        let server = try DashboardServer(DashboardStore.folder(place))
        try server.settle()
        var result = Result()
        let client = try HTTPClient(port: server.port)
        result.firstPageKilobytes = try FirstPage.byteCount(client) / 1_000
        let targets = try PageAddresses.targets(client)
        // Each once before the clock starts: files are read from the disk, and moments of the past are folded.
        for target in targets {
            let took = try ContinuousClock().measure {
                let answer = try client.get(target)
                guard answer.status == 200 else { throw HTTPFailure("\(target) was answered \(answer.status).") }
            }
            if target.contains("at=") {
                result.firstLookMilliseconds = max(result.firstLookMilliseconds, took / .milliseconds(1))
            }
        }
        let seconds = Double(place.operations(120))
        try server.beginLoad(rate: 0, seconds: Double(place.operations(100)) / 10)
        let half = try server.jobsPerSecond() / 2
        try server.settle()
        try server.beginLoad(rate: half, seconds: seconds / 2)
        result.rateAlone = try server.jobsPerSecond()
        try server.beginLoad(rate: half, seconds: seconds)
        let load = try HTTPLoad(
            targets.map { HTTPClient.request("GET", $0, person: "bench", accept: "text/html") },
            operations: Int(seconds * requestsPerSecond), connections: connections, perSecond: requestsPerSecond,
            port: server.port)
        result.rateWithPages = try server.jobsPerSecond()
        try load.require(200) { targets[$0 % targets.count] }
        for (index, latency) in load.latencies.enumerated() {
            result.pages[PageAddresses.all[index % targets.count], default: []].append(latency)
        }
        try server.stop()
        tell(result)
        kept.withLock { $0 = result }
    }

    /// What the table has no columns for.
    private static func tell(_ result: Result) {
        var lines = ["dashboard: \(Int(result.rateAlone)) jobs/s alone, \(Int(result.rateWithPages)) beside pages"]
        for (address, latencies) in result.pages.sorted(by: { $0.value.percentile(99) > $1.value.percentile(99) }) {
            let figures = [50.0, 99, 100].map { "\((latencies.percentile($0) / 1e6).rounded(to: 1))" }
            lines.append("  p50 \(figures[0])  p99 \(figures[1])  max \(figures[2]) ms  \(address)")
        }
        FileHandle.standardError.write(Data((lines.joined(separator: "\n") + "\n").utf8))
    }
}

/// What a browser loads when somebody comes for the first time.
private enum FirstPage {
    /// Throws if anything would come from elsewhere.
    static func byteCount(_ client: HTTPClient) throws -> Double {
        let page = try client.get("/")
        guard page.status == 200 else { throw HTTPFailure("The home page was answered \(page.status).") }
        var count = page.byteCount
        for address in Set(addresses(page.text)) {
            guard address.hasPrefix("/"), !address.hasPrefix("//") else {
                throw HTTPFailure("The home page loads \(address), which is not this server's.")
            }
            count += try client.get(address).byteCount
        }
        return Double(count)
    }

    /// Of style sheets, icons, scripts and pictures; links that somebody has to follow are none of them.
    private static func addresses(_ page: String) -> [String] {
        page.split(separator: "<").flatMap { element -> [String] in
            let isLoaded = ["link ", "script ", "img ", "iframe ", "source ", "image "].contains {
                element.hasPrefix($0)
            }
            guard isLoaded else { return [] }
            return ["src=\"", "href=\""].compactMap { name in
                element.firstRange(of: name).map { String(element[$0.upperBound...].prefix { $0 != "\"" }) }
            }
        }
    }
}
