import Daybook
import DaybookModel
import Foundation
import Testing

@testable import DaybookDashboard

struct APITests {
    private func number(_ response: DashboardResponse, _ name: String) -> Int { response.json[name] as? Int ?? -1 }

    @Test func `a job is durable when it is answered, and a key asks once`() async throws {
        let (store, tokens) = try TestStore.withUsers()
        let worker = try #require(tokens["worker"])
        let body = "{\"name\":\"mail\",\"args\":{\"to\":\"ada\"},\"queue\":\"night\",\"priority\":5,\"tags\":[\"red\"]}"
        let first = await store.call(worker, "POST", "/api/v1/jobs", body)
        #expect(first.status == 201)
        let shown = await store.call(worker, "GET", "/api/v1/jobs/\(number(first, "job"))")
        #expect(shown.status == 200)
        #expect(shown.json["state"] as? String == "enqueued")
        #expect(shown.json["queue"] as? String == "night")
        #expect((shown.json["args"] as? [String: String])?["to"] == "ada")
        let event = (shown.json["events"] as? [[String: Any]])?.first
        #expect(event?["actor"] as? String == "person:worker")

        func keyed(_ token: String, _ key: String) async -> DashboardResponse {
            await store.ask(
                "POST", "/api/v1/jobs",
                [
                    ("authorization", "Bearer \(token)"), ("content-type", "application/json"),
                    ("idempotency-key", key),
                ], body)
        }
        let second = await keyed(worker, "a key of any kind: é")
        let again = await keyed(worker, "a key of any kind: é")
        #expect(second.status == 201 && again.status == 200)
        #expect(number(second, "job") == number(again, "job"))
        // Another one's key is another key.
        #expect(await keyed(tokens["admin"]!, "a key of any kind: é").status == 201)
        try await store.close()
    }

    @Test func `jobs come in pages, by key`() async throws {
        let store = try TestStore()
        for index in 0..<25 {
            let body = "{\"name\":\"\(index.isMultiple(of: 5) ? "rare" : "usual")\"}"
            #expect(await store.ask("POST", "/api/v1/jobs", [("content-type", "application/json")], body).status == 201)
        }
        var seen: [Int] = []
        var cursor = ""
        while true {
            let page = await store.ask("GET", "/api/v1/jobs?limit=10\(cursor)").json
            let jobs = try #require(page["jobs"] as? [[String: Any]])
            #expect(jobs.count <= 10)
            seen += jobs.compactMap { $0["job"] as? Int }
            guard let next = page["next"] as? Int else { break }
            cursor = "&cursor=\(next)"
        }
        #expect(seen.count == 25)
        #expect(seen == seen.sorted(by: >))
        let rare = await store.ask("GET", "/api/v1/jobs?name=rare&state=enqueued").json["jobs"] as? [[String: Any]]
        #expect(rare?.count == 5)
        try await store.close()
    }

