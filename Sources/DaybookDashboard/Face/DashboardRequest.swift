/// A request, whichever server took it in.
public struct DashboardRequest: Sendable {
    /// In capitals, such as `GET`.
    public var method: String
    /// The path and the query as they were sent, from the slash on, nothing decoded.
    public var target: String
    /// The fields in their order.
    public var fields: [HTTPField]
    /// The whole body.
    public var body: [UInt8]
    /// The address of whoever is at the other end of the connection, as text without a port; behind
    /// ``DashboardOptions/trustedProxies`` that of whom they pass on.
    public var source: String
    /// Whether the other end of the connection is on this machine. It says nothing about who sits there.
    public var isFromLoopback: Bool
    /// Whether the connection is encrypted up to the server that took it in.
    public var isEncrypted: Bool
    /// Tells when the client has gone.
    public let client: ClientPresence

    /// A request of a server's making.
    public init(
        method: String, target: String, fields: [HTTPField] = [], body: [UInt8] = [], source: String = "",
        isFromLoopback: Bool = false, isEncrypted: Bool = false, client: ClientPresence = ClientPresence()
    ) {
        self.method = method
        self.target = target
        self.fields = fields
        self.body = body
        self.source = source
        self.isFromLoopback = isFromLoopback
        self.isEncrypted = isEncrypted
        self.client = client
    }

    /// The value of a field, by its name in lower case.
    public subscript(_ name: String) -> String? { fields.value(name) }
}
