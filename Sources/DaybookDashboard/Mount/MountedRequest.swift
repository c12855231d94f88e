#if HummingbirdSupport || VaporSupport
    /// A request that another server took in. It is held to what our own server promises the dashboard: a path for an
    /// address, nothing twice that may be said once, and a body of a bounded size.
    enum MountedRequest {
        static let bodyBytesMax = HTTPLimits().bodyBytesMax

        /// A request still without its body. `peer` is the address at the other end of the connection, if it has one.
        static func head(
            method: String, target: String, fields: [HTTPField], peer: String?, isEncrypted: Bool,
            client: ClientPresence
        ) throws(BadRequest) -> DashboardRequest {
            let fields = withOneCookie(fields)
            try HeadParser.checkTarget(target.utf8)
            try HeadParser.checkNothingStandsTwice(fields)
            if let length = fields.value("content-length").flatMap(Int.init), length > bodyBytesMax {
                throw .bodyTooLarge
            }
            let source = peer.map { ListenAddress(client: $0) }
            return DashboardRequest(
                method: method, target: target, fields: fields, source: source?.host ?? "",
                isFromLoopback: source?.isLoopback ?? false, isEncrypted: isEncrypted, client: client)
        }

        /// HTTP/2 may have a field for every cookie.
        private static func withOneCookie(_ fields: [HTTPField]) -> [HTTPField] {
            let cookies = fields.filter { $0.name == "cookie" }.map(\.value)
            guard cookies.count > 1 else { return fields }
            return fields.filter { $0.name != "cookie" } + [HTTPField("cookie", cookies.joined(separator: "; "))]
        }
    }
#endif
