/// How far something has come, how fast it goes and how long it will still take, in words.
struct Pace {
    let position: UInt64
    /// 0 where nobody knows it.
    let total: UInt64
    /// What was done since it was first looked at, and in what time.
    let done: UInt64
    let inNanoseconds: UInt64

    var text: String {
        let reached = total > 0 ? min(position, total) : position
        var parts = [total > 0 ? "\(reached) of \(total) (\(reached * 100 / total) %)" : "\(reached)"]
        if let rate = perSecond {
            parts.append("\(Pace.short(rate)) a second")
            if total > reached { parts.append("\(Pace.duration(seconds: (total - reached) / rate)) left") }
        }
        return parts.joined(separator: ", ")
    }

    /// Nil before there is anything to go by.
    private var perSecond: UInt64? {
        guard done > 0, inNanoseconds >= 100_000_000 else { return nil }
        let rate = UInt64(min(Double(done) / Double(inNanoseconds) * 1e9, 1e15))
        return rate > 0 ? rate : nil
    }

    private static func short(_ number: UInt64) -> String {
        switch number {
        case 10_000_000...: "\(number / 1_000_000) M"
        case 1_000_000...: "\(number / 1_000_000).\(number / 100_000 % 10) M"
        case 10_000...: "\(number / 1_000) k"
        default: "\(number)"
        }
    }

    private static func duration(seconds: UInt64) -> String {
        switch seconds {
        case 5_400...: "\(seconds / 3_600) h \(seconds / 60 % 60) min"
        case 90...: "\(seconds / 60) min"
        default: "\(seconds) s"
        }
    }
}
