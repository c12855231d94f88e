/// A time on the wall clock: `TimeOfDay(9, 30)`. Whether it exists is checked when a schedule is compiled.
public struct TimeOfDay: Hashable, Sendable {
    /// 0 to 23.
    public var hour: Int
    /// 0 to 59.
    public var minute: Int
    /// 0 to 59.
    public var second: Int

    /// Hour, minute and second on a clock of 24 hours.
    public init(_ hour: Int, _ minute: Int = 0, _ second: Int = 0) {
        self.hour = hour
        self.minute = minute
        self.second = second
    }

    /// 00:00.
    public static let midnight = TimeOfDay(0)
    /// 12:00.
    public static let noon = TimeOfDay(12)
}

extension TimeOfDay: CustomStringConvertible {
    /// `09:30`, or `09:30:15`.
    public var description: String {
        [hour, minute].map(EnglishText.twoDigits).joined(separator: ":")
            + (second == 0 ? "" : ":" + EnglishText.twoDigits(second))
    }
}
