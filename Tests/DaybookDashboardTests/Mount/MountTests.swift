#if HummingbirdSupport || VaporSupport
    import Daybook
    import Synchronization
    import Testing

    @testable import DaybookDashboard

    /// A dashboard in the server of somebody else, beside the same dashboard in our own.
    struct MountTests {
        private static func store(_ change: (inout DashboardOptions) -> Void = { _ in }) throws -> TestStore {
            try TestStore { options in
                options.basePath = "/jobs"
                change(&options)
            }
        }

        private static let get = [
            "/jobs", "/jobs/", "/jobs/queues", "/jobs/jobs?state=enqueued&queue=a%20b", "/jobs/assets/style.css",
            "/jobs/api/v1/jobs", "/jobs/api/v1/openapi.json", "/jobs/api/v1/export/jobs?format=json", "/jobs/login",
            "/jobs/absent", "/jobs/api/v1/absent", "/jobs/jobs/999", "/jobs/api/v1/jobs/%zz", "/jobs//queues",
            "/jobs/..%2Fqueues",
        ].flatMap { ["GET \($0) HTTP/1.1\r\nHost: localhost\r\n", "HEAD \($0) HTTP/1.1\r\nHost: localhost\r\n"] }

        private static let others =
            ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"].map { method in
                "\(method) /jobs/queues HTTP/1.1\r\nHost: localhost\r\n"
            } + [
                "POST /jobs/api/v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n",
                "POST /jobs/queues/a/pause HTTP/1.1\r\nHost: localhost\r\nOrigin: http://elsewhere\r\n",
            ]

        private static let odd = [
            "Host: elsewhere\r\n", "Host: localhost\r\nX-Forwarded-For: 192.0.2.1\r\n",
            "Host: localhost\r\nHost: elsewhere\r\n", "Host: localhost\r\nAuthorization: a\r\nAuthorization: b\r\n",
            "Host: localhost\r\nOrigin: http://localhost\r\nOrigin: http://elsewhere\r\n",
            "Host: localhost\r\nAccept: text/html\r\nX-Forwarded-For: 192.0.2.1\r\n",
        ].map { "GET /jobs/queues HTTP/1.1\r\n\($0)" }

        @Test(arguments: Framework.allCases)
        func `every answer is the one that our own server gives`(framework: Framework) async throws {
            let store = try MountTests.store()
            for number in 0..<3 {
                try await store.engine.enqueue("nothing", arguments: Array("{\"n\":\(number)}".utf8))
            }
            let own = try HTTPServer(listening: ListenAddress("127.0.0.1:0")!) { await store.dashboard.respond(to: $0) }
            defer { own.stop() }
            try await framework.serve(store.dashboard) { port in
                for request in MountTests.get + MountTests.others + MountTests.odd {
                    let body = request.contains("Content-Length: 2") ? "{}" : ""
                    let text = "\(request)Connection: close\r\n\r\n\(body)"
                    let expected = try await SentAnswer.to(text, own.address.port)
                    let answer = try await SentAnswer.to(text, port)
                    #expect(answer.status == expected.status, "\(request)")
                    #expect(answer.ownFields == expected.ownFields, "\(request)")
                    #expect(answer.body.isEmpty == expected.body.isEmpty, "\(request)")
                    #expect(answer.fields.count { $0.hasPrefix("connection:") } <= 1, "\(request)")
                    // Pages hold tokens drawn by lot.
                    if expected["content-type"]?.hasPrefix("text/html") != true {
                        #expect(answer.body == expected.body, "\(request)")
                        #expect(answer["content-length"] == expected["content-length"], "\(request)")
                    }
                }
                let hello = try await SentAnswer.to(
                    "GET /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", port)
                #expect(hello.status == 200 && hello.body == "hello")
            }
            try await store.close()
        }

        @Test(arguments: Framework.allCases)
        func `a request arrives as it does in our own server`(framework: Framework) async throws {
            let seen = Mutex<[DashboardRequest]>([])
            let store = try MountTests.store { options in
                options.access = .asking { request in
                    seen.withLock { $0.append(request) }
                    return nil
                }
            }
            let own = try HTTPServer(listening: ListenAddress("127.0.0.1:0")!) { await store.dashboard.respond(to: $0) }
            defer { own.stop() }
            let text =
                "POST /jobs/a%2Fb/%C3%A4?c=%20d&c=e+f&&=?g HTTP/1.1\r\nhost: LocalHost:80\r\nX-One: 1\r\n"
                + "x-two: 2\r\nX-One: 3\r\nCookie: daybook=1; other=2;third=3\r\nAccept: a, b\r\n"
                + "Connection: close\r\nContent-Length: 5\r\n\r\nhello"
            try await framework.serve(store.dashboard) { port in
                for port in [own.address.port, port] {
                    _ = try await SentAnswer.to(text, port)
                }
            }
            let requests = seen.withLock { $0 }
            try #require(requests.count == 2)
            #expect(requests[1].method == "POST" && requests[1].method == requests[0].method)
            #expect(requests[1].target == requests[0].target)
            #expect(requests[1].body == requests[0].body)
            #expect(requests[1].source == "127.0.0.1" && requests[1].isFromLoopback && !requests[1].isEncrypted)
            func sorted(_ request: DashboardRequest) -> [String] {
                // Of several fields of one name the order counts.
                Dictionary(grouping: request.fields, by: \.name).map { "\($0): \($1.map(\.value))" }.sorted()
            }
            #expect(sorted(requests[1]) == sorted(requests[0]))
            try await store.close()
        }

        @Test(arguments: Framework.allCases)
        func `cookies in several fields arrive in one, as HTTP 2 has them`(framework: Framework) async throws {
            let seen = Mutex<[[HTTPField]]>([])
            let store = try MountTests.store { options in
                options.access = .asking { request in
                    seen.withLock { $0.append(request.fields.filter { $0.name == "cookie" }) }
                    return nil
                }
            }
            try await framework.serve(store.dashboard) { port in
                _ = try await SentAnswer.to(
                    "GET /jobs HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: a=1\r\nAccept: a\r\n"
                        + "Cookie: daybook=2; b=3\r\n\r\n", port)
            }
            #expect(seen.withLock { $0 } == [[HTTPField("cookie", "a=1; daybook=2; b=3")]])
            try await store.close()
        }

        @Test(arguments: Framework.allCases, ["", "/jobs", "/admin/jobs"])
        func `it answers at its path and below, and the program at all others`(
            framework: Framework, path: String
        ) async throws {
            let store = try MountTests.store { $0.basePath = path }
            try await framework.serve(store.dashboard) { port in
                func answer(_ target: String) async throws -> SentAnswer {
                    try await SentAnswer.to(
                        "GET \(target) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", port)
                }
                for part in ["/", "/queues", "/api/v1/queues"] {
                    #expect(try await answer(path + part).status == 200)
                }
                let page = try await answer(path.isEmpty ? "/" : path)
                #expect(page.status == 200 && page.body.contains("href=\"\(path)/queues"))
                #expect(try await answer("/hello").body == "hello")
                for target in ["/other\(path)", "\(path.isEmpty ? "/" : path)other"] {
                    let other = try await answer(target)
                    #expect(other.status == 404 && (other["content-security-policy"] != nil) == path.isEmpty)
                }
            }
            try await store.close()
        }

        @Test(arguments: Framework.allCases)
        func `a request that breaks off changes nothing`(framework: Framework) async throws {
            let store = try MountTests.store()
            try await framework.serve(store.dashboard) { port in
                let head = "POST /jobs/api/v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                let job = "{\"name\":\"nothing\"}"
                let size = job.utf8.count
                for _ in 0..<20 {
                    let counted = try HeldConnection(port, "\(head)Content-Length: \(size + 1)\r\n\r\n\(job)")
                    let chunked = try HeldConnection(
                        port, "\(head)Transfer-Encoding: chunked\r\n\r\n\(String(size, radix: 16))\r\n\(job)\r\n")
                    counted.close()
                    chunked.close()
                }
                let whole = try await SentAnswer.to(
                    "\(head)Connection: close\r\nContent-Length: \(size)\r\n\r\n\(job)", port)
                #expect(whole.status == 201)
            }
            #expect(try store.events(.created).count == 1)
            try await store.close()
        }

        @Test(arguments: Framework.allCases)
        func `a body that is too large is refused before it has come`(framework: Framework) async throws {
            let store = try MountTests.store()
            try await framework.serve(store.dashboard) { port in
                let head = "POST /jobs/api/v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                let counted = try await HeldConnection(port, "\(head)Content-Length: 1048577\r\n\r\n{")
                    .read(until: "too large")
                #expect(SentAnswer(counted).status == 413)
                let chunked = try await onThread {
                    let connection = try RawConnection(port)
                    connection.send("\(head)Transfer-Encoding: chunked\r\n\r\n")
                    for _ in 0..<17 { connection.send("10000\r\n\(String(repeating: "x", count: 65_536))\r\n") }
                    return connection.read(until: "too large")
                }
                #expect(SentAnswer(chunked).status == 413)
                // Valid JSON without a job's name.
                let json = String(repeating: " ", count: 1_048_574) + "{}"
                let fits = try await SentAnswer.to(
                    "\(head)Connection: close\r\nContent-Length: \(json.utf8.count)\r\n\r\n\(json)", port)
                #expect(fits.status == 400)
            }
            try await store.close()
        }

        @Test(arguments: Framework.allCases)
        func `somebody signs in and pauses a queue with a form`(framework: Framework) async throws {
            let (store, _) = try TestStore.withUsers { $0.basePath = "/jobs" }
            try await store.engine.enqueue("nothing", arguments: [], [.queue("mail")])
            try await framework.serve(store.dashboard) { port in
                func ask(_ line: String, _ cookie: String, _ pairs: [(String, String)]? = nil) async throws
                    -> SentAnswer
                {
                    let form = pairs?.map { "\($0.0)=\(PercentCoding.encoded($0.1))" }.joined(separator: "&") ?? ""
                    let type = pairs == nil ? "" : "Content-Type: application/x-www-form-urlencoded\r\n"
                    return try await SentAnswer.to(
                        "\(line) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: \(cookie)\r\n\(type)"
                            + "Content-Length: \(form.utf8.count)\r\n\r\n\(form)", port)
                }
                let page = try await ask("GET /jobs/login", "x=y")
                let first = try #require(MountTests.cookie(page))
                let answer = try await ask(
                    "POST /jobs/login", "x=y; \(first)",
                    [
                        ("csrf", try #require(MountTests.formToken(page))), ("name", "ann"),
                        ("password", "correct horse"), ("next", "/jobs/queues"),
                    ])
                #expect(answer.status == 303 && answer["location"] == "/jobs/queues")
                let cookie = try #require(MountTests.cookie(answer))
                let token = try #require(MountTests.formToken(try await ask("GET /jobs/queues", cookie)))
                let pause = "POST /jobs/queues/mail/pause"
                #expect(try await ask(pause, cookie, [("csrf", "wrong")]).status == 403)
                #expect(try store.events(.queuePaused).isEmpty)
                #expect(try await ask(pause, "x=y; \(cookie)", [("csrf", token)]).status == 303)
                #expect(try store.events(.queuePaused).count == 1)
            }
            try await store.close()
        }

        private static func cookie(_ answer: SentAnswer) -> String? {
            answer["set-cookie"].map { String($0.prefix { $0 != ";" }) }
        }

        private static func formToken(_ page: SentAnswer) -> String? {
            page.body.firstMatch(of: /name="csrf" value="([^"]+)"/).map { String($0.1) }
        }
    }
#endif
