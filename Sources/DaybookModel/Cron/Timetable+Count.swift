/// Occurrences in bulk: what was missed while nobody looked.
extension Timetable {
    /// How many occurrences lie between two moments, both included. Found without visiting each.
    public func count(from start: Instant, through end: Instant, in zone: ZoneTable = .utc) -> Int {
        guard start <= end else { return 0 }
        switch search {
        case .interval(let interval): return interval.count(from: start, through: end)
        case .cron(let expression): return expression.count(from: start, through: end, in: zone)
        }
    }

    /// The latest occurrence but `skipped` between two moments, both included; nil if there are not so many.
    public func latest(
        skipping skipped: Int = 0, from start: Instant, through end: Instant, in zone: ZoneTable = .utc
    ) -> Instant? {
        switch search {
        case .interval(let interval):
            let found = interval.occurrence(skipping: skipped, through: end)
            return found >= start ? found : nil
        case .cron(let expression):
            return expression.latest(skipping: skipped, from: start, through: end, in: zone)
        }
    }
}

extension CronExpression {
    fileprivate func latest(skipping skipped: Int, from start: Instant, through end: Instant, in zone: ZoneTable)
        -> Instant?
    {
        func isEnough(_ second: Int) -> Bool {
            count(from: Instant(wholeSeconds: second), through: end, in: zone) > skipped
        }
        let first = max(start, .minimum).secondsRoundedUp
        var high = min(end, .maximum).secondsRoundedDown
        guard first <= high else { return nil }
        // Back in growing steps: most often a short stretch holds enough.
        var step = 1
        var low = high
        while !isEnough(low) {
            guard low > first else { return nil }
            high = low - 1
            low = max(first, low - step)
            step *= 2
        }
        // The last second from which there are still enough is the occurrence itself.
        while low < high {
            let middle = high - (high - low) / 2
            if isEnough(middle) { low = middle } else { high = middle - 1 }
        }
        return Instant(wholeSeconds: low)
    }
}

extension Interval {
    func count(from start: Instant, through end: Instant) -> Int {
        let (start, end) = (max(start, .minimum), min(end, .maximum))
        guard start <= end else { return 0 }
        return multiple(atOrBefore: end) - multiple(atOrBefore: Instant(microseconds: start.microseconds - 1))
    }

    fileprivate func occurrence(skipping skipped: Int, through end: Instant) -> Instant {
        let multiple = multiple(atOrBefore: min(end, .maximum)) - skipped
        return Instant(microseconds: anchor.microseconds + Int64(multiple * microseconds))
    }

    private func multiple(atOrBefore instant: Instant) -> Int {
        Int(instant.microseconds - anchor.microseconds).dividedRoundingDown(by: microseconds).quotient
    }
}
