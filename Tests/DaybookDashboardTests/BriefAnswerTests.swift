import Testing

@testable import DaybookDashboard

@Suite struct `What a program is told` {
    @Test func `jobs in lists have their tags and their tenant`() async throws {
        let store = try TestStore()
        let type = [("content-type", "application/json")]
        let made = await store.ask("POST", "/api/v1/batches", type, "{\"name\":\"b\"}").json
        let batch = try #require(made["batch"] as? Int)
        let body = "{\"name\":\"a\",\"tags\":[\"x\",\"y\"],\"tenant\":\"red\",\"batch\":\(batch)}"
        #expect(await store.ask("POST", "/api/v1/jobs", type, body).status == 201)
        for path in ["/api/v1/jobs?state=enqueued", "/api/v1/batches/\(batch)/jobs"] {
            let job = (await store.ask("GET", path).json["jobs"] as? [[String: Any]])?.first
            #expect(job?["tags"] as? [String] == ["x", "y"] && job?["tenant"] as? String == "red", "\(path)")
        }
        try await store.close()
    }

    @Test func `a field that there is not is named, with those that there are`() async throws {
        let store = try TestStore()
        let type = [("content-type", "application/json")]
        func refused(_ path: String, _ body: String) async -> String? {
            await store.ask("POST", path, type, body).json["error"] as? String
        }
        #expect(
            await refused("/api/v1/claims", "{\"queue\":\"mail\"}")
                == "There is no field queue here; there are queues, names, count, wait, lease.")
        #expect(await refused("/api/v1/claims/7/extend", "{\"a\":1}") == "There is no field a here; there are none.")
        try await store.close()
    }

    @Test func `of an error, why a job is not running quotes the beginning of the first line`() async throws {
        let store = try TestStore()
        let type = [("content-type", "application/json")]
        let (start, rest) = ("no route to " + String(repeating: "h", count: 400), String(repeating: "x", count: 5_000))
        for (attempts, error) in [(1, "\(start)\\n\(rest)"), (2, "\(start)\\n\(rest)"), (1, "short")] {
            let made = await store.ask("POST", "/api/v1/jobs", type, "{\"name\":\"a\",\"attempts\":\(attempts)}").json
            let job = try #require(made["job"] as? Int)
            let claims = await store.ask("POST", "/api/v1/claims", type, "{}").json["claims"] as? [[String: Any]]
            let token = try #require(claims?.first?["token"] as? Int)
            _ = await store.ask("POST", "/api/v1/claims/\(token)/fail", type, "{\"error\":\"\(error)\"}")
            let found = await store.ask("GET", "/api/v1/jobs/\(job)").json
            let why = try #require(found["why"] as? String)
            #expect(found["error"] as? String == error.replacing("\\n", with: "\n"))
            #expect(why.hasSuffix(error == "short" ? "short." : "\(start.prefix(160)) …."), "\(why)")
            let page = await store.ask("GET", "/jobs/\(job)", [("accept", "text/html")]).text
            #expect(page.contains("\(start.prefix(160)) ….</p>") || error == "short")
        }
        try await store.close()
    }
}
