/// An answer, for whichever server sends it.
public struct DashboardResponse: Sendable {
    /// What is sent behind the fields.
    public enum Body: Sendable {
        /// All of it.
        case bytes([UInt8])
        /// One piece after the other, for as long as there are any: server-sent events.
        case stream(ResponseStream)
    }

    /// Such as 200.
    public var status: Int
    /// The fields in their order; the length is the server's to say.
    public var fields: [HTTPField]
    /// What follows them.
    public var body: Body

    /// An answer.
    public init(_ status: Int, _ fields: [HTTPField] = [], body: [UInt8] = []) {
        self.status = status
        self.fields = fields
        self.body = .bytes(body)
    }

    /// An answer that comes in pieces.
    public init(_ status: Int, _ fields: [HTTPField], stream: ResponseStream) {
        self.status = status
        self.fields = fields
        body = .stream(stream)
    }

    /// The value of a field, by its name in lower case.
    public subscript(_ name: String) -> String? { fields.value(name) }
}

extension DashboardResponse {
    static func json(_ status: Int, _ bytes: [UInt8]) -> DashboardResponse {
        DashboardResponse(status, [HTTPField("content-type", "application/json")], body: bytes)
    }

    static func text(_ status: Int, _ text: String) -> DashboardResponse {
        DashboardResponse(
            status, [HTTPField("content-type", "text/plain; charset=utf-8")], body: Array("\(text)\n".utf8))
    }

    /// Sends a browser on after it has changed something, or because it has to sign in.
    static func seeOther(_ path: String) -> DashboardResponse {
        DashboardResponse(303, [HTTPField("location", path)])
    }

    var byteCount: Int { if case .bytes(let bytes) = body { bytes.count } else { 0 } }
}

/// The pieces of an answer that goes on, made as fast as the client takes them and no faster.
public struct ResponseStream: AsyncSequence, Sendable {
    /// What it is a sequence of.
    public typealias Element = [UInt8]

    let makeNext: @Sendable () -> (@Sendable () async throws -> [UInt8]?)

    /// `makeNext` is called once for a client and answers what gives him the next piece; nil ends the answer.
    init(_ makeNext: @escaping @Sendable () -> (@Sendable () async throws -> [UInt8]?)) {
        self.makeNext = makeNext
    }

    /// Begins to read.
    public func makeAsyncIterator() -> Iterator { Iterator(nextPiece: makeNext()) }

    /// Reads on.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let nextPiece: @Sendable () async throws -> [UInt8]?

        /// The next piece; nil at the end.
        public mutating func next() async throws -> [UInt8]? { try await nextPiece() }
    }
}
