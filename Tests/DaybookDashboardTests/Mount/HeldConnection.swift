#if HummingbirdSupport || VaporSupport
    /// A connection that a test holds on to while other things happen.
    ///
    /// Unchecked because a test uses it on one thread after the other.
    final class HeldConnection: @unchecked Sendable {
        private var connection: RawConnection?

        /// Connects, and sends a request.
        init(_ port: UInt16, _ request: String) throws {
            connection = try RawConnection(port)
            send(request)
        }

        func send(_ request: String) { connection?.send(request) }

        /// What comes until `text` is among it.
        func read(until text: String) async throws -> String {
            try await onThread { [self] in connection?.read(until: text) ?? "" }
        }

        func close() { connection = nil }
    }
#endif
