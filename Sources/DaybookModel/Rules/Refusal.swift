/// A command that the rules turn down, before anything is written. The text tells the caller what to do about it.
public struct Refusal: Error, Equatable, Sendable, CustomStringConvertible {
    /// What kind of refusal it is, for programs.
    public enum Code: String, Sendable {
        case badName, badOption, argumentsTooLarge, noSuchJob, noSuchProcess, wrongState, alreadyThere, diskFull
        case noSuchRecurring, changedMeanwhile, noSuchParent, noSuchBatch
        /// A newer release has written what this one does not know.
        case outdated
    }

    /// What kind of refusal this is.
    public let code: Code
    /// What is wrong and what to do, for people.
    public let description: String

    /// Which of several jobs it is about, and what would be said of that job alone.
    private var one: One?

    private struct One: Equatable {
        let index: Int
        let text: String
    }

    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    /// The same, of one of several jobs that come together.
    package init(_ refusal: Refusal, of index: Int, among count: Int) {
        self.init(
            refusal.code, "Job \(index + 1) of \(count): \(refusal.description) None of them was enqueued.")
        one = One(index: index, text: refusal.description)
    }

    /// The same, said of a call of which those jobs were only a part, beginning with its job `first`.
    package func inPart(from first: Int, among count: Int) -> Refusal {
        guard let one else { return self }
        return Refusal(Refusal(code, one.text), of: first + one.index, among: count)
    }
}
