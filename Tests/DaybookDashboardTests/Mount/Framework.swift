#if HummingbirdSupport || VaporSupport
    import Testing

    @testable import DaybookDashboard

    /// The servers of others that a dashboard is mounted in.
    enum Framework: CaseIterable {
        #if HummingbirdSupport
            case hummingbird
        #endif
        #if VaporSupport
            case vapor
        #endif

        /// Whether it tells at once that a client has gone, and not only when there is something to send.
        var noticesLeaving: Bool {
            switch self {
            #if HummingbirdSupport
                case .hummingbird: true
            #endif
            #if VaporSupport
                case .vapor: false
            #endif
            }
        }

        /// Serves a dashboard, beside an address of the program's own, on a free port while `body` runs.
        func serve(_ dashboard: Dashboard, _ body: (UInt16) async throws -> Void) async throws {
            switch self {
            #if HummingbirdSupport
                case .hummingbird: try await serveInHummingbird(dashboard, body)
            #endif
            #if VaporSupport
                case .vapor: try await serveInVapor(dashboard, body)
            #endif
            }
        }
    }
#endif
