import Daybook
import DaybookModel
import Foundation
import Synchronization
import Testing

@testable import DaybookDashboard

struct GateTests {
    @Test func `what somebody forwards is not from this machine`() async throws {
        let store = try TestStore()
        #expect(await store.ask("POST", "/logout", isLocal: false).status == 401)
        let fields = [
            "forwarded", "x-forwarded-for", "x-forwarded-ssl", "x-forwarded", "via", "x-real-ip", "forwarded-for",
            "x-original-forwarded-for", "x-cluster-client-ip", "client-ip", "fly-client-ip", "cf-ray",
            "x-envoy-external-address",
        ]
        for field in fields {
            #expect(await store.ask("OPTIONS", "/logout", [(field, "127.0.0.1")]).status == 401, "\(field)")
        }
        #expect(await store.ask("OPTIONS", "/logout").status == 405)
        try await store.close()
    }

    @Test(arguments: [
        "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "[::1", "", "localhost:x", "127.1",
    ])
    func `a name that is not ours is not answered to`(_ host: String) async throws {
        let store = try TestStore()
        #expect(await store.ask("GET", "/health", host: host).status == 421)
        try await store.close()
    }

    @Test(arguments: [
        "localhost", "LOCALHOST:8484", "127.0.0.1:1", "[::1]:8484", "jobs.example.com", "other.example:80",
    ])
    func `names that are ours are answered to`(_ host: String) async throws {
        let store = try TestStore {
            $0.origins = ["https://jobs.example.com"]
            $0.hosts = ["other.example"]
        }
        #expect(await store.ask("GET", "/health", host: host).status == 200)
        try await store.close()
    }

    @Test func `it answers below its base and nowhere else`() async throws {
        let store = try TestStore { $0.basePath = "/admin/jobs" }
        #expect(await store.ask("GET", "/admin/jobs/health").status == 200)
        #expect(await store.ask("GET", "/health").status == 404)
        #expect(await store.ask("GET", "/admin/jobshealth").status == 404)
        #expect(await store.ask("GET", "/admin/jobs/").status == (await store.ask("GET", "/admin/jobs").status))
        try await store.close()
    }

    private func form(_ pairs: [(String, String)]) -> String {
        pairs.map { "\($0.0)=\(PercentCoding.encoded($0.1))" }.joined(separator: "&")
    }

    private let formType = ("content-type", "application/x-www-form-urlencoded")

    @Test func `a person signs in, is known, and is not any more after signing out`() async throws {
        let (store, _) = try TestStore.withUsers()
        let page = await store.ask("GET", "/login")
        let anonymous = ("cookie", try #require(page.cookie))
        let token = try #require(page.formToken)
        let body = form([("csrf", token), ("name", "ann"), ("password", "correct horse"), ("next", "/queues")])
        let answer = await store.ask("POST", "/login", [anonymous, formType], body)
        #expect(answer.status == 303)
        #expect(answer["location"] == "/queues")
        let set = try #require(answer["set-cookie"])
        #expect(set.contains("; HttpOnly; SameSite=Strict") && set.contains("; Path=/"))
        let signedIn = ("cookie", try #require(answer.cookie))
        #expect(signedIn.1 != anonymous.1)
        #expect(await store.ask("OPTIONS", "/logout", [signedIn]).status == 405)
        #expect(await store.ask("OPTIONS", "/logout", [anonymous]).status == 401)
        // The token of before belongs to another session.
        #expect(await store.ask("POST", "/logout", [signedIn, formType], form([("csrf", token)])).status == 403)
        let own = store.dashboard.sessions.formToken(for: String(signedIn.1.drop { $0 != "=" }.dropFirst()))
        #expect(await store.ask("POST", "/logout", [signedIn, formType], form([("csrf", own)])).status == 303)
        #expect(await store.ask("OPTIONS", "/logout", [signedIn]).status == 401)
        try await store.close()
    }

    @Test func `the same browser has a session with each of two stores, on whatever ports, and at each of two paths`()
        async throws
    {
        let (one, two) = (try TestStore(), try TestStore())
        let pages = [await one.ask("GET", "/queues"), await two.ask("GET", "/queues")]
        let cookies = try pages.map { try #require($0.cookie) }
        for (store, page) in zip([one, two], pages) {
            let both = ("cookie", cookies.joined(separator: "; "))
            let body = form([("csrf", try #require(page.formToken)), ("reason", "")])
            #expect(await store.ask("POST", "/pause", [both, formType], body).status == 303)
        }
        let names = ["", "/jobs"].map { path in
            SessionCookie(basePath: path, store: "0123456789", isSecure: true).field("").value.prefix { $0 != "=" }
        }
        #expect(names == ["__Host-daybook-01234567", "daybook-jobs-01234567"])
        try await one.close()
        try await two.close()
    }

    @Test func `a dashboard below another one has a session of its own`() async throws {
        let (outer, _) = try TestStore.withUsers()
        let (inner, _) = try TestStore.withUsers { $0.basePath = "/shop/jobs" }
        func signIn(_ store: TestStore, _ base: String, with others: String = "") async throws -> String {
            let page = await store.ask("GET", "\(base)/login", others.isEmpty ? [] : [("cookie", others)])
            let cookies = [others, try #require(page.cookie)].filter { !$0.isEmpty }.joined(separator: "; ")
            let body = form([("csrf", try #require(page.formToken)), ("name", "ann"), ("password", "correct horse")])
            let answer = await store.ask("POST", "\(base)/login", [("cookie", cookies), formType], body)
            #expect(answer.status == 303)
            return try #require(answer.cookie)
        }
        let first = try await signIn(outer, "")
        // A browser sends the cookie of the path above along.
        let second = try await signIn(inner, "/shop/jobs", with: first)
        let both = ("cookie", "\(second); \(first)")
        #expect(await inner.ask("GET", "/shop/jobs/jobs", [both, ("accept", "text/html")]).status == 200)
        #expect(await outer.ask("GET", "/jobs", [("cookie", first), ("accept", "text/html")]).status == 200)
        try await outer.close()
        try await inner.close()
    }

    @Test func `nobody with a tenant is let work, since he would be given the jobs of all`() throws {
        let path = NSTemporaryDirectory() + "daybook-auth-\(UUID().uuidString).json"
        defer { unlink(path) }
        let random = try HostFacts.real().randomBytes
        let editor = AuthFileEditor(path, random: { try random($0) })
        for role in ["worker", "jobs.work"] {
            let error = #expect(throws: AuthFileError.self) {
                _ = try editor.addToken("w", roles: ["viewer", role], tenant: "blue", expires: nil)
            }
            #expect(error?.description.hasPrefix("w has a tenant, so \(role) is of no use there, since") == true)
            #expect(throws: AuthFileError.self) {
                try editor.setUser("ann", password: "correct horse", roles: [role], tenant: "blue")
            }
            let entry = "{\"name\":\"w\",\"sha256\":\"\(String(repeating: "a", count: 64))\",\"roles\":[\"\(role)\"]"
            let key = String(repeating: "k", count: 32)
            let rules = "\"algorithm\":\"HS256\",\"key\":\"\(key)\",\"map\":{\"staff\":[\"\(role)\"]}"
            for (file, isRefused) in [
                ("\"tokens\":[\(entry)}]", false), ("\"tokens\":[\(entry),\"tenant\":\"blue\"}]", true),
                ("\"jwt\":{\(rules)}", false), ("\"jwt\":{\(rules),\"tenantClaim\":\"t\"}", true),
            ] {
                let entries = Result { try AuthEntries(Array("{\(file)}".utf8)) }
                #expect(((try? entries.get()) == nil) == isRefused, "\(file)")
            }
        }
        _ = try editor.addToken("w", roles: ["worker"], tenant: nil, expires: nil)
        _ = try editor.addToken("b", roles: ["admin"], tenant: "blue", expires: nil)
        // An entry of that kind which is there already is named, and can be taken out.
        let digest = String(repeating: "a", count: 64)
        let entry = "{\"name\":\"old\",\"sha256\":\"\(digest)\",\"roles\":[\"worker\"],\"tenant\":\"t\"}"
        try PrivateFile.write(Array("{\"tokens\":[\(entry)]}".utf8), to: path)
        let refusal = #expect(throws: AuthFileError.self) { try AuthEntries(try PrivateFile.read(path)) }
        #expect(refusal?.description.contains("The token old has a tenant") == true)
        #expect(try editor.remove("old"))
        #expect(throws: Never.self) { try AuthEntries(try PrivateFile.read(path)) }
    }

    @Test func `a session ends with its password and its account, and no later account of that name has it`()
        async throws
    {
        let path = NSTemporaryDirectory() + "daybook-auth-\(UUID().uuidString).json"
        defer { unlink(path) }
        let random = try HostFacts.real().randomBytes
        let editor = AuthFileEditor(path, random: { try random($0) })
        try editor.setUser("ann", password: "correct horse", roles: ["viewer"], tenant: nil)
        let file = try AuthFile(path)
        let store = try TestStore { $0.access = .file(file) }
        func signIn(_ password: String) async throws -> (String, String) {
            let page = await store.ask("GET", "/login")
            let body = form([("csrf", try #require(page.formToken)), ("name", "ann"), ("password", password)])
            let answer = await store.ask("POST", "/login", [("cookie", try #require(page.cookie)), formType], body)
            return ("cookie", try #require(answer.cookie))
        }
        let first = try await signIn("correct horse")
        // Who is let in beside her changes nothing for her.
        try editor.setUser("bob", password: "other donkey", roles: ["viewer"], tenant: nil)
        try file.reload()
        #expect(await store.ask("OPTIONS", "/logout", [first]).status == 405)
        try editor.setUser("ann", password: "battery staple", roles: ["viewer"], tenant: nil)
        try file.reload()
        #expect(await store.ask("OPTIONS", "/logout", [first]).status == 401)
        let second = try await signIn("battery staple")
        #expect(await store.ask("OPTIONS", "/logout", [second]).status == 405)
        #expect(await store.ask("OPTIONS", "/logout", [first]).status == 401)
        // Nobody asks while the account is gone.
        #expect(try editor.remove("ann"))
        try file.reload()
        try editor.setUser("ann", password: "battery staple", roles: ["admin"], tenant: nil)
        try file.reload()
        #expect(await store.ask("OPTIONS", "/logout", [second]).status == 401)
        #expect(await store.ask("OPTIONS", "/logout", [try await signIn("battery staple")]).status == 405)
        try await store.close()
    }

    @Test func `a session ends by itself`() async throws {
        let (store, _) = try TestStore.withUsers()
        let sessions = store.dashboard.sessions
        let now = store.clock.withLock { $0 }
        guard case .file(let file) = store.dashboard.options.access.way else {
            Issue.record("there is no file")
            return
        }
        let users = file.current.users
        let number = try sessions.begin("ann", try #require(users.first).password, insteadOf: nil, now: now)
        func name(after microseconds: Int64) -> String? {
            sessions.user(of: number, among: users, now: now.advanced(microseconds: microseconds))?.name
        }
        #expect(name(after: 0) == "ann")
        #expect(name(after: 3_599_000_000) == "ann")
        #expect(name(after: 7_300_000_000) == nil)
        #expect(name(after: 0) == nil)
        try await store.close()
    }

    @Test func `whoever guesses passwords has to wait, and stands in the log`() async throws {
        let (store, _) = try TestStore.withUsers()
        let page = await store.ask("GET", "/login")
        let cookie = ("cookie", try #require(page.cookie))
        let token = try #require(page.formToken)
        var found: [Int] = []
        for _ in 0..<8 {
            let body = form([("csrf", token), ("name", "ann"), ("password", "wrong")])
            found.append(await store.ask("POST", "/login", [cookie, formType], body).status)
        }
        #expect(found == [401, 401, 401, 401, 429, 429, 429, 429])
        let body = form([("csrf", token), ("name", "ann"), ("password", "correct horse")])
        let late = await store.ask("POST", "/login", [cookie, formType], body)
        #expect(late.status == 429)
        #expect(late["retry-after"] != nil)
        store.clock.withLock { $0 = $0.advanced(microseconds: 3_000_000) }
        #expect(await store.ask("POST", "/login", [cookie, formType], body).status == 303)
        #expect(try store.events(.denied).count == 4)
        try await store.close()
    }

    @Test(arguments: [
        "//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "/a\r\nb", "evil",
    ])
    func `signing in leads nowhere else`(_ next: String) {
        #expect(SignInRoutes.ownPath(next) == nil)
    }

    @Test func `denials of people are events with their name, those of nobody are gathered`() async throws {
        let (store, tokens) = try TestStore.withUsers()
        for _ in 0..<3 { _ = await store.call(tokens["viewer"]!, "POST", "/api/v1/queues/mail/pause") }
        for _ in 0..<500 { _ = await store.ask("POST", "/api/v1/queues/mail/pause", isLocal: false) }
        var denied = try store.events(.denied)
        #expect(denied.count(where: { $0.actor.person == "viewer" }) == 3)
        #expect(denied.count(where: { $0.actor.person == nil }) == 10)
        await store.dashboard.denials.tellWhatIsLeft()
        denied = try store.events(.denied)
        guard case .denied(let last)? = denied.last?.body else {
            Issue.record("there is no denial")
            return
        }
        #expect(last.value.howMany == 490)
        try await store.close()
    }

    @Test func `a closure of the program says who it is`() async throws {
        let store = try TestStore {
            $0.access = .asking { request in
                await Task.yield()
                return request["x-user"].map { Principal(name: $0, roles: $0 == "admin" ? [.admin] : []) }
            }
        }
        #expect(await store.ask("GET", "/metrics").status == 401)
        #expect(await store.ask("GET", "/metrics", [("x-user", "bob")]).status == 403)
        #expect(await store.ask("GET", "/metrics", [("x-user", "admin")]).status == 200)
        try await store.close()
    }

    @Test func `a file that others may read lets nobody in`() throws {
        let path = NSTemporaryDirectory() + "daybook-auth-\(UUID().uuidString).json"
        defer { unlink(path) }
        try "{}".write(toFile: path, atomically: true, encoding: .utf8)
        chmod(path, 0o640)
        #expect(throws: AuthFileError.self) { try AuthFile(path) }
        chmod(path, 0o600)
        #expect(throws: Never.self) { try AuthFile(path) }
    }

    @Test func `what is no file is refused, and not waited for`() throws {
        let path = NSTemporaryDirectory() + "daybook-auth-\(UUID().uuidString)"
        defer { unlink(path) }
        #expect(mkfifo(path, 0o600) == 0)
        let error = #expect(throws: AuthFileError.self) { try AuthFile(path) }
        #expect(error?.description == "\(path) is not a file.")
    }

    @Test(arguments: [
        "", "[]", "{\"user\":[]}", "{\"users\":[{\"name\":\"a\",\"scrypt\":\"x\",\"roles\":[]}]}",
        "{\"tokens\":[{\"name\":\"a\",\"sha256\":\"ab\",\"roles\":[]}]}",
        "{\"tokens\":[{\"name\":\"a\",\"sha256\":\"\(String(repeating: "a", count: 64))\",\"roles\":[\"amdin\"]}]}",
        "{\"jwt\":{\"algorithm\":\"none\",\"key\":\"\"}}",
    ])
    func `a file with a slip in it is refused whole`(_ text: String) {
        #expect(throws: AuthFileError.self) { try AuthEntries(Array(text.utf8)) }
    }

    @Test func `a reader changes nothing where nobody may`() async throws {
        let store = try TestStore { $0.isReadOnly = true }
        #expect(await store.ask("GET", "/metrics").status == 200)
        #expect(await store.ask("POST", "/api/v1/queues/mail/pause").status == 403)
        try await store.close()
    }
}
