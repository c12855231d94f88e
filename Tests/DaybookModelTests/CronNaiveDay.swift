/// A day found by counting from 1 January 1970, one day after the other.
struct CronNaiveDay: Sendable {
    private(set) var year = 1970
    private(set) var month = 1
    private(set) var day = 1
    /// 0 is Sunday; 1970 began on a Thursday.
    private(set) var weekday = 4

    init(daysSince1970 count: Int) {
        for _ in 0..<count { advance() }
    }

    mutating func advance() {
        weekday = (weekday + 1) % 7
        day += 1
        guard day > length else { return }
        day = 1
        month += 1
        guard month > 12 else { return }
        month = 1
        year += 1
    }

    /// Days in the month.
    var length: Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }

    /// By trying all weekdays of the month.
    func weekdayNearest(to wanted: Int) -> Int? {
        guard (1...length).contains(wanted) else { return nil }
        return (1...length)
            .filter { (1...5).contains((weekday + 35 + $0 - day) % 7) }
            .min { abs($0 - wanted) < abs($1 - wanted) }
    }
}
