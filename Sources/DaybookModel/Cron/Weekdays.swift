/// Days of the week: `.monday`, `[.tuesday, .friday]`, `.mondayToFriday`.
public struct Weekdays: OptionSet, Hashable, Sendable {
    /// Bit 0 is Sunday, bit 6 Saturday.
    public let rawValue: UInt8

    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    public static let sunday = Weekdays(rawValue: 1 << 0)
    public static let monday = Weekdays(rawValue: 1 << 1)
    public static let tuesday = Weekdays(rawValue: 1 << 2)
    public static let wednesday = Weekdays(rawValue: 1 << 3)
    public static let thursday = Weekdays(rawValue: 1 << 4)
    public static let friday = Weekdays(rawValue: 1 << 5)
    public static let saturday = Weekdays(rawValue: 1 << 6)

    public static let mondayToFriday: Weekdays = [.monday, .tuesday, .wednesday, .thursday, .friday]
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
