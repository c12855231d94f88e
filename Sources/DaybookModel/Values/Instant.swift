/// A moment in time: whole microseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
///
/// An instant knows no zone; a zone is needed only to show it on a wall clock. Daybook reads, writes and plans instants
/// in the years 1 to 9999 (``minimum`` to ``maximum``).
public struct Instant: Hashable, Comparable, Sendable {
    /// Whole microseconds since 1970-01-01T00:00:00Z; negative before.
    public var microseconds: Int64

    /// The instant so many microseconds after 1970-01-01T00:00:00Z.
    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// 1970-01-01T00:00:00Z.
    public static let epoch = Instant(microseconds: 0)
    /// 0001-01-01T00:00:00Z.
    public static let minimum = Instant(microseconds: -62_135_596_800_000_000)
    /// 9999-12-31T23:59:59.999999Z.
    public static let maximum = Instant(microseconds: 253_402_300_799_999_999)

    /// Earlier comes first.
    public static func < (left: Instant, right: Instant) -> Bool {
        left.microseconds < right.microseconds
    }
}

extension Instant {
    /// The caller keeps `wholeSeconds` within ±9 × 10¹²; everything in the years 1 to 9999 is.
    package init(wholeSeconds: Int) {
        self.init(microseconds: Int64(wholeSeconds) * 1_000_000)
    }

    /// Seconds since 1970, the fraction dropped towards the past.
    package var secondsRoundedDown: Int {
        Int(microseconds).dividedRoundingDown(by: 1_000_000).quotient
    }

    /// The beginning of the second that it lies in; itself where that would be earlier than any instant is.
    package var roundedDownToSecond: Instant {
        let fraction = Int(microseconds).dividedRoundingDown(by: 1_000_000).remainder
        let (whole, isBeyond) = microseconds.subtractingReportingOverflow(Int64(fraction))
        return isBeyond ? self : Instant(microseconds: whole)
    }

    /// Seconds since 1970, a fraction counted as a whole second.
    package var secondsRoundedUp: Int {
        let (seconds, fraction) = Int(microseconds).dividedRoundingDown(by: 1_000_000)
        return fraction == 0 ? seconds : seconds + 1
    }
}
