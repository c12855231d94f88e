/// What the server takes from a client before it turns him away. Everything that a client can make grow has a bound.
public struct HTTPLimits: Sendable {
    /// Of a request's line and fields together, in bytes.
    public var headBytesMax = 16 << 10
    /// Of one line, in bytes.
    public var lineBytesMax = 8 << 10
    /// How many fields a request may have.
    public var fieldsMax = 100
    /// Of a request's body, in bytes.
    public var bodyBytesMax = 1 << 20
    /// Connections at the same time; who comes beyond that is told to come later.
    public var connectionsMax = 1_000
    /// From the first byte, or from the connection, to the end of a request's head.
    public var headTime: Duration = .seconds(10)
    /// From the end of the head to the end of the body.
    public var bodyTime: Duration = .seconds(30)
    /// Between two requests.
    public var idleTime: Duration = .seconds(60)
    /// A client that takes nothing of an answer for so long is let go.
    public var writeTime: Duration = .seconds(30)
    /// A client has so long to take an answer, unless it is one that goes on.
    public var answerTime: Duration = .seconds(120)

    /// The usual limits.
    public init() {}
}
