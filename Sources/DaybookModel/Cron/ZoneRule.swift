/// How a zone's clocks go on after its table ends: the same two changes every year, or none at all.
public struct ZoneRule: Hashable, Sendable {
    /// A day that exists once in every year.
    public enum DayOfYear: Hashable, Sendable {
        /// The `week`th (1 to 4, 5 for the last) `weekday` (0 is Sunday) of a month.
        case weekday(Int, week: Int, month: Int)
        /// 1 to 365; 29 February is not counted, so that a number always means the same date.
        case numberWithoutLeapDay(Int)
        /// 0 to 365; 29 February is counted.
        case numberFromZero(Int)
    }

    /// A moment in each year: `secondsAfterMidnight` by the clock that holds until then. It may be negative or longer
    /// than a day, up to a week either way.
    public struct Change: Hashable, Sendable {
        /// The day whose midnight it is counted from.
        public var day: DayOfYear
        /// May be negative, and longer than a day.
        public var secondsAfterMidnight: Int

        /// A moment in each year.
        public init(_ day: DayOfYear, secondsAfterMidnight: Int) {
            self.day = day
            self.secondsAfterMidnight = secondsAfterMidnight
        }
    }

    /// The part of the year in which clocks are set differently.
    public struct Daylight: Hashable, Sendable {
        /// Local time minus UTC in that part of the year.
        public var offsetSeconds: Int
        /// When clocks are changed to it.
        public var begins: Change
        /// When clocks are changed back.
        public var ends: Change

        /// A part of the year; it may go on past the new year.
        public init(offsetSeconds: Int, begins: Change, ends: Change) {
            self.offsetSeconds = offsetSeconds
            self.begins = begins
            self.ends = ends
        }
    }

    /// Local time minus UTC outside daylight saving.
    public var standardOffsetSeconds: Int
    /// None if clocks no longer change.
    public var daylight: Daylight?

    /// The rule for all years after a table ends.
    public init(standardOffsetSeconds: Int, daylight: Daylight? = nil) {
        self.standardOffsetSeconds = standardOffsetSeconds
        self.daylight = daylight
    }

    var changesClocks: Bool { daylight != nil }
}

extension ZoneRule {
    func check() throws(ZoneTableError) {
        try ZoneTable.check(offset: standardOffsetSeconds)
        guard let daylight else { return }
        try ZoneTable.check(offset: daylight.offsetSeconds)
        let week = 7 * 86_400
        for change in [daylight.begins, daylight.ends] {
            guard change.day.exists, (-week...week).contains(change.secondsAfterMidnight) else {
                throw ZoneTableError(description: "the rule for daylight saving names a moment that no year has")
            }
        }
    }

    /// The changes of some years in ascending order. Where daylight saving ends and begins in the same moment (it holds
    /// all year), only its beginning counts.
    func transitions(inYears years: ClosedRange<Int>) -> [ZoneTable.Transition] {
        guard let daylight else { return [] }
        var moments: [(second: Int, isBeginning: Bool)] = []
        for year in years {
            moments.append((daylight.begins.second(inYear: year) - standardOffsetSeconds, true))
            moments.append((daylight.ends.second(inYear: year) - daylight.offsetSeconds, false))
        }
        moments.sort { ($0.second, $0.isBeginning ? 1 : 0) < ($1.second, $1.isBeginning ? 1 : 0) }
        var transitions: [ZoneTable.Transition] = []
        for moment in moments {
            if transitions.last?.secondsSince1970 == moment.second { transitions.removeLast() }
            transitions.append(
                ZoneTable.Transition(
                    secondsSince1970: moment.second,
                    offsetSeconds: moment.isBeginning ? daylight.offsetSeconds : standardOffsetSeconds))
        }
        return transitions
    }
}

extension ZoneRule.Change {
    /// Local seconds since 1970.
    fileprivate func second(inYear year: Int) -> Int {
        day.daysSince1970(inYear: year) * 86_400 + secondsAfterMidnight
    }
}

extension ZoneRule.DayOfYear {
    fileprivate var exists: Bool {
        switch self {
        case .weekday(let weekday, let week, let month):
            (0...6).contains(weekday) && (1...5).contains(week) && (1...12).contains(month)
        case .numberWithoutLeapDay(let number): (1...365).contains(number)
        case .numberFromZero(let number): (0...365).contains(number)
        }
    }

    fileprivate func daysSince1970(inYear year: Int) -> Int {
        let newYear = CivilDate(year: year, month: 1, day: 1).daysSince1970
        switch self {
        case .weekday(let weekday, let week, let month):
            let first = CivilDate(year: year, month: month, day: 1).daysSince1970
            let untilWeekday = (weekday - CivilDate.weekday(daysSince1970: first) + 7) % 7
            let day = untilWeekday + (week - 1) * 7
            // Only a fifth week can lie outside the month; it means the last.
            return first + (day < CivilDate.length(ofMonth: month, year: year) ? day : day - 7)
        case .numberWithoutLeapDay(let number):
            return newYear + number - 1 + (number >= 60 && CivilDate.isLeap(year: year) ? 1 : 0)
        case .numberFromZero(let number):
            return newYear + number
        }
    }
}
