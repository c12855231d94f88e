/// Why a command ends without having done what was asked. The sentence says what is wrong and what to do.
struct Failure: Error {
    let code: ExitCode
    /// `nil` if all that is to be said has been said, or nobody is there to hear it.
    let sentence: String?

    init(_ code: ExitCode, _ sentence: String?) {
        self.code = code
        self.sentence = sentence
    }

    static func wrongCall(_ sentence: String) -> Failure { Failure(.wrongCall, sentence) }
    static func no(_ sentence: String) -> Failure { Failure(.no, sentence) }
    static func unusable(_ sentence: String) -> Failure { Failure(.unusable, sentence) }
}
