import Daybook
import DaybookDashboard

/// Both views on the pages of a dashboard.
enum ShopPanels {
    static let all = [failures, failureRate, runs, usage]

    /// A table, for whoever may see how the store stands.
    static let failures = Panel(
        "failures", "Failed runs by hour", permission: "store.read", of: HourlyFailures.self
    ) { rows, asked in
        let lines = try HourlyFailures.lines(rows, hours: 24 * 7, until: asked.now)
        return .table(
            ["Hour", "Job", "Failed", "Runs", "Percent"],
            lines.reversed().map { line in
                [
                    .time(line.hour), .text(line.name), .integer(line.bad), .integer(line.good + line.bad),
                    .integer(line.percent),
                ]
            })
    }

    /// A number, and what it was the day before.
    static let failureRate = Panel(
        "failure-rate", "Runs that failed in the last 24 hours", permission: "store.read", of: HourlyFailures.self
    ) { rows, asked in
        let lines = try HourlyFailures.lines(rows, hours: 48, until: asked.now)
        let yesterday = asked.now.microseconds - 24 * HourlyFailures.hourMicroseconds
        let today = percent(lines.filter { $0.hour.microseconds > yesterday })
        let before = percent(lines.filter { $0.hour.microseconds <= yesterday })
        return .number(today ?? 0, unit: "%", change: before.map { (today ?? 0) - $0 })
    }

    private static func percent(_ lines: [HourlyFailures.Line]) -> Double? {
        let (good, bad) = lines.reduce((0, 0)) { ($0.0 + $1.good, $0.1 + $1.bad) }
        return good + bad == 0 ? nil : (Double(bad) * 1_000 / Double(good + bad)).rounded() / 10
    }

    /// A series, one point an hour.
    static let runs = Panel("runs", "Runs an hour", permission: "store.read", of: HourlyFailures.self) { rows, asked in
        var runs: [Instant: Int] = [:]
        for line in try HourlyFailures.lines(rows, hours: 48, until: asked.now) {
            runs[line.hour, default: 0] += line.good + line.bad
        }
        return .series(runs.map { PanelPoint($0.key, Double($0.value)) }, unit: "runs")
    }

    /// What each customer sees of himself: the dashboard knows him as a tenant. Without a permission that is named it
    /// takes `panels.usage`.
    static let usage = Panel("usage", "What you have used", isForTenants: true, of: CustomerLedger.self) {
        rows, asked in
        let columns = ["Runs", "Seconds"]
        guard let customer = asked.principal.tenant, let account = try rows[Packed(customer, "account")] else {
            return .table(columns, [])
        }
        let (runs, microseconds) = try account.unpacked(as: Int.self, Int.self)
        return .table(columns, [[.integer(runs), .number(Double(microseconds) / 1_000_000)]])
    }
}
