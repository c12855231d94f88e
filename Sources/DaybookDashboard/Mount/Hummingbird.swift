#if HummingbirdSupport
    public import Hummingbird
    public import NIOCore

    extension RouterMethods where Context: ConnectedRequestContext {
        /// Has a dashboard answer at its `basePath` and below, whatever the method. Middleware that was added before
        /// stands in front of it as of any route.
        ///
        ///     var options = DashboardOptions()
        ///     options.basePath = "/jobs"
        ///     let dashboard = try Dashboard(engine, options)
        ///     let router = Router(context: DashboardRequestContext.self)
        ///     router.mount(dashboard)
        ///
        /// `basePath` is the whole path, so a group that it is mounted in has none of its own.
        @discardableResult
        public func mount(_ dashboard: Dashboard) -> Self {
            let responder = DashboardResponder<Context>(dashboard: dashboard)
            let path = RouterPath(dashboard.options.basePath)
            for method in [HTTPRequest.Method.get, .head, .post, .put, .patch, .delete, .options, .trace] {
                on(path, method: method, responder: responder)
                on(path.appendingPath("**"), method: method, responder: responder)
            }
            return self
        }
    }

    /// A context that knows its connection: the dashboard decides by its other end whom it lets in, and has to hear
    /// when that has gone.
    public protocol ConnectedRequestContext: RequestContext {
        /// The connection, or the stream of it, that the request came over.
        var channel: any Channel { get }
    }

    /// For routers that need nothing else of their context.
    public struct DashboardRequestContext: ConnectedRequestContext {
        /// What Hummingbird keeps.
        public var coreContext: CoreRequestContextStorage
        /// The connection.
        public let channel: any Channel

        /// Made anew for each request.
        public init(source: Source) {
            coreContext = CoreRequestContextStorage(source: source)
            channel = source.channel
        }
    }

    private struct DashboardResponder<Context: ConnectedRequestContext>: HTTPResponder {
        let dashboard: Dashboard

        func respond(to request: Request, context: Context) async throws -> Response {
            let client = ClientPresence()
            let watch = try await ConnectionWatch(context.channel, client)
            let answer = try await dashboard.answer { try await self.request(request, context.channel, client) }
            return response(answer, to: request, watch)
        }

        private func request(
            _ request: Request, _ channel: any Channel, _ client: ClientPresence
        ) async throws -> DashboardRequest {
            var asked = try MountedRequest.head(
                method: request.method.rawValue, target: request.head.path ?? "", fields: fields(of: request),
                peer: channel.remoteAddress?.ipAddress, isEncrypted: request.head.scheme == "https", client: client)
            do {
                asked.body = Array(buffer: try await request.body.collect(upTo: MountedRequest.bodyBytesMax))
            } catch is NIOTooManyBytesError {
                throw BadRequest.bodyTooLarge
            }
            return asked
        }

        /// The fields as they came: Hummingbird has taken the host out of them.
        private func fields(of request: Request) -> [HTTPField] {
            let host = request.head.authority.map { [HTTPField("host", $0)] } ?? []
            return host + request.headers.map { HTTPField($0.name.canonicalName, $0.value) }
        }

        private func response(
            _ answer: DashboardResponse, to request: Request, _ watch: ConnectionWatch
        ) -> Response {
            var headers = HTTPFields()
            for field in answer.mountedFields {
                guard let name = HTTPFields.Element.Name(field.name) else { continue }
                headers.append(HTTPFields.Element(name: name, value: field.value))
            }
            let status = HTTPResponse.Status(code: answer.status, reasonPhrase: answer.reason)
            guard request.method != .head else {
                headers[.contentLength] = "\(answer.byteCount)"
                return Response(status: status, headers: headers)
            }
            let body =
                switch answer.body {
                case .bytes(let bytes): ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
                case .stream(let stream): self.body(stream, watch)
                }
            return Response(status: status, headers: headers, body: body)
        }

        private func body(_ stream: ResponseStream, _ watch: ConnectionWatch) -> ResponseBody {
            ResponseBody { writer in
                try await MountedPieces.send(stream, to: watch.client) {
                    try await writer.write(ByteBuffer(bytes: $0))
                }
                try await writer.finish(nil)
            }
        }
    }

    /// Tells when a connection's other end has gone, for as long as somebody holds on to it.
    ///
    /// Hummingbird's own way, `consumeWithInboundCloseHandler`, costs the connection, which is not used again, and
    /// does not end where the body has been read before.
    private final class ConnectionWatch: Sendable {
        let client: ClientPresence
        private let channel: any Channel
        private let handler: LeavingHandler

        init(_ channel: any Channel, _ client: ClientPresence) async throws {
            (self.channel, self.client) = (channel, client)
            let handler = LeavingHandler(client)
            self.handler = handler
            try await channel.pipeline.addHandler(handler, position: .first).get()
        }

        deinit { channel.pipeline.removeHandler(handler, promise: nil) }
    }

    private final class LeavingHandler: ChannelInboundHandler, RemovableChannelHandler, Sendable {
        typealias InboundIn = NIOAny

        private let client: ClientPresence

        init(_ client: ClientPresence) { self.client = client }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if case .inputClosed? = event as? ChannelEvent { client.leave() }
            context.fireUserInboundEventTriggered(event)
        }

        func channelInactive(context: ChannelHandlerContext) {
            client.leave()
            context.fireChannelInactive()
        }
    }
#endif
