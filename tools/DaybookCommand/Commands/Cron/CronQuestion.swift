import Daybook
import DaybookModel

/// When does this fire next? Asked by options or by a line of JSON.
struct CronQuestion {
    var expression: String
    var zone = "UTC"
    var from: Instant
    var inclusive = false
    var count = 1

    static let countMax = 10_000

    /// Occurrences as the zone's clocks show them; fewer than asked for if there are no more.
    func answer(_ zones: Zones) throws(Failure) -> [String] {
        let cron = try CronLines.expression(expression)
        let table: ZoneTable
        do throws(ZoneError) {
            table = try zones.table(named: zone)
        } catch {
            throw .wrongCall("\(error.description).")
        }
        var times: [String] = []
        var start = from
        var inclusive = inclusive
        while times.count < count, let next = cron.next(after: start, inclusive: inclusive, in: table) {
            times.append(next.iso8601(offsetSeconds: table.offsetSeconds(at: next)))
            start = next
            inclusive = false
        }
        return times
    }
}
