/// A command that the rules turn down, before anything is written. The text tells the caller what to do about it.
public struct Refusal: Error, Equatable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
        case badName, badOption, argumentsTooLarge, noSuchJob, wrongState, alreadyThere, diskFull
    }

    public let code: Code
    public let description: String

    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
