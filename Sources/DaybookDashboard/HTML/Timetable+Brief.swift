internal import DaybookModel

extension Timetable {
    /// An interval goes by moments that lie fast, counted from 1970 unless somebody has said otherwise. Where they are
    /// the same on each day, or nobody would count them, that is said as people say it.
    var sentenceInBrief: String {
        guard case .interval(let interval) = search, interval.anchor.microseconds == 0 else { return sentence }
        let (day, hour) = (86_400_000_000, 3_600_000_000)
        let length = String(sentence.prefix { $0 != "," })
        switch interval.microseconds {
        case day: return Texts.atMidnight(length)
        case hour..<day where day.isMultiple(of: interval.microseconds): return Texts.fromMidnight(length)
        case ..<hour: return length
        default: return sentence
        }
    }
}
