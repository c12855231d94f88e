/// How another job is to end before one that waits for it may run.
public enum AfterCondition: String, CaseIterable, Sendable {
    /// It succeeded.
    case success
    /// It failed for good.
    case failure
    /// It ended, no matter how; having been cancelled counts as this alone.
    case any

    /// Whether an end meets the condition; nil for what is no end.
    package func isMet(by state: JobState) -> Bool? {
        guard state.isFinished else { return nil }
        switch self {
        case .success: return state == .succeeded
        case .failure: return state == .failed
        case .any: return true
        }
    }
}

/// What one job waits for.
package struct Dependency: Equatable, Sendable {
    package enum Parent: Equatable, Sendable {
        case job(SequenceNumber)
        /// One of those that are enqueued together, by its place among them. It never stands in the log.
        case sibling(Int)
    }

    /// How a job had come to its end before another asked to wait for it, and an event of it from then or later.
    package struct End: Equatable, Sendable {
        package var state: JobState
        package var at: SequenceNumber

        package init(_ state: JobState, at event: SequenceNumber) {
            self.state = state
            at = event
        }
    }

    package var parent: Parent
    package var condition: AfterCondition
    package var end: End?

    package init(_ parent: Parent, _ condition: AfterCondition = .success, end: End? = nil) {
        self.parent = parent
        self.condition = condition
        self.end = end
    }

    /// A job that waits for more touches too many rows at once.
    package static let parentsMax = 100
    /// More than the longest text takes, with what stands around it in an event.
    package static let textBytesMax = 80
}

extension Dependency: CustomStringConvertible {
    /// The form in which it stands in the log: `7:success`, and `7:success:failed@31` if job 7 had ended by then.
    package var description: String {
        let number =
            switch parent {
            case .job(let job): "\(job)"
            case .sibling(let index): "+\(index)"
            }
        guard let end else { return "\(number):\(condition.rawValue)" }
        return "\(number):\(condition.rawValue):\(end.state.name)@\(end.at)"
    }

    /// Reads what `description` wrote. It is read again when a job is claimed, so nothing is copied for it.
    package init?(_ text: String) {
        let bytes = text.utf8
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), let job = SequenceNumber(text[..<colon]), job > 0
        else { return nil }
        let rest = bytes[bytes.index(after: colon)...]
        let second = rest.firstIndex(of: UInt8(ascii: ":"))
        let word = rest[..<(second ?? rest.endIndex)]
        guard let condition = AfterCondition.allCases.first(where: { word.elementsEqual($0.rawValue.utf8) })
        else { return nil }
        self.init(.job(job), condition)
        guard let second else { return }
        let end = rest[rest.index(after: second)...]
        guard let sign = end.firstIndex(of: UInt8(ascii: "@")),
            let state = JobState(name: text[end.startIndex..<sign]), state.isFinished,
            let at = SequenceNumber(text[end.index(after: sign)...])
        else { return nil }
        self.end = End(state, at: at)
    }
}
