internal import DaybookModel

/// Jobs were registered in a way that cannot work. The engine is not opened, because jobs would run wrongly or never.
public struct RegistrationError: Error, Sendable, CustomStringConvertible {
    let faults: [RegistrationFault]

    /// What is wrong and what to do, a sentence for each.
    public var description: String { faults.map(\.sentence).joined(separator: " ") }
}

/// One thing that is wrong with a registration.
struct RegistrationFault: Error, Sendable {
    let sentence: String

    static let versionMax = Runnable.versionMax

    init(_ sentence: String) {
        self.sentence = sentence
    }

    /// As a sentence about a job.
    func of(_ job: String) -> RegistrationFault {
        RegistrationFault("The job \(quoted(job)) cannot be run: \(sentence).")
    }
}
