/// A request's line and fields, as they were sent and found to be in order.
struct RequestHead: Equatable, Sendable {
    /// Where the body ends.
    enum Framing: Equatable, Sendable {
        case length(Int)
        case chunked
    }

    let method: String
    /// The path and the query, from its slash on.
    let target: String
    let isVersion11: Bool
    /// Names in lower case, in the order of the lines.
    let fields: [HTTPField]
    let framing: Framing
    /// Whether the client wants to go on with the same connection.
    let keepsAlive: Bool
    let expectsContinue: Bool
}

/// A field of a request or an answer.
public struct HTTPField: Equatable, Sendable {
    /// In lower case.
    public let name: String
    /// Without white space around it.
    public let value: String

    /// A field; its name is taken in lower case.
    public init(_ name: String, _ value: String) {
        self.name = name.utf8.contains { (0x41...0x5A).contains($0) || $0 >= 0x80 } ? name.lowercased() : name
        self.value = value
    }
}

extension [HTTPField] {
    /// The value of the first field of that name.
    func value(_ name: String) -> String? { first { $0.name == name }?.value }
}
