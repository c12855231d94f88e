// A time zone as a value: at which moments its clocks changed, and to what. The table of a zone ends some day; what
// comes after follows a yearly rule (`ZoneRule`). The rule is written out for 400 years, after which the calendar
// (weekdays included) repeats exactly, so that a moment beyond is moved back by whole periods of 400 years, looked up,
// and moved forward again. Everything is then one binary search.

/// The clock changes of one time zone, for finding local times. It reads no files: whoever reads zone files makes
/// tables.
public struct ZoneTable: Hashable, Sendable {
    /// From this moment on, clocks are `offsetSeconds` ahead of UTC.
    public struct Transition: Hashable, Sendable {
        /// When clocks are changed.
        public var secondsSince1970: Int
        /// Local time minus UTC from then on.
        public var offsetSeconds: Int

        /// A change of clocks.
        public init(secondsSince1970: Int, offsetSeconds: Int) {
            self.secondsSince1970 = secondsSince1970
            self.offsetSeconds = offsetSeconds
        }
    }

    /// The zone's name, such as `Europe/Berlin`.
    public let name: String

    private let initialOffset: Int
    /// When clocks changed, ascending, the rule written out included.
    private let starts: [Int]
    /// `offsets[i]` holds from `starts[i]`.
    private let offsets: [Int]
    /// `reached[i]` is the latest local time that any clock in this zone showed before `starts[i]`.
    private let reached: [Int]
    /// From here on, the table repeats every 400 years. None without a rule.
    private let repeatsFrom: Int?

    /// Coordinated Universal Time, which knows no changes.
    public static let utc = ZoneTable(name: "UTC", offsetSeconds: 0)

    /// A zone whose clocks never change. Offsets beyond ±26 hours are cut to that.
    public init(name: String, offsetSeconds: Int) {
        let limit = Self.largestOffsetSeconds
        self.init(
            name: name, initialOffset: min(max(offsetSeconds, -limit), limit), transitions: [], repeatsFrom: nil)
    }

    /// A zone from its changes in ascending order and the rule that holds after the last of them.
    public init(
        name: String, initialOffsetSeconds: Int, transitions: [Transition], rule: ZoneRule? = nil
    ) throws(ZoneTableError) {
        try Self.check(initialOffsetSeconds, transitions)
        try rule?.check()
        guard let rule, rule.changesClocks else {
            self.init(
                name: name, initialOffset: initialOffsetSeconds, transitions: transitions, repeatsFrom: nil)
            return
        }
        let ruleStart = transitions.last?.secondsSince1970 ?? Self.earliest
        let firstYear = max(CivilDate(daysSince1970: ruleStart.dividedRoundingDown(by: 86_400).quotient).year, 1)
        // Years more on both sides, so that each moment of the period has its neighbours in the table.
        let written = rule.transitions(inYears: firstYear - 1...firstYear + 404)
            .filter { $0.secondsSince1970 > ruleStart }
        self.init(
            name: name, initialOffset: initialOffsetSeconds, transitions: transitions + written,
            repeatsFrom: CivilDate(year: firstYear + 2, month: 1, day: 1).daysSince1970 * 86_400)
    }

    private init(name: String, initialOffset: Int, transitions: [Transition], repeatsFrom: Int?) {
        self.name = name
        self.initialOffset = initialOffset
        self.repeatsFrom = repeatsFrom
        starts = transitions.map(\.secondsSince1970)
        offsets = transitions.map(\.offsetSeconds)
        var offset = initialOffset
        var latest = ZoneSpan.beginningOfTime
        reached = transitions.map { transition in
            latest = max(latest, transition.secondsSince1970 + offset)
            offset = transition.offsetSeconds
            return latest
        }
    }

    /// How far the zone's clocks are ahead of UTC at an instant.
    public func offsetSeconds(at instant: Instant) -> Int {
        span(at: instant.secondsRoundedDown).offset
    }

    /// The stretch of unchanged clocks that contains a moment, given in seconds since 1970.
    package func span(at second: Int) -> ZoneSpan {
        guard let repeatsFrom, second >= repeatsFrom + Self.secondsIn400Years else { return writtenSpan(at: second) }
        let periods = (second - repeatsFrom) / Self.secondsIn400Years
        let shift = periods * Self.secondsIn400Years
        return writtenSpan(at: second - shift).shifted(by: shift)
    }

    private func writtenSpan(at second: Int) -> ZoneSpan {
        // The number of changes up to and including this moment.
        var low = 0
        var high = starts.count
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] <= second { low = middle + 1 } else { high = middle }
        }
        let end = low < starts.count ? starts[low] : ZoneSpan.endOfTime
        guard low > 0 else {
            return ZoneSpan(
                start: ZoneSpan.beginningOfTime, end: end, offset: initialOffset, reached: ZoneSpan.beginningOfTime)
        }
        return ZoneSpan(start: starts[low - 1], end: end, offset: offsets[low - 1], reached: reached[low - 1])
    }

    /// No clock is further than this from UTC.
    package static let largestOffsetSeconds = 26 * 3_600 - 1

    private static let secondsIn400Years = 146_097 * 86_400
    /// Before year 1; without changes of its own, a zone follows its rule from here on.
    private static let earliest = -63_000_000_000
}

/// A stretch of time in which a zone's clocks keep their distance to UTC. Times are seconds since 1970.
package struct ZoneSpan: Hashable, Sendable {
    /// First second of the stretch.
    package var start: Int
    /// First second after it.
    package var end: Int
    /// Local time minus UTC.
    package var offset: Int
    /// The latest local time (exclusive) that clocks showed before `start`: local times below it are being repeated,
    /// those from it up to `start + offset` were skipped.
    package var reached: Int

    func shifted(by seconds: Int) -> ZoneSpan {
        ZoneSpan(start: start + seconds, end: end + seconds, offset: offset, reached: reached + seconds)
    }

    /// Far outside all years, and far enough from the ends of `Int` to be added to.
    package static let beginningOfTime = -(1 << 61)
    package static let endOfTime = 1 << 61
}
