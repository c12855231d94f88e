/// How long a job's key keeps a second one out.
package enum Uniqueness: Equatable, Sendable {
    /// Until the job has finished.
    case unfinished
    /// While the job waits: once it has begun to run, another may come.
    case waiting
    /// From its creation on for so long, whatever becomes of the job.
    case window(microseconds: Int64)
}

/// The job that holds a key was given other arguments, and another time if one was asked for.
package struct Replaced: Equatable, Sendable {
    /// Runs no earlier than this from now on; nil if its time stays.
    package var due: Instant?
    package var argumentsVersion: UInt64 = 0
    /// The event whose arguments these replace.
    package var original: SequenceNumber
    package var client: String?
    /// The names of fields that nobody is shown, beside those that the job has already.
    package var secret: [String] = []
    package var salt: UInt64
    package var arguments: [UInt8]
    /// The arguments under a key, which are empty then.
    package var sealed: [UInt8] = []

    package init(original: SequenceNumber, salt: UInt64, arguments: [UInt8]) {
        self.original = original
        self.salt = salt
        self.arguments = arguments
    }
}

extension Created {
    /// What else a run is to know whose arguments were replaced: their form, and what of them nobody is shown.
    package mutating func takeForm(of replaced: Replaced) {
        argumentsVersion = replaced.argumentsVersion
        for field in replaced.secret where !secret.contains(field) { secret.append(field) }
    }
}
