/// Something is wrong with the store, or with what was asked of it. The text says what, where, and what to do.
package struct LogError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// Bytes are not what they should be.
        case damaged
        /// The store was brought into another form while this process had it open.
        case upgraded
        /// The store cannot be used as it is: permission, foreign version, not a local file system.
        case unusable
        case diskFull
        /// Another process wrote in between.
        case headMoved
        /// The commit failed on its way to the disk: nobody can say whether it is there.
        case unknownOutcome
        /// What was asked for is not right, or what was given with it.
        case badInput
        /// What was asked for would be right, were it not for how things stand.
        case refused
        /// A key that a payload would have to stand under is not to be had. All else goes on.
        case keyRefused
        case notFound
        /// Whoever asked for it wanted it to end.
        case stopped
    }

    package let code: Code
    package let description: String
    /// The event it is about, if it is about one.
    package let sequence: UInt64?

    package init(_ code: Code, _ description: String, at sequence: UInt64? = nil) {
        self.code = code
        self.description = description
        self.sequence = sequence
    }
}
