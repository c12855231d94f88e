internal import CDaybookEvent
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A small HTTP/1.1 server. It takes requests in, strictly and within ``HTTPLimits``, and hands each to one closure.
///
///     let server = try HTTPServer(listening: .usual) { request in await dashboard.respond(to: request) }
///     print("http://\(server.address)/")
///     …
///     server.stop()
///
/// It does not encrypt. Put it behind a server that does where it can be reached from elsewhere.
public final class HTTPServer: Sendable {
    /// Where it listens, with the port that it really has.
    public let address: ListenAddress
    private let core: ServerCore

    /// Begins to listen and to answer.
    public init(
        listening address: ListenAddress, limits: HTTPLimits = HTTPLimits(),
        _ respond: @escaping @Sendable (DashboardRequest) async -> DashboardResponse
    ) throws {
        core = try ServerCore(limits, respond)
        self.address = try core.listen(on: address)
        try core.loop.start()
    }

    /// Stops at once: nobody is let in any more, and open connections end.
    public func stop() { core.stop() }

    /// Stops when whoever has asked something has been answered, but waits no longer than this. Live streams end at
    /// once.
    public func finish(within patience: Duration = .seconds(2)) async {
        let end = Task { [core] in
            // tidy: how long clients may take for what they are sent
            if (try? await Task.sleep(for: patience)) != nil { core.closeAll() }
        }
        await core.finish()
        end.cancel()
        core.stop()
    }

    /// How many connections are open.
    var connectionCount: Int { core.connectionCount.load(ordering: .relaxed) }
}

/// What the connections of a server share.
///
/// Unchecked because all but the constants and the atomic count belongs to the loop's thread.
final class ServerCore: @unchecked Sendable {
    let loop: ServerLoop
    let limits: HTTPLimits
    let respond: @Sendable (DashboardRequest) async -> DashboardResponse
    let connectionCount = Atomic<Int>(0)
    private var listener: OpaquePointer?
    private var connections: [UInt64: ServerConnection] = [:]
    private var lastConnection: UInt64 = 0
    /// Who waits until the last connection has ended.
    private var finishing: [CheckedContinuation<Void, Never>] = []

    init(_ limits: HTTPLimits, _ respond: @escaping @Sendable (DashboardRequest) async -> DashboardResponse) throws {
        self.limits = limits
        self.respond = respond
        loop = try ServerLoop()
    }

    func listen(on address: ListenAddress) throws -> ListenAddress {
        guard let bytes = address.bytes else { throw HTTPServerError("\(address) is no address to listen on.") }
        let this = Unmanaged.passUnretained(self).toOpaque()
        let flags = UInt32(LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC | LEV_OPT_REUSEABLE)
        listener = bytes.withUnsafeBytes { bytes in
            evconnlistener_new_bind(
                loop.base, { _, socket, address, _, context in accept(socket, address, context) }, this, flags, 512,
                bytes.bindMemory(to: sockaddr.self).baseAddress, Int32(bytes.count))
        }
        guard let listener else {
            throw HTTPServerError(
                "Cannot listen on \(address): \(String(cString: strerror(errno))). Choose another port, or end the "
                    + "program that has it.")
        }
        var bound = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let found = withUnsafeMutablePointer(to: &bound) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                getsockname(evconnlistener_get_fd(listener), pointer, &length) == 0 ? ListenAddress(pointer) : nil
            }
        }
        guard let found else { throw HTTPServerError("The port that was taken on \(address) cannot be found out.") }
        return found
    }

    func stop() {
        closeAll()
        loop.stop()
    }

    func closeAll() {
        loop.post { [self] in
            stopListening()
            for connection in connections.values { connection.close() }
        }
    }

    /// Lets nobody in any more, and returns when all who were in have gone.
    func finish() async {
        await withCheckedContinuation { continuation in
            loop.post { [self] in
                stopListening()
                finishing.append(continuation)
                for connection in connections.values { connection.closeWhenAnswered() }
                endIfEmpty()
            }
        }
    }

    // MARK: On the loop's thread

    private func stopListening() {
        if let listener { evconnlistener_free(listener) }
        listener = nil
    }

    private func endIfEmpty() {
        guard connections.isEmpty else { return }
        for continuation in finishing { continuation.resume() }
        finishing = []
    }

    fileprivate func add(_ socket: Int32, from address: ListenAddress?) {
        guard connections.count < limits.connectionsMax + ServerCore.turnedAwayMax else {
            _ = systemClose(socket)
            return
        }
        lastConnection += 1
        guard
            let connection = ServerConnection(
                lastConnection, socket, from: address, self, isTurnedAway: connections.count >= limits.connectionsMax)
        else { return }
        connections[lastConnection] = connection
        connectionCount.store(connections.count, ordering: .relaxed)
        connection.begin()
    }

    /// Beyond the limit so many are told to come later; beyond that they are just let go.
    private static let turnedAwayMax = 64

    /// Each request is the last of its connection.
    var isFinishing: Bool { !finishing.isEmpty }

    func connection(_ number: UInt64) -> ServerConnection? { connections[number] }

    func remove(_ number: UInt64) {
        connections[number] = nil
        connectionCount.store(connections.count, ordering: .relaxed)
        endIfEmpty()
    }
}

private func accept(_ socket: Int32, _ address: UnsafePointer<sockaddr>?, _ context: UnsafeMutableRawPointer?) {
    guard let context else { return }
    Unmanaged<ServerCore>.fromOpaque(context).takeUnretainedValue().add(socket, from: ListenAddress(address))
}

func systemClose(_ descriptor: Int32) -> Int32 { close(descriptor) }

/// Without the signal that ends a process whose client has gone.
func systemSend(_ socket: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    #if canImport(Glibc)
        send(socket, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
    #else
        0
    #endif
}
