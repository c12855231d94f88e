// What an expression means, apart from how it was written: a bit for each value that matches, and a rule for each
// of the two day fields. Two expressions with equal fields fire at the same moments in every zone.

package struct CronFields: Hashable, Sendable {
    /// Bits 0 to 59.
    package var seconds: UInt64
    /// Bits 0 to 59.
    package var minutes: UInt64
    /// Bits 0 to 23.
    package var hours: UInt64
    package var daysOfMonth: DaysOfMonth
    /// Bits 1 to 12.
    package var months: UInt64
    package var daysOfWeek: DaysOfWeek
    /// `*`, `-` or `/` stands in seconds, minutes or hours: the expression fires in both passes of a repeated hour.
    package var hasInterval: Bool
}

package enum DaysOfMonth: Hashable, Sendable {
    /// Bits 1 to 31.
    case days(UInt64)
    /// `L` and `L-n`: so many days before the last of the month.
    case beforeLast(Int)
    /// `nW`: the weekday (Monday to Friday) nearest to a day, within the month.
    case weekdayNearest(Int)
    /// `LW` and `L-nW`.
    case weekdayNearestBeforeLast(Int)
}

package enum DaysOfWeek: Hashable, Sendable {
    /// Bits 0 (Sunday) to 6.
    case days(UInt64)
    /// `n#k`: the `k`th such weekday of the month.
    case nth(weekday: Int, Int)
    /// `nL`: the last such weekday of the month.
    case last(weekday: Int)
}
