// One connection, from its acceptance to its end.
//
//     idle ─▶ head ─▶ body ─▶ answering ─▶ sending ─▶ idle, or lingering ─▶ closed
//
// One request at a time: what a client sends meanwhile waits in its socket. Each state has its time; whoever takes
// longer is let go. After an error the connection lingers for a moment with its sending side shut, because closing
// a socket with unread bytes in it would take the answer away from the client.

internal import CDaybookEvent
internal import DaybookLog

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Unchecked because it belongs to the loop's thread.
final class ServerConnection: @unchecked Sendable {
    private enum State {
        case idle, head, body, answering, sending, streaming, lingering, closed
    }

    private let number: UInt64
    private let core: ServerCore
    private let source: ListenAddress?
    private let isTurnedAway: Bool
    private var buffered: OpaquePointer?
    private var timer: OpaquePointer?
    private var state = State.idle
    /// What has come and was not used yet.
    private var pending: [UInt8] = []
    private var hasNews = false
    private var head: RequestHead?
    private var body: BodyParser?
    private var keepsAlive = false
    private var client = ClientPresence()
    private var task: Task<Void, Never>?
    /// Who waits until the client has taken what was sent.
    private var sender: CheckedContinuation<Bool, Never>?

    private var limits: HTTPLimits { core.limits }

    init?(_ number: UInt64, _ socket: Int32, from source: ListenAddress?, _ core: ServerCore, isTurnedAway: Bool) {
        self.number = number
        self.core = core
        self.source = source
        self.isTurnedAway = isTurnedAway
        buffered = bufferevent_socket_new(core.loop.base, socket, Int32(BEV_OPT_CLOSE_ON_FREE.rawValue))
        guard buffered != nil else {
            _ = systemClose(socket)
            return nil
        }
        var on: Int32 = 1
        setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        let this = Unmanaged.passUnretained(self).toOpaque()
        timer = event_new(core.loop.base, -1, 0, { _, _, context in connection(context)?.timeIsUp() }, this)
        bufferevent_setcb(
            buffered, { _, context in connection(context)?.read() },
            { _, context in connection(context)?.wasWritten() },
            { _, what, context in connection(context)?.somethingHappened(Int32(what)) }, this)
        bufferevent_setwatermark(buffered, Int16(EV_READ), 0, ServerConnection.readAheadMax)
        var writeTime = limits.writeTime.timeval
        bufferevent_set_timeouts(buffered, nil, &writeTime)
    }

    /// So much is read of what a client sends while his request is being answered.
    private static let readAheadMax = 64 << 10

    func begin() {
        bufferevent_enable(buffered, Int16(EV_READ | EV_WRITE))
        guard !isTurnedAway else {
            return refuse(BadRequest(503, "there are too many connections; come again later"))
        }
        setTimer(limits.headTime)
    }

    // MARK: What libevent tells

    fileprivate func read() {
        guard let buffered, let input = bufferevent_get_input(buffered) else { return }
        switch state {
        case .answering, .sending, .streaming, .closed: return
        case .lingering: evbuffer_drain(input, evbuffer_get_length(input))
        case .idle, .head, .body:
            let count = evbuffer_get_length(input)
            let old = pending.count
            pending.append(contentsOf: repeatElement(0, count: count))
            pending.withUnsafeMutableBytes { _ = evbuffer_remove(input, $0.baseAddress! + old, count) }
            hasNews = hasNews || pending[old...].contains { $0 == 0x0A || $0 == 0 }
            goOn()
        }
    }

    fileprivate func wasWritten() {
        if let sender {
            self.sender = nil
            return sender.resume(returning: true)
        }
        guard case .sending = state else { return }
        guard keepsAlive else { return linger() }
        state = .idle
        setTimer(limits.idleTime)
        // What came meanwhile has been announced already.
        goOn()
        if case .idle = state { read() }
    }

    fileprivate func somethingHappened(_ what: Int32) {
        let isEnd = what & Int32(BEV_EVENT_EOF) != 0
        switch state {
        // Whoever has sent his request may shut his side and still wait for the answer.
        case .answering where isEnd, .sending where isEnd:
            keepsAlive = false
            client.leave()
        default: close()
        }
    }

    fileprivate func timeIsUp() {
        switch state {
        case .head where !pending.isEmpty, .body: refuse(BadRequest(408, "the request took too long"))
        default: close()
        }
    }

    // MARK: Taking a request in

    private func goOn() {
        do throws(BadRequest) {
            if case .idle = state, !pending.isEmpty {
                state = .head
                setTimer(limits.headTime)
            }
            if case .head = state { try readHead() }
            if case .body = state { try readBody() }
        } catch {
            refuse(error)
        }
    }

    private func readHead() throws(BadRequest) {
        // Nothing can have become complete without the end of a line.
        guard hasNews || pending.count > limits.lineBytesMax else { return }
        hasNews = false
        guard let (head, end) = try HeadParser(limits: limits).parse(pending) else { return }
        self.head = head
        keepsAlive = head.keepsAlive && !core.isFinishing
        body = BodyParser(head.framing, bytesMax: limits.bodyBytesMax)
        pending.removeFirst(end)
        state = .body
        setTimer(limits.bodyTime)
        if head.expectsContinue, body?.isDone == false, pending.isEmpty { write(AnswerWriter.goOn) }
    }

