/// An expression made by chance, as text and, apart from any parser, as what it means: a naive test for each field.
struct CronRandomExpression {
    let text: String
    let seconds: Set<Int>
    let minutes: Set<Int>
    let hours: Set<Int>
    let months: Set<Int>
    let hasInterval: Bool
    let matchesDayOfMonth: @Sendable (CronNaiveDay) -> Bool
    let matchesDayOfWeek: @Sendable (CronNaiveDay) -> Bool

    func matches(_ day: CronNaiveDay) -> Bool {
        months.contains(day.month) && matchesDayOfMonth(day) && matchesDayOfWeek(day)
    }

    /// `hour` and `day` are where something interesting happens; times and days near them are made more likely.
    init(hour: Int, day: CronNaiveDay, chance: inout CronChance) {
        let isFine = chance.oneIn(3)
        let second = Values(
            from: 0, to: 59, likely: [0, 59], mayVary: isFine, isAlways: chance.oneIn(12) ? "*" : nil, chance: &chance)
        let minute = Values(
            from: 0, to: 59, likely: [0, 15, 29, 30, 31, 59], mayVary: true, isAlways: nil, chance: &chance)
        let near = (-2...2).map { (hour + $0 + 24) % 24 }
        let hours = Values(from: 0, to: 23, likely: near, mayVary: true, isAlways: nil, chance: &chance)
        let months = Values(
            from: 1, to: 12, likely: [day.month], mayVary: true, isAlways: chance.oneIn(3) ? nil : "*", chance: &chance)
        let daysOfMonth = Self.daysOfMonth(near: day, &chance)
        let daysOfWeek = Self.daysOfWeek(near: day, &chance)

        let isPlainSecond = second.text == "0" && chance.oneIn(2)
        text =
            ((isPlainSecond ? [] : [second.text])
            + [minute.text, hours.text, daysOfMonth.text, months.text, daysOfWeek.text])
            .joined(separator: chance.oneIn(8) ? "\t " : " ")
        seconds = second.values
        minutes = minute.values
        self.hours = hours.values
        self.months = months.values
        hasInterval = [second, minute, hours].contains { $0.text.contains { "*-/".contains($0) } }
        matchesDayOfMonth = daysOfMonth.matches
        matchesDayOfWeek = daysOfWeek.matches
    }

    private typealias DayRule = (text: String, matches: @Sendable (CronNaiveDay) -> Bool)

    private static func daysOfMonth(near day: CronNaiveDay, _ chance: inout CronChance) -> DayRule {
        switch chance.value(0...11) {
        case 0:
            let offset = chance.oneIn(2) ? day.length - day.day : chance.value(0...30)
            return ("L-\(offset)", { $0.day == $0.length - offset })
        case 1: return ("L", { $0.day == $0.length })
        case 2: return ("LW", { $0.day == $0.weekdayNearest(to: $0.length) })
        case 3:
            let offset = chance.oneIn(2) ? max(0, day.length - day.day - 1) : chance.value(0...30)
            return ("L-\(offset)w", { $0.day == $0.weekdayNearest(to: $0.length - offset) })
        case 4:
            let wanted = chance.oneIn(2) ? day.day : chance.value(1...31)
            return ("\(wanted)W", { $0.day == $0.weekdayNearest(to: wanted) })
        case 5, 6:
            let days = Values(
                from: 1, to: 31, likely: [day.day, day.day + 1].filter { $0 <= 31 }, mayVary: true, isAlways: nil,
                chance: &chance)
            return (days.text, { days.values.contains($0.day) })
        default: return (chance.oneIn(2) ? "*" : "?", { _ in true })
        }
    }

    private static func daysOfWeek(near day: CronNaiveDay, _ chance: inout CronChance) -> DayRule {
        let names = ["SUN", "Mon", "tue", "WED", "Thu", "fri", "SAT"]
        let weekday = chance.oneIn(2) ? day.weekday : chance.value(0...6)
        let word = chance.oneIn(2) ? names[weekday] : weekday == 0 && chance.oneIn(2) ? "7" : "\(weekday)"
        switch chance.value(0...9) {
        case 0:
            let number = chance.oneIn(2) ? (day.day - 1) / 7 + 1 : chance.value(1...5)
            return ("\(word)#\(number)", { $0.weekday == weekday && ($0.day - 1) / 7 + 1 == number })
        case 1: return (word + (chance.oneIn(2) ? "L" : "l"), { $0.weekday == weekday && $0.day + 7 > $0.length })
        case 2: return (word, { $0.weekday == weekday })
        case 3:
            let to = chance.value(0...6)
            // Round the week from one day to the other.
            let length = (to - weekday + 7) % 7
            return ("\(names[weekday])-\(names[to])", { ($0.weekday - weekday + 7) % 7 <= length })
        default: return ("*", { _ in true })
        }
    }

    /// A list of values, ranges and steps of one field.
    private struct Values {
        var text: String
        var values: Set<Int>

        init(from first: Int, to last: Int, likely: [Int], mayVary: Bool, isAlways: String?, chance: inout CronChance) {
            guard isAlways == nil else {
                (text, values) = ("*", Set(first...last))
                return
            }
            guard mayVary else {
                (text, values) = ("\(first)", [first])
                return
            }
            var items: [String] = []
            values = []
            repeat {
                let value = chance.oneIn(4) ? chance.value(first...last) : likely[chance.value(0...likely.count - 1)]
                items.append(Self.item(value, first, last, &values, &chance))
            } while chance.oneIn(3)
            text = items.joined(separator: ",")
        }

        private static func item(
            _ value: Int, _ first: Int, _ last: Int, _ values: inout Set<Int>, _ chance: inout CronChance
        ) -> String {
            switch chance.value(0...9) {
            case 0:
                values.formUnion(first...last)
                return "*"
            case 1:
                let step = chance.value(1...last)
                values.formUnion(stride(from: first, through: last, by: step))
                return "*/\(step)"
            case 2:
                let step = chance.value(1...last)
                values.formUnion(stride(from: value, through: last, by: step))
                return "\(value)/\(step)"
            case 3, 4:
                let to = chance.value(first...last)
                let step = chance.oneIn(2) ? 1 : chance.value(1...last)
                // One by one from the first to the last, past the end of the field if need be.
                var current = value
                var count = 0
                while true {
                    if count.isMultiple(of: step) { values.insert(current) }
                    if current == to { break }
                    current = current == last ? first : current + 1
                    count += 1
                }
                return "\(value)-\(to)" + (step == 1 ? "" : "/\(step)")
            default:
                values.insert(value)
                return value < 10 && chance.oneIn(3) ? "0\(value)" : "\(value)"
            }
        }
    }
}
