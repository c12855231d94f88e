import CDaybookPlatform
import Daybook
import DaybookDashboard
import DaybookModel
import Foundation
import Synchronization

/// The process that is measured: an engine that works, and its dashboard. It does what it is told, line by line:
///
///     load RATE SECONDS    jobs at that rate, or as many as go for 0; says how many ran a second
///     settle               until the dashboard's views have seen every event
///     processor            says how much processor time it has used, in microseconds
enum DashboardChild {
    /// What stands in the other queues of a store stays there.
    private static let queue = "bench"
    private static let name = EngineLoad.name

    static func run(_ folder: String) async throws {
        var options = EngineOptions()
        options.retention = .off
        let ran = Atomic<Int>(0)
        let window = Window(1024)
        let engine = try EngineLoad.engine(folder, options: options) { _ in
            ran.add(1, ordering: .relaxed)
            window.leave()
        }
        let dashboard = try Dashboard(engine, dashboardOptions)
        let server = try HTTPServer(listening: ListenAddress("127.0.0.1:0")!) { await dashboard.respond(to: $0) }
        ChildRoles.say("ready \(server.address.port)")
        try await withThrowingTaskGroup { group in
            group.addTask { try await engine.run(workers: 8, queues: [queue]) }
            for await line in lines() {
                let words = line.split(separator: " ")
                switch words.first {
                case "load":
                    let (rate, seconds) = (Double(words[1]) ?? 0, Double(words[2]) ?? 1)
                    let (before, began) = (ran.load(ordering: .relaxed), daybook_monotonic_nanoseconds())
                    try await load(engine, window, rate, seconds)
                    let count = ran.load(ordering: .relaxed) - before
                    ChildRoles.say("\(Double(count) * 1e9 / Double(daybook_monotonic_nanoseconds() - began))")
                case "settle":
                    while try engine.views().contains(where: { $0.eventsBehind != 0 }) || engine.views().isEmpty {
                        try await Task.sleep(for: .milliseconds(20))
                    }
                    ChildRoles.say("settled")
                case "processor": ChildRoles.say("\(ProcessMemory.processorMicroseconds)")
                default: break
                }
            }
            engine.stop()
            try await group.waitForAll()
        }
        server.stop()
        await dashboard.stop()
        try await engine.close()
    }

    /// Jobs that are due at instants of their own, however long those before them take; at most 1,024 at a time.
    private static func load(
        _ engine: JobEngine, _ window: Window, _ rate: Double, _ seconds: Double
    ) async throws {
        let arrivals = Arrivals(rate: rate, seconds: seconds)
        try await withThrowingTaskGroup { callers in
            for _ in 0..<1024 {
                callers.addTask {
                    while let delay = arrivals.next() {
                        if delay > 0 { try await Task.sleep(for: .nanoseconds(Int64(delay))) }
                        for _ in 0..<Arrivals.together {
                            await window.enter()
                            _ = try await engine.enqueue(name, arguments: EngineLoad.payload, [.queue(queue)])
                        }
                    }
                }
            }
            try await callers.waitForAll()
        }
        await window.waitUntilEmpty()
    }

    /// Whoever says who he is, is; so many may have so many pages open.
    private static var dashboardOptions: DashboardOptions {
        var options = DashboardOptions()
        options.access = .asking { request in
            guard let field = request["authorization"], field.hasPrefix("Bearer ") else { return nil }
            return Principal(name: String(field.dropFirst(7)), roles: [.admin])
        }
        options.panels = [
            Panel("orders", "Open orders") { _ in .number(4_711, unit: "orders") },
            Panel("customers", "Customers") { _ in
                .table(["Customer", "Orders"], (0..<200).map { [.text("customer \($0)"), .integer($0)] })
            },
        ]
        return options
    }

    private static func lines() -> AsyncStream<String> {
        AsyncStream { continuation in
            Thread.detachNewThread {
                while let line = readLine() { continuation.yield(line) }
                continuation.finish()
            }
        }
    }
}

/// When the jobs of a load are due, handed out to whoever enqueues the next ones: a few at a time, since a timer for
/// each would cost as much as the job.
private final class Arrivals: Sendable {
    static let together = 16
    private let sent = Atomic<Int>(0)
    private let began = daybook_monotonic_nanoseconds()
    private let end: UInt64
    private let rate: Double

    init(rate: Double, seconds: Double) {
        self.rate = rate
        end = began + UInt64(seconds * 1e9)
    }

    /// How long until the next ones, in nanoseconds; nil when the time is over.
    func next() -> UInt64? {
        let now = daybook_monotonic_nanoseconds()
        guard now < end else { return nil }
        guard rate > 0 else { return 0 }
        let number = sent.add(1, ordering: .relaxed).oldValue
        let due = began + UInt64(Double(number * Arrivals.together) * 1e9 / rate)
        guard due < end else { return nil }
        return due > now ? due - now : 0
    }
}

/// That process, as the one that measures sees it.
final class DashboardServer {
    let port: UInt16
    private let child: Child

    init(_ folder: String) throws {
        child = try Child(.serve, folder)
        guard let line = child.line(), line.hasPrefix("ready "), let port = UInt16(line.dropFirst(6)) else {
            throw HTTPFailure("The bench's server did not begin.")
        }
        self.port = port
    }

    func settle() throws { _ = try ask("settle") }

    func processorMicroseconds() throws -> Int { Int(try ask("processor")) ?? 0 }

    /// Begins a load; `jobsPerSecond` says what came of it when it is over.
    func beginLoad(rate: Double, seconds: Double) throws { try child.tell("load \(rate) \(seconds)") }

    func jobsPerSecond() throws -> Double {
        guard let line = child.line(), let rate = Double(line) else { throw HTTPFailure("The bench's server is gone.") }
        return rate
    }

    func stop() throws { _ = try child.endWithLines() }

    private func ask(_ line: String) throws -> String {
        try child.tell(line)
        guard let answer = child.line() else { throw HTTPFailure("The bench's server is gone.") }
        return answer
    }
}
