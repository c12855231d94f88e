// How often an expression fires between two moments, without visiting each: a secondly job that was down for a week has
// missed 604,800 occurrences, and who counts them must not need longer than who counts one.
//
// The stretch is cut where clocks change. Within a piece local time runs evenly, so the matches are those of its first
// and last day, which need counting by hour, minute and second, and for the whole days in between the number of
// days that match, a look-up for each month, times the matches of a day. Skipped and repeated times follow the
// rules of the search.

extension CronExpression {
    /// How many occurrences lie between two moments, both included.
    func count(from start: Instant, through end: Instant, in zone: ZoneTable) -> Int {
        var second = max(start, .minimum).secondsRoundedUp
        let last = min(end, .maximum).secondsRoundedDown
        var count = 0
        while second <= last {
            let span = zone.span(at: second)
            let until = min(span.end, last + 1)
            let from = fields.hasInterval ? second + span.offset : max(second + span.offset, span.reached)
            count += matches(from: from, before: until + span.offset)
            if second == span.start, firesForSkippedTime(before: span) {
                // The first second after the gap may have been counted by itself; it fires once.
                let arrival = span.start + span.offset
                count += 1 - matches(from: arrival, before: arrival + 1)
            }
            second = span.end
        }
        return count
    }

    /// Matching local seconds.
    private func matches(from start: Int, before end: Int) -> Int {
        guard start < end else { return 0 }
        let (firstDay, firstSecond) = start.dividedRoundingDown(by: 86_400)
        let (lastDay, lastSecond) = end.dividedRoundingDown(by: 86_400)
        // All matches before `end` on the days from the first on, less those before `start`.
        return days(from: firstDay, before: lastDay) * fields.timesInDay
            + (matchesDay(lastDay) ? fields.times(before: lastSecond) : 0)
            - (matchesDay(firstDay) ? fields.times(before: firstSecond) : 0)
    }

    private func matchesDay(_ day: Int) -> Bool { days(from: day, before: day + 1) == 1 }

    /// Matching days, counted since 1970.
    private func days(from first: Int, before end: Int) -> Int {
        guard first < end else { return 0 }
        let date = CivilDate(daysSince1970: first)
        var (year, month) = (date.year, date.month)
        var firstOfMonth = first - date.day + 1
        var firstWeekday = CivilDate.weekday(daysSince1970: firstOfMonth)
        var candidates: UInt32 = .max << UInt32(date.day)
        var count = 0
        while firstOfMonth < end {
            let length = CivilDate.length(ofMonth: month, year: year)
            if fields.months >> UInt64(month) & 1 == 1 {
                let left = end - firstOfMonth
                if left < length { candidates &= (1 << UInt32(left + 1)) - 1 }
                let shape = MonthShape(firstWeekday: firstWeekday, length: length)
                count += (daysByMonthShape[shape.index] & candidates).nonzeroBitCount
            }
            candidates = .max
            firstOfMonth += length
            firstWeekday = (firstWeekday + length) % 7
            (year, month) = month == 12 ? (year + 1, 1) : (year, month + 1)
        }
        return count
    }
}

extension CronFields {
    fileprivate var timesInDay: Int {
        hours.nonzeroBitCount * minutes.nonzeroBitCount * seconds.nonzeroBitCount
    }

    /// Matching seconds of a day before this one.
    fileprivate func times(before secondOfDay: Int) -> Int {
        let (hour, minute, second) = (secondOfDay / 3_600, secondOfDay / 60 % 60, secondOfDay % 60)
        var count = hours.bits(below: hour) * minutes.nonzeroBitCount * seconds.nonzeroBitCount
        guard hours >> UInt64(hour) & 1 == 1 else { return count }
        count += minutes.bits(below: minute) * seconds.nonzeroBitCount
        guard minutes >> UInt64(minute) & 1 == 1 else { return count }
        return count + seconds.bits(below: second)
    }
}

extension UInt64 {
    fileprivate func bits(below position: Int) -> Int { (self & ((1 << UInt64(position)) - 1)).nonzeroBitCount }
}
