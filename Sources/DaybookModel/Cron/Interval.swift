/// Moments at a fixed distance, one of them the anchor.
package struct Interval: Hashable, Sendable {
    package let microseconds: Int
    package let anchor: Instant

    init(_ duration: Duration, anchor: Instant) throws(ScheduleError) {
        guard (Self.shortest...Self.longest).contains(duration), let microseconds = duration.wholeMicroseconds else {
            throw ScheduleError(
                description: "an interval is whole microseconds, at least one millisecond and at most 1,000 years")
        }
        guard (Instant.minimum...Instant.maximum).contains(anchor) else {
            throw ScheduleError(description: "the anchor of an interval must lie in the years 1 to 9999")
        }
        self.microseconds = microseconds
        self.anchor = anchor
    }

    func next(after instant: Instant, inclusive: Bool) -> Instant? {
        guard instant < .maximum || (inclusive && instant == .maximum) else { return nil }
        let start = max(instant, .minimum)
        let distance = Int(start.microseconds - anchor.microseconds)
        let (_, passed) = distance.dividedRoundingDown(by: microseconds)
        let isIncluded = inclusive || instant < .minimum
        let wait = passed == 0 && isIncluded ? 0 : microseconds - passed
        let found = Instant(microseconds: start.microseconds + Int64(wait))
        return found <= .maximum ? found : nil
    }

    var sentence: String {
        "every \(Self.words(microseconds)), counted from \(anchor)"
    }

    /// In the largest unit that says it exactly.
    static func words(_ microseconds: Int) -> String {
        let units = [
            (86_400_000_000, "day"), (3_600_000_000, "hour"), (60_000_000, "minute"), (1_000_000, "second"),
            (1_000, "millisecond"),
        ]
        for (length, name) in units where microseconds.isMultiple(of: length) {
            let count = microseconds / length
            return count == 1 ? name : "\(count) \(name)s"
        }
        return "\(microseconds) microseconds"
    }

    private static let shortest = Duration.milliseconds(1)
    private static let longest = Duration.seconds(365_250 * 86_400)
}

extension Duration {
    /// Nil if there is a smaller fraction or if the number is too large.
    package var wholeMicroseconds: Int? {
        let (seconds, attoseconds) = components
        let (microsecond, rest) = attoseconds.quotientAndRemainder(dividingBy: 1_000_000_000_000)
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        let (sum, overflowInSum) = product.addingReportingOverflow(microsecond)
        return rest == 0 && !overflow && !overflowInSum ? Int(sum) : nil
    }
}
