/// Something that a run asked for and cannot have. If the run lets it pass, it has failed.
public struct RunRefusal: Error, Equatable, Sendable, CustomStringConvertible {
    /// What kind of refusal it is, for programs.
    public enum Code: String, Sendable {
        /// Two steps of one run have the same name.
        case stepRepeated
        /// The step has no proper name, or there are too many.
        case badStep
        /// What the step recorded in an earlier run is not what this code expects.
        case stepUnreadable
        /// The result, what a step came to, or the statistics are larger than allowed, or too many jobs were enqueued.
        case tooLarge
        /// The result, or what a step came to, cannot be written down.
        case notEncodable
        /// The job was cancelled, took too long, or was taken over by another process.
        case claimLost
        /// The result of a job was asked for that this one did not wait for.
        case badParent
    }

    /// What kind of refusal this is.
    public let code: Code
    /// What is wrong and what to do, for people.
    public let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    /// Another run would come to the same, and would repeat what this one has done.
    var isFinal: Bool {
        switch code {
        case .stepRepeated, .badStep, .tooLarge, .notEncodable, .badParent: true
        case .stepUnreadable, .claimLost: false
        }
    }

    static func ended(_ step: String) -> RunRefusal {
        RunRefusal(
            .claimLost,
            "The step \(step) was not begun: its run has ended. Wait in a run for all that it "
                + "starts.")
    }

    package static func tooLarge(_ what: String, bytesMax: Int) -> RunRefusal {
        RunRefusal(
            .tooLarge,
            "\(what) has more than the \(bytesMax) bytes that are allowed. Put large data elsewhere and keep where it "
                + "is.")
    }
}
