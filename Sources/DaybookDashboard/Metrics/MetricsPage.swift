internal import Daybook
internal import DaybookLog
internal import DaybookModel
internal import Synchronization

/// What Prometheus reads. Every metric is described in Docs/Metrics.md, and none has a label with values without a
/// bound.
enum MetricsRoutes {
    static let all = [
        Route("GET", "/metrics", .permission(.storeRead), .plain, "Metrics for Prometheus") { call in
            DashboardResponse(
                200, [HTTPField("content-type", "text/plain; version=0.0.4; charset=utf-8")],
                body: try MetricsPage(call.dashboard).bytes)
        }
    ]
}

struct MetricsPage {
    private(set) var bytes: [UInt8] = []

    init(_ dashboard: Dashboard) throws {
        let engine = dashboard.engine
        let queues = try engine.queues()
        // What stands for queues to come holds no jobs.
        jobs(queues.filter { $0.name != Name.queuesToCome }, max: dashboard.options.metricQueuesMax)
        gauge("daybook_queues_paused", "Queues whose jobs are held back.", queues.count(where: \.isPaused))
        gauge("daybook_log_last_event", "The number of the newest event.", try engine.lastEvent)
        let processes = try engine.processes()
        gauge(
            "daybook_processes_alive", "Processes with an engine on the store.", processes.count { $0.state != "dead" })
        gauge("daybook_claims_elsewhere", "Claims of workers that this process speaks for.", dashboard.work.count)
        gauge("daybook_ready", "1 if new jobs are taken, else 0.", engine.readiness == .ready ? 1 : 0)
        if let facts = try engine.storeFacts() {
            gauge("daybook_store_file_bytes", "Size of data.mdb.", facts.fileSizeBytes)
            gauge("daybook_store_used_bytes", "Up to the end of the last page in use.", facts.usedBytes)
            gauge("daybook_disk_free_bytes", "What the disk has left.", facts.diskFreeBytes)
            gauge(
                "daybook_oldest_reader_commits", "How many commits the oldest snapshot that is held is behind.",
                facts.oldestReader?.commitsBehind ?? 0)
        }
        requests(dashboard.requests.counts)
    }

    private mutating func jobs(_ queues: [QueueSummary], max: Int) {
        head("daybook_jobs", "gauge", "Jobs in each state, by queue.")
        // The largest have names of their own.
        let sizes = queues.map { queue in (queue, JobState.allCases.reduce(0) { $0 + queue[$1] }) }
        let ordered = sizes.sorted { ($1.1, $0.0.name) < ($0.1, $1.0.name) }.map(\.0)
        for queue in ordered.prefix(max) {
            for state in JobState.allCases { job(queue.name, state, queue[state]) }
        }
        guard ordered.count > max else { return }
        for state in JobState.allCases { job("", state, ordered.dropFirst(max).reduce(0) { $0 + $1[state] }) }
    }

    private mutating func job(_ queue: String, _ state: JobState, _ count: Int) {
        line("daybook_jobs", [("queue", queue), ("state", state.name)], count)
    }

    private mutating func requests(_ counts: [RequestCounts.Key: Int]) {
        head("daybook_http_requests_total", "counter", "Requests answered, by route and class of status.")
        for (key, count) in counts.sorted(by: { ($0.key.route, $0.key.status) < ($1.key.route, $1.key.status) }) {
            line("daybook_http_requests_total", [("route", key.route), ("status", "\(key.status)xx")], count)
        }
    }

    private mutating func gauge(_ name: String, _ help: String, _ value: some BinaryInteger) {
        head(name, "gauge", help)
        line(name, [], value)
    }

    private mutating func head(_ name: String, _ type: String, _ help: String) {
        bytes += Array("# HELP \(name) \(help)\n# TYPE \(name) \(type)\n".utf8)
    }

    private mutating func line(_ name: String, _ labels: [(String, String)], _ value: some BinaryInteger) {
        let text = labels.map { "\($0.0)=\"\(MetricsPage.escaped($0.1))\"" }.joined(separator: ",")
        bytes += Array("\(name)\(text.isEmpty ? "" : "{\(text)}") \(value)\n".utf8)
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}

/// How many requests were answered, by route and class of status: both are few.
final class RequestCounts: Sendable {
    struct Key: Hashable, Sendable {
        let route: String
        let status: Int
    }

    private let all = Mutex<[Key: Int]>([:])

    var counts: [Key: Int] { all.withLock { $0 } }

    func note(_ route: Route?, _ status: Int) {
        let key = Key(route: route.map { "\($0.method) \($0.path)" } ?? "none", status: status / 100)
        all.withLock { $0[key, default: 0] += 1 }
    }
}
