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

    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
