/// Days of the week: `.monday`, `[.tuesday, .friday]`, `.mondayToFriday`.
public struct Weekdays: OptionSet, Hashable, Sendable {
    /// Bit 0 is Sunday, bit 6 Saturday.
    public let rawValue: UInt8

    /// Days from bits.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// Sunday.
    public static let sunday = Weekdays(rawValue: 1 << 0)
    /// Monday.
    public static let monday = Weekdays(rawValue: 1 << 1)
    /// Tuesday.
    public static let tuesday = Weekdays(rawValue: 1 << 2)
    /// Wednesday.
    public static let wednesday = Weekdays(rawValue: 1 << 3)
    /// Thursday.
    public static let thursday = Weekdays(rawValue: 1 << 4)
    /// Friday.
    public static let friday = Weekdays(rawValue: 1 << 5)
    /// Saturday.
    public static let saturday = Weekdays(rawValue: 1 << 6)

    /// Monday to Friday.
    public static let mondayToFriday: Weekdays = [.monday, .tuesday, .wednesday, .thursday, .friday]
    /// Saturday and Sunday.
    public static let weekend: Weekdays = [.saturday, .sunday]
}

extension Weekdays: CustomStringConvertible {
    /// `MON,FRI`.
    public var description: String {
        zip(0..., CronField.dayOfWeek.names)
            .filter { contains(Weekdays(rawValue: 1 << $0.0)) }
            .map { $0.1.uppercased() }
            .joined(separator: ",")
    }
}
