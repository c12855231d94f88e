/// A request that is not one. It is answered with the status, and the connection ends, because nobody can say where
/// the next request would begin.
struct BadRequest: Error, Equatable, Sendable {
    let status: Int
    /// What is wrong, without anything that the client sent.
    let reason: String

    init(_ status: Int, _ reason: String) {
        self.status = status
        self.reason = reason
    }

    static let bodyTooLarge = BadRequest(413, "the body is too large")

    static func malformed(_ reason: String) -> BadRequest { BadRequest(400, reason) }
}
