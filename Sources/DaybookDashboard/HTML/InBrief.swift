internal import DaybookLog
internal import DaybookModel

// What the engine puts into words, as short as pages want it.

extension JobExplanation {
    /// Of an error, with which it ends as a rule, no more than the beginning of its first line: all of it stands where
    /// the error itself is told.
    var sentenceInBrief: String {
        guard case .said(_, let error) = failure else { return sentence }
        let brief = FailureLikeness.firstLine(error).prefix(JobExplanation.errorLengthMax)
        let end = error + "."
        guard brief.endIndex < error.endIndex, sentence.utf8.suffix(end.utf8.count).elementsEqual(end.utf8) else {
            return sentence
        }
        return String(decoding: sentence.utf8.dropLast(end.utf8.count), as: UTF8.self) + Texts.beginning(String(brief))
    }

    private var failure: JobReason.Failure? {
        switch reason {
        case .retrying(_, let failure), .failed(_, let failure): failure
        default: nil
        }
    }

    private static let errorLengthMax = 160
}

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