    private func readBody() throws(BadRequest) {
        guard let head, var body else { return }
        self.body = nil
        let taken = try body.take(pending, from: 0)
        pending.removeFirst(taken)
        guard body.isDone else {
            self.body = body
            return
        }
        hasNews = pending.contains { $0 == 0x0A || $0 == 0 }
        answer(head, body.body)
    }

    // MARK: Answering

    private func answer(_ head: RequestHead, _ body: [UInt8]) {
        state = .answering
        stopTimer()
        client = ClientPresence()
        let request = DashboardRequest(
            method: head.method, target: head.target, fields: head.fields, body: body, source: source?.host ?? "",
            isFromLoopback: source?.isLoopback ?? false, client: client)
        let isHead = head.method == "HEAD"
        let (core, number) = (core, number)
        task = Task(executorPreference: AnswerThreads.shared) {
            let response = await core.respond(request)
            await ServerConnection.deliver(response, isHead, core, number)
        }
    }

    /// In the pool: brings an answer to the connection, if that is still there.
    private static func deliver(
        _ response: DashboardResponse, _ isHead: Bool, _ core: ServerCore, _ number: UInt64
    ) async {
        guard case .stream(let stream) = response.body, !isHead else {
            return core.loop.post { core.connection(number)?.send(response, isHead) }
        }
        let head = await send(core, number) { connection in
            connection.state = .streaming
            return AnswerWriter.head(response, byteCount: nil, keepsAlive: false, date: HTTPDate.now())
        }
        guard head else { return }
        var pieces = stream.makeAsyncIterator()
        do {
            while let piece = try await pieces.next() {
                guard !piece.isEmpty else { continue }
                guard await send(core, number, { _ in AnswerWriter.chunk(piece) }) else { return }
            }
        } catch {
            // Without its last piece nobody takes half an answer for a whole one.
            return core.loop.post { core.connection(number)?.close() }
        }
        core.loop.post { core.connection(number)?.endStream() }
    }

    /// Sends bytes and waits until the client has taken them; false if he has gone.
    private static func send(
        _ core: ServerCore, _ number: UInt64, _ bytes: @escaping @Sendable (ServerConnection) -> [UInt8]
    ) async -> Bool {
        await withCheckedContinuation { continuation in
            core.loop.post {
                guard let connection = core.connection(number), connection.buffered != nil else {
                    return continuation.resume(returning: false)
                }
                connection.sender = continuation
                connection.write(bytes(connection))
            }
        }
    }

    private func send(_ response: DashboardResponse, _ isHead: Bool) {
        guard case .answering = state else { return }
        if response.status >= 400, response["connection"] == "close" { keepsAlive = false }
        let bytes: [UInt8]
        if case .bytes(let found) = response.body { bytes = found } else { bytes = [] }
        state = .sending
        setTimer(limits.answerTime)
        let head = AnswerWriter.head(
            response, byteCount: bytes.count, keepsAlive: keepsAlive, date: HTTPDate.now())
        write(isHead || response.status == 204 || response.status == 304 ? head : head + bytes)
    }

    private func endStream() {
        guard case .streaming = state else { return }
        state = .sending
        keepsAlive = false
        setTimer(limits.answerTime)
        write(AnswerWriter.lastChunk)
    }

    private func refuse(_ error: BadRequest) {
        keepsAlive = false
        state = .answering
        send(Refusals.bad(error), head?.method == "HEAD")
    }

    private func write(_ bytes: [UInt8]) {
        guard let buffered else { return }
        let sent = sendNow(bytes, buffered)
        guard sent < bytes.count else { return wasWritten() }
        _ = bytes.withUnsafeBytes { bufferevent_write(buffered, $0.baseAddress! + sent, $0.count - sent) }
    }

    /// Sends what the socket takes at once, which is all of almost every answer: libevent would first have the kernel
    /// tell when it takes something. Answers how much that was; libevent sees to the rest, and to what went wrong.
    private func sendNow(_ bytes: [UInt8], _ buffered: OpaquePointer) -> Int {
        guard evbuffer_get_length(bufferevent_get_output(buffered)) == 0 else { return 0 }
        return max(0, bytes.withUnsafeBytes { systemSend(bufferevent_getfd(buffered), $0) })
    }

    // MARK: The end

    private func linger() {
        guard let buffered else { return }
        state = .lingering
        shutdown(bufferevent_getfd(buffered), Int32(SHUT_WR))
        setTimer(.seconds(1))
        read()
    }

    func close() {
        guard let buffered else { return }
        state = .closed
        self.buffered = nil
        bufferevent_free(buffered)
        if let timer { event_free(timer) }
        timer = nil
        client.leave()
        task?.cancel()
        sender?.resume(returning: false)
        sender = nil
        core.remove(number)
    }

    /// Ends it now if nobody waits for an answer here, and else behind that.
    func closeWhenAnswered() {
        switch state {
        case .idle, .streaming: close()
        case .head, .body, .answering, .sending, .lingering, .closed: keepsAlive = false
        }
    }

    private func setTimer(_ time: Duration) {
        var time = time.timeval
        if let timer { event_add(timer, &time) }
    }

    private func stopTimer() {
        if let timer { event_del(timer) }
    }
}

private func connection(_ context: UnsafeMutableRawPointer?) -> ServerConnection? {
    context.map { Unmanaged<ServerConnection>.fromOpaque($0).takeUnretainedValue() }
}

extension Duration {
    fileprivate var timeval: timeval {
        let parts = components
        return .init(
            tv_sec: .init(parts.seconds), tv_usec: .init(parts.attoseconds / 1_000_000_000_000))
    }
}
