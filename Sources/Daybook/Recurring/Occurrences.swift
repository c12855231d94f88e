internal import DaybookModel

/// The occurrences of one definition: its schedule by its zone's clocks, between its start and its end.
struct Occurrences {
    let timetable: Timetable
    let zone: ZoneTable
    let starts: Instant?
    let ends: Instant?

    func next(after instant: Instant) -> Instant? {
        let found: Instant?
        if let starts, starts > instant {
            found = timetable.next(after: starts, inclusive: true, in: zone)
        } else {
            found = timetable.next(after: instant, in: zone)
        }
        guard let found, ends.map({ found <= $0 }) ?? true else { return nil }
        return found
    }

    /// Occurrences after one instant and up to another.
    func count(after instant: Instant, through end: Instant) -> Int {
        let range = range(after: instant, through: end)
        return timetable.count(from: range.start, through: range.end, in: zone)
    }

    func latest(skipping skipped: Int, after instant: Instant, through end: Instant) -> Instant? {
        let range = range(after: instant, through: end)
        return timetable.latest(skipping: skipped, from: range.start, through: range.end, in: zone)
    }

    private func range(after instant: Instant, through end: Instant) -> (start: Instant, end: Instant) {
        let start = instant.advanced(microseconds: 1)
        return (max(start, starts ?? start), min(end, ends ?? end))
    }
}
