#if HummingbirdSupport || VaporSupport
    import Daybook
    import Synchronization
    import Testing

    @testable import DaybookDashboard

    /// Answers that go on or that wait, in the server of somebody else.
    @Suite(.timeLimit(.minutes(5))) struct MountedStreamTests {
        /// A store whose pages are told at once and hear nothing else.
        private func store(_ change: (inout DashboardOptions) -> Void = { _ in }) throws -> TestStore {
            try TestStore { options in
                options.basePath = "/jobs"
                options.refresh = .zero
                options.liveTime = .seconds(86_400)
                options.liveQuiet = .seconds(86_400)
                change(&options)
            }
        }

        private let live = "GET /jobs/api/v1/events/live HTTP/1.1\r\nHost: localhost\r\n\r\n"

        @Test(arguments: Framework.allCases)
        func `a live page is told of a job as it comes`(framework: Framework) async throws {
            let store = try store()
            try await framework.serve(store.dashboard) { port in
                let connection = try HeldConnection(port, live)
                let begun = try await connection.read(until: "retry: 3000\n\n")
                #expect(begun.contains("text/event-stream"))
                for _ in 0..<3 {
                    let job = try await store.engine.enqueue("told", arguments: [])
                    let told = try await connection.read(until: "\"job\":\(job.id)")
                    #expect(told.contains("\"job\":\(job.id)"))
                }
            }
            try await store.close()
        }

        @Test(arguments: Framework.allCases)
        func `who goes away leaves his seat`(framework: Framework) async throws {
            let name = "listener in \(framework)"
            let seen = Mutex<[ClientPresence]>([])
            let store = try store { options in
                options.access = .asking { request in
                    seen.withLock { $0.append(request.client) }
                    return Principal(name: name, roles: [.admin])
                }
                if !framework.noticesLeaving { options.liveQuiet = .milliseconds(20) }
            }
            try await framework.serve(store.dashboard) { port in
                for _ in 0..<2 {
                    // As many as one person may have.
                    try await onThread { [live] in
                        let connections = try (0..<64).map { _ in try RawConnection(port) }
                        for connection in connections { connection.send(live) }
                        for connection in connections {
                            #expect(connection.read(until: "retry: 3000\n\n").contains("retry: 3000"))
                        }
                        let tooMany = try RawConnection(port)
                        tooMany.send(live)
                        #expect(tooMany.read(until: "\r\n\r\n").contains(" 429 "))
                    }
                    while StreamSeat(name, max: 1) == nil { await Task.yield() }
                }
                // All but the two that were refused, whom nobody sends anything.
                while seen.withLock({ $0.count(where: \.hasLeft) }) < 128 { await Task.yield() }
            }
            try await store.close()
        }

        @Test(arguments: Framework.allCases)
        func `an answer that breaks off has no last chunk`(framework: Framework) async throws {
            let seen = Mutex<[ClientPresence]>([])
            let store = try store { options in
                options.access = .asking { request in
                    seen.withLock { $0.append(request.client) }
                    return Principal(name: "cut short in \(framework)", roles: [.admin])
                }
            }
            try await framework.serve(store.dashboard) { port in
                let connection = try HeldConnection(port, live)
                #expect(try await connection.read(until: "retry: 3000\n\n\r\n").contains("retry: 3000"))
                try #require(seen.withLock { $0.first }).leave()
                #expect(try await connection.read(until: "0\r\n\r\n") == "")
            }
            try await store.close()
        }

        @Test(arguments: Framework.allCases.filter(\.noticesLeaving))
        func `who asks for work and goes away gets none`(framework: Framework) async throws {
            let seen = Mutex<[ClientPresence]>([])
            let store = try store { options in
                options.access = .asking { request in
                    seen.withLock { $0.append(request.client) }
                    return Principal(name: "far", roles: [.worker])
                }
            }
            try await framework.serve(store.dashboard) { port in
                let body = "{\"wait\":\"60s\"}"
                let ask =
                    "POST /jobs/api/v1/claims HTTP/1.1\r\nHost: localhost\r\nAuthorization: x\r\n"
                    + "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
                let connection = try HeldConnection(port, ask)
                while seen.withLock({ $0.isEmpty }) { await Task.yield() }
                connection.close()
                let client = try #require(seen.withLock { $0.first })
                while !client.hasLeft { await Task.yield() }
                let job = try await store.engine.enqueue("nothing", arguments: [])
                let text = try await HeldConnection(port, ask).read(until: "\"token\"")
                #expect(text.contains("\"job\":\(job.id)"))
            }
            try await store.close()
        }

        @Test(arguments: Framework.allCases)
        func `a connection is used again after an answer that did not wait`(framework: Framework) async throws {
            let store = try store()
            try await framework.serve(store.dashboard) { port in
                let body = "{\"name\":\"nothing\"}"
                let enqueue =
                    "POST /jobs/api/v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
                let connection = try HeldConnection(port, enqueue)
                for _ in 0..<2 {
                    #expect(try await connection.read(until: "}").contains(" 201 Created"))
                    connection.send(enqueue)
                }
                #expect(try await connection.read(until: "}").contains(" 201 Created"))
            }
            try await store.close()
        }

        @Test(arguments: Framework.allCases, ["csv", "json"])
        func `a long list comes whole, and is the one that our own server sends`(
            framework: Framework, format: String
        ) async throws {
            let store = try store()
            try await store.engine.enqueue((0..<1_700).map { _ in JobRequest("nothing", arguments: []) })
            let own = try HTTPServer(listening: ListenAddress("127.0.0.1:0")!) { await store.dashboard.respond(to: $0) }
            defer { own.stop() }
            let ask =
                "GET /jobs/api/v1/export/jobs?format=\(format) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            try await framework.serve(store.dashboard) { port in
                let expected = try await SentAnswer.to(ask, own.address.port)
                let answer = try await SentAnswer.to(ask, port)
                #expect(answer["transfer-encoding"] == "chunked")
                #expect(answer.body == expected.body && answer.ownFields == expected.ownFields)
                #expect(answer.body.utf8.count { $0 == 0x0A } > 1_700)
            }
            try await store.close()
        }
    }
#endif
