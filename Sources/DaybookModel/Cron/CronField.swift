/// The six fields of a cron expression, in the order in which they are written. The first may be missing.
public enum CronField: String, CaseIterable, Hashable, Sendable {
    case second
    case minute
    case hour
    case dayOfMonth = "day-of-month"
    case month
    case dayOfWeek = "day-of-week"

    var first: Int {
        switch self {
        case .second, .minute, .hour, .dayOfWeek: 0
        case .dayOfMonth, .month: 1
        }
    }

    /// The largest number that may be written. 7 is Sunday once more.
    var last: Int {
        switch self {
        case .second, .minute: 59
        case .hour: 23
        case .dayOfMonth: 31
        case .month: 12
        case .dayOfWeek: 7
        }
    }

    /// How many different values there are; after the last comes the first.
    var cycle: Int {
        switch self {
        case .second, .minute: 60
        case .hour: 24
        case .dayOfMonth: 31
        case .month: 12
        case .dayOfWeek: 7
        }
    }

    /// Every value the field can have, as bits.
    var allValues: UInt64 {
        ((1 << UInt64(cycle)) - 1) << UInt64(first)
    }

    /// Whether `*`, a range or a step in this field makes the expression one with intervals, which fires in both
    /// passes of a repeated hour.
    var isTime: Bool {
        switch self {
        case .second, .minute, .hour: true
        case .dayOfMonth, .month, .dayOfWeek: false
        }
    }

    /// Three-letter names in lower case, the first for `first`.
    var names: [String] {
        switch self {
        case .month: Self.monthNames
        case .dayOfWeek: Self.weekdayNames
        default: []
        }
    }

    private static let monthNames = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]
    private static let weekdayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

    /// What may stand in the field, for error messages.
    public var allowance: String {
        switch self {
        case .second, .minute: "0 to 59 and * , - / ?"
        case .hour: "0 to 23 and * , - / ?"
        case .dayOfMonth: "1 to 31 and * , - / ?, or one of L, L-n, LW, L-nW, nW alone"
        case .month: "1 to 12, JAN to DEC and * , - / ?"
        case .dayOfWeek: "0 to 7, SUN to SAT (0 and 7 are Sunday) and * , - / ?, or one of n#1 to n#5, nL alone"
        }
    }
}
