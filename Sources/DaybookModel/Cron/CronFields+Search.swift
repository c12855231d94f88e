// The next match on a clock that never changes: seconds of local time, counted since 1970 as if local time were UTC. It
// jumps by field: bits say which second, minute and hour come next, and a look-up by the month's shape says which day.
// A month that does not match costs a few instructions; no search looks at more than 400 years of them, after which the
// calendar repeats.

extension CronExpression {
    /// The first matching local second at or after one, up to the end of the year 9999.
    func firstMatch(atOrAfter localSecond: Int) -> Int? {
        let (today, secondOfDay) = max(localSecond, Self.earliestLocalSecond).dividedRoundingDown(by: 86_400)
        guard let day = firstDay(atOrAfter: today) else { return nil }
        if day == today {
            if let time = fields.firstTime(atOrAfter: secondOfDay) { return day * 86_400 + time }
            guard let later = firstDay(atOrAfter: today + 1) else { return nil }
            return later * 86_400 + fields.earliestTime
        }
        return day * 86_400 + fields.earliestTime
    }

    /// Days are counted since 1970.
    private func firstDay(atOrAfter day: Int) -> Int? {
        let date = CivilDate(daysSince1970: day)
        var (year, month) = (date.year, date.month)
        var firstOfMonth = day - date.day + 1
        var firstWeekday = CivilDate.weekday(daysSince1970: firstOfMonth)
        var candidates: UInt32 = .max << UInt32(date.day)
        let lastYear = min(year + 400, 9_999)
        while year <= lastYear {
            let length = CivilDate.length(ofMonth: month, year: year)
            if fields.months >> UInt64(month) & 1 == 1 {
                let shape = MonthShape(firstWeekday: firstWeekday, length: length)
                let days = daysByMonthShape[shape.index] & candidates
                if days != 0 { return firstOfMonth + days.trailingZeroBitCount - 1 }
            }
            candidates = .max
            firstOfMonth += length
            firstWeekday = (firstWeekday + length) % 7
            (year, month) = month == 12 ? (year + 1, 1) : (year, month + 1)
        }
        return nil
    }

    /// 0001-01-01T00:00:00 on the local clock: what is before could not be written.
    private static let earliestLocalSecond = Instant.minimum.secondsRoundedDown
}

extension CronFields {
    /// The first matching second of the day, 0 to 86,399, at or after one.
    func firstTime(atOrAfter secondOfDay: Int) -> Int? {
        let hour = secondOfDay / 3_600
        let minute = secondOfDay / 60 % 60
        if hours >> UInt64(hour) & 1 == 1 {
            if minutes >> UInt64(minute) & 1 == 1, let second = seconds.firstBit(atOrAfter: secondOfDay % 60) {
                return hour * 3_600 + minute * 60 + second
            }
            if let minute = minutes.firstBit(atOrAfter: minute + 1) {
                return hour * 3_600 + minute * 60 + seconds.trailingZeroBitCount
            }
        }
        guard let hour = hours.firstBit(atOrAfter: hour + 1) else { return nil }
        return hour * 3_600 + minutes.trailingZeroBitCount * 60 + seconds.trailingZeroBitCount
    }

    /// The first matching second of a day.
    var earliestTime: Int {
        hours.trailingZeroBitCount * 3_600 + minutes.trailingZeroBitCount * 60 + seconds.trailingZeroBitCount
    }
}

extension UInt64 {
    fileprivate func firstBit(atOrAfter position: Int) -> Int? {
        // A shift by 64 or more leaves nothing, which is right.
        let rest = self >> UInt64(position)
        return rest == 0 ? nil : position + rest.trailingZeroBitCount
    }
}
