import DaybookModel
import Testing

// A second opinion, slow and simple: it walks a stretch of time second by second, keeps an eye on what the clock shows,
// and writes down when an expression fires.
//
// - The clock shows a new time: it fires if the time matches and either is new or the expression has intervals.
// - The clock has jumped forward: it fires if any time that was passed over matches.

/// A zone as its clock changes, given by hand, and the same zone as a table.
struct CronOracleZone: Sendable, CustomTestStringConvertible {
    let name: String
    /// Local time minus UTC before the first change.
    let initialOffset: Int
    /// UTC seconds and the offset from then on.
    let changes: [(second: Int, offset: Int)]
    let table: ZoneTable

    var testDescription: String { name }
}

struct CronOracle {
    let zone: CronOracleZone
    /// UTC seconds.
    let window: Range<Int>

    func occurrences(of expression: CronRandomExpression) -> [Int] {
        var found: [Int] = []
        var clock = Clock(expression: expression, reached: latestTime(before: window.lowerBound))
        var offset = zone.changes.last { $0.second < window.lowerBound }?.offset ?? zone.initialOffset
        var remaining = zone.changes.drop { $0.second < window.lowerBound }
        for second in window {
            if let change = remaining.first, change.second == second {
                offset = change.offset
                remaining.removeFirst()
            }
            if clock.fires(showing: second + offset) { found.append(second) }
        }
        return found
    }

    /// The first local second that clocks had not shown yet.
    private func latestTime(before second: Int) -> Int {
        let ends = zone.changes.map(\.second).filter { $0 < second } + [second]
        let offsets = [zone.initialOffset] + zone.changes.map(\.offset)
        return zip(ends, offsets).map { $0 + $1 }.max() ?? 0
    }

    private struct Clock {
        let expression: CronRandomExpression
        /// The first local second that was not shown or passed yet.
        var reached: Int
        private let seconds: [Bool]
        private let minutes: [Bool]
        private let hours: [Bool]
        private var days: [Int: Bool] = [:]

        init(expression: CronRandomExpression, reached: Int) {
            self.expression = expression
            self.reached = reached
            seconds = (0..<60).map(expression.seconds.contains)
            minutes = (0..<60).map(expression.minutes.contains)
            hours = (0..<24).map(expression.hours.contains)
        }

        mutating func fires(showing local: Int) -> Bool {
            guard local > reached else {
                let isNew = local == reached
                reached += isNew ? 1 : 0
                return (isNew || expression.hasInterval) && matches(local)
            }
            // Everything passed over, and this second itself.
            defer { reached = local + 1 }
            return (reached...local).contains { matches($0) }
        }

        private mutating func matches(_ local: Int) -> Bool {
            guard seconds[local % 60], minutes[local / 60 % 60], hours[local / 3_600 % 24] else { return false }
            let day = local / 86_400
            if let known = days[day] { return known }
            let matches = expression.matches(CronNaiveDay(daysSince1970: day))
            days[day] = matches
            return matches
        }
    }
}
