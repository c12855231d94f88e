// From local matches to moments. A zone is a row of spans in which clocks keep their distance to UTC; within a span a
// local match is a moment and nothing more is to be said. Between two spans clocks jump:
//
// - Forward: local times were skipped. If any of them matches, the expression fires at the first second of the new
// span,
//   once, however many were skipped and even if that second matches by itself.
// - Back: local times come a second time. Expressions with intervals fire in both passes. Others fire when clocks first
//   show a time, so in the new span they begin to match only where clocks had already been (`reached`).
//
// All zones change clocks on whole seconds, so occurrences are whole seconds, and only the starting point is rounded.

extension CronExpression {
    /// The next moment after `instant` (or at it, if `inclusive`) at which the expression fires, or nil if it never
    /// does again before the end of the year 9999.
    public func next(after instant: Instant, inclusive: Bool = false, in zone: ZoneTable = .utc) -> Instant? {
        let first = inclusive ? instant.secondsRoundedUp : instant.secondsRoundedDown + 1
        var second = max(first, Instant.minimum.secondsRoundedDown)
        while second <= Instant.maximum.secondsRoundedDown {
            let span = zone.span(at: second)
            if second == span.start, firesForSkippedTime(before: span) { return Instant(wholeSeconds: second) }
            let local = fields.hasInterval ? second + span.offset : max(second + span.offset, span.reached)
            let match = firstMatch(atOrAfter: local)
            if let match, match - span.offset < span.end {
                let found = Instant(wholeSeconds: match - span.offset)
                return found <= .maximum ? found : nil
            }
            guard let next = nextStart(from: second, after: span, localMatch: match) else { return nil }
            second = next
        }
        return nil
    }

    func firesForSkippedTime(before span: ZoneSpan) -> Bool {
        let arrival = span.start + span.offset
        guard span.reached < arrival, let match = firstMatch(atOrAfter: span.reached) else { return false }
        return match < arrival
    }

    /// Where to go on when nothing matches between `second` and the end of its span. Spans that end before the next
    /// local match are passed over in one step; only if the next change is close may clocks still go back to before
    /// `second`, and then nothing is passed over.
    private func nextStart(from second: Int, after span: ZoneSpan, localMatch: Int?) -> Int? {
        guard span.end - second > 2 * ZoneTable.largestOffsetSeconds else { return span.end }
        guard let localMatch else { return nil }
        return max(span.end, localMatch - ZoneTable.largestOffsetSeconds)
    }
}