    @Test func `a worker elsewhere claims, speaks and succeeds, with its token and nobody else's`() async throws {
        let (store, tokens) = try TestStore.withUsers()
        let worker = try #require(tokens["worker"])
        let waiting = Task {
            await store.call(worker, "POST", "/api/v1/claims", "{\"queues\":[\"far\"],\"wait\":\"30s\"}")
        }
        let made = await store.call(
            worker, "POST", "/api/v1/jobs", "{\"name\":\"echo\",\"queue\":\"far\",\"args\":[1]}")
        let claim = try #require((await waiting.value.json["claims"] as? [[String: Any]])?.first)
        #expect(claim["job"] as? Int == number(made, "job"))
        #expect(claim["args"] as? [Int] == [1])
        let path = "/api/v1/claims/\(try #require(claim["token"] as? Int))"
        #expect(
            await store.call(worker, "POST", path + "/progress", "{\"fraction\":0.5,\"text\":\"half\"}").status == 200)
        let line = "{\"lines\":[{\"text\":\"hello\"},{\"text\":\"oh\",\"level\":\"warning\"}]}"
        #expect(await store.call(worker, "POST", path + "/log", line).status == 200)
        #expect(await store.call(tokens["admin"]!, "POST", path + "/succeed", "{\"result\":2}").status == 409)
        #expect(await store.call(worker, "POST", path + "/succeed", "{\"result\":{\"sum\":2}}").status == 200)
        #expect(await store.call(worker, "POST", path + "/succeed", "{\"result\":3}").status == 409)
        let job = await store.call(worker, "GET", "/api/v1/jobs/\(number(made, "job"))").json
        #expect(job["state"] as? String == "succeeded")
        #expect((job["result"] as? [String: Int])?["sum"] == 2)
        #expect(job["progressMillionths"] as? Int == 500_000)
        let lines = await store.call(worker, "GET", "/api/v1/jobs/\(number(made, "job"))/log").json["lines"]
        #expect((lines as? [[String: Any]])?.map { $0["text"] as? String } == ["hello" as String?, "oh"])
        #expect(try store.events(.stale).count == 1)
        #expect(try store.events(.succeeded).first?.actor.person == "worker")
        try await store.close()
    }

    @Test func `a worker that fails, snoozes or gives back has the job's rules applied`() async throws {
        let store = try TestStore()
        let type = [("content-type", "application/json")]
        func claim() async throws -> String {
            let claims = await store.ask("POST", "/api/v1/claims", type, "{\"wait\":\"0s\"}").json["claims"]
            return "/api/v1/claims/\(try #require((claims as? [[String: Any]])?.first?["token"] as? Int))"
        }
        let job = number(await store.ask("POST", "/api/v1/jobs", type, "{\"name\":\"a\",\"attempts\":2}"), "job")
        #expect(await store.ask("POST", try await claim() + "/return", type, "{}").status == 200)
        #expect(await store.ask("POST", try await claim() + "/snooze", type, "{\"delay\":\"0s\"}").status == 200)
        #expect(
            await store.ask("POST", try await claim() + "/fail", type, "{\"error\":\"no\",\"final\":true}").status
                == 200)
        let found = await store.ask("GET", "/api/v1/jobs/\(job)").json
        #expect(found["state"] as? String == "failed")
        #expect(found["error"] as? String == "no")
        #expect(found["attempt"] as? Int == 1)
        #expect(try store.events(.interrupted).count == 1)
        #expect(try store.events(.snoozed).count == 1)
        try await store.close()
    }

    @Test func `what is too large is refused with the limit, and the claim goes on being held`() async throws {
        let store = try TestStore()
        let type = [("content-type", "application/json")]
        let job = number(await store.ask("POST", "/api/v1/jobs", type, "{\"name\":\"a\"}"), "job")
        let claims = await store.ask("POST", "/api/v1/claims", type, "{}").json["claims"]
        let path = "/api/v1/claims/\(try #require((claims as? [[String: Any]])?.first?["token"] as? Int))"
        let large = "\"\(String(repeating: "x", count: 256 << 10))\""
        for (verb, body, limit) in [
            ("succeed", "{\"result\":\(large),\"statistics\":{\"left\":1}}", "262144 bytes"),
            ("succeed", "{\"statistics\":\(large)}", "65536 bytes"),
        ] {
            let answer = await store.ask("POST", "\(path)/\(verb)", type, body)
            #expect(answer.status == 413, "\(verb): \(answer.text)")
            #expect((answer.json["error"] as? String)?.contains(limit) == true, "\(verb): \(answer.text)")
            #expect(await store.ask("POST", path + "/extend", type).status == 200, "\(verb)")
        }
        // What is said on the way is cut.
        #expect(await store.ask("POST", path + "/log", type, "{\"lines\":[{\"text\":\(large)}]}").status == 200)
        let progress = "{\"fraction\":0.5,\"text\":\(large)}"
        #expect(await store.ask("POST", path + "/progress", type, progress).status == 200)
        #expect(await store.ask("POST", path + "/succeed", type, "{\"result\":1}").status == 200)
        let found = await store.ask("GET", "/api/v1/jobs/\(job)").json
        #expect(found["state"] as? String == "succeeded")
        #expect((found["progressText"] as? String)?.hasSuffix("x …") == true)
        let again = await store.ask("POST", "/api/v1/jobs/\(job)/requeue", type, "{\"reason\":\"lost\"}")
        #expect(again.status == 200 && number(again, "job") != job && number(again, "job") == number(again, "event"))
        #expect(number(await store.ask("GET", "/api/v1/jobs/\(number(again, "job"))"), "rerunOf") == job)
        // What came along with a result that was refused is not there either.
        #expect(found["statistics"] == nil)
        let lines = await store.ask("GET", "/api/v1/jobs/\(job)/log").json["lines"] as? [[String: Any]]
        #expect((lines?.first?["text"] as? String)?.hasSuffix("x … (cut)") == true)
        try await store.close()
    }

    @Test func `a worker that falls silent loses its claim, and its result comes too late`() async throws {
        let store = try TestStore()
        let type = [("content-type", "application/json")]
        let job = number(await store.ask("POST", "/api/v1/jobs", type, "{\"name\":\"a\"}"), "job")
        let claims = await store.ask("POST", "/api/v1/claims", type, "{\"lease\":\"100ms\"}").json["claims"]
        let token = try #require((claims as? [[String: Any]])?.first?["token"] as? Int)
        // The lease runs in real time; whoever waits for its end waits for the event.
        while try store.events(.interrupted).isEmpty { await Task.yield() }
        #expect(
            await store.ask("POST", "/api/v1/claims/\(token)/succeed", type, "{\"result\":{\"sent\":1}}").status == 409)
        #expect(await store.ask("POST", "/api/v1/claims/\(token)/fail", type, "{\"error\":\"e\"}").status == 409)
        #expect(await store.ask("POST", "/api/v1/claims/\(token)/snooze", type, "{}").status == 409)
        #expect(await store.ask("POST", "/api/v1/claims/\(token)/return", type, "{}").status == 409)
        guard case .stale(let kept)? = try store.events(.stale).first?.body else { throw CancellationError() }
        #expect(String(decoding: kept.value.result, as: UTF8.self) == "{\"sent\":1}")
        let late = try store.events(.stale).map { if case .stale(let late) = $0.body { late.value.what } else { "" } }
        #expect(late == ["succeeded", "failed", "snoozed", "returned"])
        #expect(await store.ask("GET", "/api/v1/jobs/\(job)").json["state"] as? String == "enqueued")
        try await store.close()
    }

    @Test func `a cancelled job is lost to its worker, who is told`() async throws {
        let store = try TestStore()
        let type = [("content-type", "application/json")]
        let job = number(await store.ask("POST", "/api/v1/jobs", type, "{\"name\":\"a\"}"), "job")
        let claims = await store.ask("POST", "/api/v1/claims", type, "{}").json["claims"]
        let path = "/api/v1/claims/\(try #require((claims as? [[String: Any]])?.first?["token"] as? Int))"
        #expect(await store.ask("POST", path + "/extend", type, "{}").status == 200)
        #expect(await store.ask("POST", "/api/v1/jobs/\(job)/cancel", type, "{\"reason\":\"why not\"}").status == 200)
        #expect(await store.ask("POST", path + "/extend", type, "{}").status == 409)
        #expect(await store.ask("POST", path + "/succeed", type, "{}").status == 409)
        try await store.close()
    }

    @Test func `a claim whose caller has gone goes back`() async throws {
        let store = try TestStore()
        let client = ClientPresence()
        let request = DashboardRequest(
            method: "POST", target: "/api/v1/claims",
            fields: [HTTPField("host", "localhost"), HTTPField("content-type", "application/json")],
            body: Array("{\"wait\":\"60s\"}".utf8), isFromLoopback: true, client: client)
        let waiting = Task { await store.dashboard.respond(to: request) }
        client.leave()
        #expect((await waiting.value.json["claims"] as? [Any])?.isEmpty == true)
        let type = [("content-type", "application/json")]
        _ = await store.ask("POST", "/api/v1/jobs", type, "{\"name\":\"a\"}")
        let claims = await store.ask("POST", "/api/v1/claims", type, "{}").json["claims"] as? [Any]
        #expect(claims?.count == 1)
        try await store.close()
    }

    @Test func `arguments are for those who may read them, and tenants see their own`() async throws {
        let (store, tokens) = try TestStore.withUsers()
        let canary = "canary-4711"
        let body = """
            {"name":"mail","args":{"to":"\(canary)"},"tenant":"red","key":"k1"}
            """
        let job = number(await store.call(tokens["admin"]!, "POST", "/api/v1/jobs", body), "job")
        let claims = await store.call(tokens["worker"]!, "POST", "/api/v1/claims", "{}").json["claims"]
        let token = try #require((claims as? [[String: Any]])?.first?["token"] as? Int)
        let error = "{\"error\":\"\(canary)\",\"errorType\":\"E\",\"final\":true}"
        #expect(await store.call(tokens["worker"]!, "POST", "/api/v1/claims/\(token)/fail", error).status == 200)
        for route in RouteTable.daybook.routes where route.method == "GET" && !route.path.description.hasSuffix("/live")
        {
            let path = route.path.description.replacing("{job}", with: "\(job)")
            #expect(!(await store.call(tokens["viewer"]!, "GET", path).text.contains(canary)), "\(path)")
        }
        #expect(await store.call(tokens["admin"]!, "GET", "/api/v1/jobs/\(job)").text.contains(canary))
        #expect(await store.call(tokens["viewer"]!, "GET", "/api/v1/jobs?search=canary").status == 403)
        let tenant = try #require(tokens["tenant"])
        #expect(await store.call(tenant, "GET", "/api/v1/jobs/\(job)").status == 404)
        #expect(await store.call(tenant, "POST", "/api/v1/jobs/\(job)/requeue", "{}").status == 404)
        #expect((await store.call(tenant, "GET", "/api/v1/jobs").json["jobs"] as? [Any])?.isEmpty == true)
        // Whoever says another tenant is not answered as if he had said his own.
        let foreign = await store.call(tenant, "POST", "/api/v1/jobs", "{\"name\":\"a\",\"tenant\":\"red\"}")
        #expect(foreign.status == 403)
        for path in ["/api/v1/jobs?tenant=red", "/api/v1/export/jobs?tenant=red"] {
            #expect(await store.call(tenant, "GET", path).status == 403, "\(path)")
            #expect(await store.call(tenant, "GET", path.replacing("red", with: "blue")).status == 200, "\(path)")
        }
        let own = number(await store.call(tenant, "POST", "/api/v1/jobs", "{\"name\":\"a\"}"), "job")
        #expect(await store.call(tenant, "GET", "/api/v1/jobs/\(own)").json["tenant"] as? String == "blue")
        for path in ["/api/v1/queues", "/api/v1/events", "/metrics", "/api/v1/batches", "/api/v1/processes"] {
            #expect(await store.call(tenant, "GET", path).status == 403, "\(path)")
        }
        try await store.close()
    }

    @Test func `a tenant reaches nobody else's jobs by keys, parents, batches or limits`() async throws {
        let (store, tokens) = try TestStore.withUsers()
        let (admin, tenant) = (try #require(tokens["admin"]), try #require(tokens["tenant"]))
        func asked(_ token: String, _ more: String) async -> DashboardResponse {
            await store.call(token, "POST", "/api/v1/jobs", "{\"name\":\"a\",\"delay\":\"1h\"\(more)}")
        }
        let other = number(await asked(admin, ",\"tenant\":\"red\",\"key\":\"k\",\"requestID\":\"r\""), "job")
        for policy in ["existing", "replace", "reschedule", "refuse"] {
            let more = ",\"key\":\"k\",\"onConflict\":\"\(policy)\",\"args\":\"\(policy)\""
            let answer = await asked(tenant, more)
            #expect(answer.status == (policy == "existing" ? 201 : policy == "refuse" ? 409 : 200), "\(policy)")
            #expect(number(answer, "job") != other)
        }
        #expect(await asked(tenant, ",\"requestID\":\"r\"").status == 201)
        #expect(await asked(tenant, ",\"requestID\":\"r\"").status == 200)
        #expect(await store.call(admin, "GET", "/api/v1/jobs/\(other)").json["args"] is NSNull)
        // Whether there is such a job is not said.
        let unknown = await asked(tenant, ",\"after\":[\"999999\"]")
        let foreign = await asked(tenant, ",\"after\":[\"\(other)\"]")
        #expect(foreign.status == unknown.status && foreign.status == 409)
        #expect(foreign.text.replacing("\(other)", with: "999999") == unknown.text)
        let batch = number(await store.call(admin, "POST", "/api/v1/batches", "{\"name\":\"b\"}"), "batch")
        #expect(await asked(tenant, ",\"batch\":\(batch)").status == 403)
        #expect(await asked(tenant, ",\"limitKeys\":[\"tenant:red\"]").status == 403)
        // This one is the key of a tenant who is called `blue:x`.
        #expect(await asked(tenant, ",\"limitKeys\":[\"tenant:blue:x\"]").status == 403)
        #expect(await asked(tenant, ",\"limitKeys\":[\"tenant:blue\",\"tenant-blue:x\"]").status == 201)
        try await store.close()
    }

    @Test func `what is to happen on a conflict needs a key, or a request id`() async throws {
        let store = try TestStore()
        let type = [("content-type", "application/json")]
        for (more, status) in [("", 400), (",\"key\":\"k\"", 201), (",\"requestID\":\"r\"", 201)] {
            let body = "{\"name\":\"a\",\"onConflict\":\"refuse\"\(more)}"
            #expect(await store.ask("POST", "/api/v1/jobs", type, body).status == status, "\(more)")
        }
        try await store.close()
    }

    @Test func `nobody makes what is Daybook's own`() async throws {
        let store = try TestStore()
        let type = [("content-type", "application/json")]
        for more in [
            "\"name\":\"daybook.alert\"", "\"name\":\"daybook.alert\",\"queue\":\"daybook.alerts\"",
            "\"name\":\"a\",\"queue\":\"daybook.alerts\"", "\"name\":\"a\",\"key\":\"daybook.alert:many:\"",
        ] {
            #expect(await store.ask("POST", "/api/v1/jobs", type, "{\(more)}").status == 400, "\(more)")
        }
        let set = "{\"schedule\":\"@daily\",\"name\":\"daybook.alert\",\"queue\":\"daybook.alerts\"}"
        #expect(await store.ask("PUT", "/api/v1/recurring/r", type, set).status == 400)
        #expect(
            await store.ask("POST", "/api/v1/claims", type, "{\"queues\":[\"daybook.alerts\"]}").status == 400)
        try await store.close()
    }

    @Test func `keys are for those who may read arguments, wherever events are told`() async throws {
        let (store, tokens) = try TestStore.withUsers { $0.liveTime = .seconds(86_400) }
        let (admin, auditor) = (try #require(tokens["admin"]), try #require(tokens["auditor"]))
        let canary = "key-canary-1"
        let body = "{\"name\":\"mail\",\"queue\":\"far\",\"key\":\"\(canary)\"}"
        let job = number(await store.call(admin, "POST", "/api/v1/jobs", body), "job")
        #expect(number(await store.call(admin, "POST", "/api/v1/jobs", body), "job") == job)
        #expect(try store.events(.duplicate).count == 1)
        let (listed, audit, live) = ("/api/v1/events", "/api/v1/audit", "/api/v1/events/live?after=0")
        func told(_ token: String, _ path: String) async throws -> String {
            let answer = await store.call(token, "GET", path)
            guard case .stream(let stream) = answer.body else { return answer.text }
            var pieces = stream.makeAsyncIterator()
            _ = try await pieces.next()
            return String(decoding: try await pieces.next() ?? [], as: UTF8.self)
        }
        let each = (1...(try store.engine.lastEvent)).map { "/api/v1/events/\($0)" }
        for path in ["/api/v1/jobs/\(job)", listed, "\(listed)?kind=created", live] {
            #expect(try await told(admin, path).contains(canary), "\(path)")
            let text = try await told(auditor, path)
            #expect(text.contains("duplicate") || text.contains("\"detail\":\"mail, queue far\""), "\(path)")
        }
        for path in ["/api/v1/jobs/\(job)", listed, "\(listed)?kind=created", audit, live] + each {
            #expect(try await !told(auditor, path).contains(canary), "\(path)")
        }
        try await store.close()
    }

    @Test(arguments: [
        "", "[]", "{", "null", "{\"name\":7}", "{\"name\":\"a\",\"name\":\"b\"}", "{\"nam\":\"a\"}", "{\"name\":\"\"}",
        "{\"name\":\"a\",\"priority\":1e9}", "{\"name\":\"a\",\"args\":\"\\u0000\"}",
        "{\"name\":\"a\",\"at\":\"soon\"}",
        "{\"name\":\"a\",\"delay\":\"5\"}", "{\"name\":\"a b\"}", "{\"name\":\"a\",\"after\":[\"x\"]}",
        "{\"name\":\"a\",\"tags\":\"b\"}", "{\"name\":\"a\",\"args\":" + String(repeating: "[", count: 100_000),
    ])
    func `what is no job is refused with a sentence`(_ body: String) async throws {
        let store = try TestStore()
        let response = await store.ask("POST", "/api/v1/jobs", [("content-type", "application/json")], body)
        #expect(response.status == 400, "\(body.prefix(60)): \(response.status)")
        #expect((response.json["error"] as? String)?.hasSuffix(".") == true)
        try await store.close()
    }

    @Test func `queues are paused and resumed by name, and processes are shown`() async throws {
        let store = try TestStore()
        let type = [("content-type", "application/json")]
        _ = await store.ask("POST", "/api/v1/jobs", type, "{\"name\":\"a\",\"queue\":\"mail\"}")
        #expect(await store.ask("POST", "/api/v1/queues/mail/pause", type, "{\"reason\":\"lunch\"}").status == 200)
        var queue = (await store.ask("GET", "/api/v1/queues").json["queues"] as? [[String: Any]])?.first
        #expect(queue?["paused"] as? Bool == true)
        #expect(await store.ask("POST", "/api/v1/queues/mail/resume", type).status == 200)
        queue = (await store.ask("GET", "/api/v1/queues").json["queues"] as? [[String: Any]])?.first
        #expect(queue?["paused"] as? Bool == false)
        #expect(try store.events(.queuePaused).first?.actor.person == "local")
        let processes = await store.ask("GET", "/api/v1/processes").json["processes"] as? [[String: Any]]
        #expect(processes?.first?["thisOne"] as? Bool == true && processes?.first?["running"] as? Int == 0)
        _ = await store.ask("POST", "/api/v1/claims", type, "{}")
        let working = await store.ask("GET", "/api/v1/processes").json["processes"] as? [[String: Any]]
        #expect(working?.first?["running"] as? Int == 1)
        try await store.close()
    }

    @Test func `events are told as they come`() async throws {
        let store = try TestStore { $0.liveTime = .seconds(86_400) }
        let response = await store.ask("GET", "/api/v1/events/live?after=0")
        #expect(response["content-type"] == "text/event-stream")
        guard case .stream(let stream) = response.body else {
            Issue.record("it is no stream")
            return
        }
        var pieces = stream.makeAsyncIterator()
        _ = try await pieces.next()
        let first = String(decoding: try await pieces.next() ?? [], as: UTF8.self)
        #expect(first.hasPrefix("id: 1-") && first.contains("\nevent: logged\ndata: {"))
        _ = await store.ask("POST", "/api/v1/jobs", [("content-type", "application/json")], "{\"name\":\"told\"}")
        var later: String?
        // Where nothing happens for a while, signs of life come first.
        repeat {
            later = try await pieces.next().map { String(decoding: $0, as: UTF8.self) }
        } while later?.hasPrefix(": ") == true
        #expect(later?.contains("\"kind\":\"created\"") == true)
        try await store.close()
    }

    @Test func `metrics are text with a bounded number of labels`() async throws {
        let store = try TestStore { $0.metricQueuesMax = 2 }
        for index in 0..<5 {
            _ = await store.ask(
                "POST", "/api/v1/jobs", [("content-type", "application/json")],
                "{\"name\":\"a\",\"queue\":\"q\(index)\"}")
        }
        let text = await store.ask("GET", "/metrics").text
        #expect(text.contains("daybook_jobs{queue=\"\",state=\"enqueued\"} 3\n"))
        #expect(text.contains("daybook_http_requests_total{route=\"POST /api/v1/jobs\",status=\"2xx\"} 5\n"))
        #expect(text.components(separatedBy: "state=\"enqueued\"").count == 4)
        try await store.close()
    }
}
