#if VaporSupport
    internal import NIOCore
    public import Vapor

    extension RoutesBuilder {
        /// Has a dashboard answer at its `basePath` and below, whatever the method. Middleware stands in front of it as
        /// of any route.
        ///
        ///     var options = DashboardOptions()
        ///     options.basePath = "/jobs"
        ///     let dashboard = try Dashboard(engine, options)
        ///     app.mount(dashboard)
        ///
        /// `basePath` is the whole path, so a group that it is mounted in has none of its own.
        public func mount(_ dashboard: Dashboard) {
            let responder = DashboardResponder(dashboard: dashboard)
            let path = dashboard.options.basePath.pathComponents
            for method in [HTTPMethod.GET, .POST, .PUT, .PATCH, .DELETE, .OPTIONS, .TRACE] {
                for path in [path, path + [.catchall]] {
                    on(method, path, body: .stream) { try await responder.respond(to: $0) }
                }
            }
        }
    }

    private struct DashboardResponder: Sendable {
        let dashboard: Dashboard

        func respond(to request: Request) async throws -> Response {
            // Vapor does not tell when a client has gone: sending to him fails, and that is all.
            let client = ClientPresence()
            let answer = try await dashboard.answer { try await self.request(request, client) }
            return response(answer, to: request, client)
        }

        private func request(_ request: Request, _ client: ClientPresence) async throws -> DashboardRequest {
            var asked = try MountedRequest.head(
                method: request.method.rawValue, target: request.url.string,
                fields: request.headers.map { HTTPField($0.name, $0.value) }, peer: request.remoteAddress?.ipAddress,
                isEncrypted: request.application.http.server.configuration.tlsConfiguration != nil, client: client)
            do {
                // Vapor refuses what is as large as its bound.
                let bound = MountedRequest.bodyBytesMax + 1
                let body = request.eventLoop.flatSubmit { request.body.collect(max: bound) }
                if let found = try await body.get() { asked.body = Array(buffer: found) }
            } catch let error as any AbortError where error.status == .payloadTooLarge {
                throw BadRequest.bodyTooLarge
            }
            return asked
        }

        private func response(_ answer: DashboardResponse, to request: Request, _ client: ClientPresence) -> Response {
            let body =
                switch answer.body {
                case .bytes(let bytes): Response.Body(buffer: ByteBuffer(bytes: bytes))
                case .stream where request.method == .HEAD: Response.Body.empty
                case .stream(let stream): self.body(stream, client)
                }
            return Response(
                status: HTTPResponseStatus(statusCode: answer.status, reasonPhrase: answer.reason),
                headers: HTTPHeaders(answer.mountedFields.map { ($0.name, $0.value) }), body: body)
        }

        private func body(_ stream: ResponseStream, _ client: ClientPresence) -> Response.Body {
            Response.Body(managedAsyncStream: { writer in
                try await MountedPieces.send(stream, to: client) {
                    try await writer.writeBuffer(ByteBuffer(bytes: $0))
                }
            })
        }
    }
#endif
