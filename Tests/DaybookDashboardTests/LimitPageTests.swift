import Daybook
import DaybookLog
import DaybookModel
import Testing

@testable import DaybookDashboard

@Suite struct `The page of a limit` {
    @Test func `shows who waits, in order, and so does the API`() async throws {
        let pages = try PageStore()
        try await pages.engine.limit(.keys("tenant"), to: .concurrency(1))
        var jobs: [SequenceNumber] = []
        for _ in 0..<3 { jobs.append(try await pages.enqueue("some.job", "{}", .tenant("acme"))) }
        let page = try await pages.page("/limits?scope=key%3Atenant%3Aacme")
        #expect(page.status == 200)
        // The first stands ready, the others wait for it.
        #expect(!page.text.contains("/jobs/\(jobs[0])\""))
        let places = try jobs[1...].map { try #require(page.text.firstRange(of: "/jobs/\($0)\"")).lowerBound }
        #expect(places[0] < places[1])
        #expect(try await pages.page("/queues").text.contains("/limits?scope=key%3Atenant%3A%2A"))
        let group = try await pages.page("/limits?scope=key%3Atenant%3A*")
        #expect(group.text.contains("key:tenant:acme"))

        let admin = try #require(pages.tokens["admin"])
        func ask(_ query: String) async -> DashboardResponse {
            await pages.store.call(admin, "GET", "/api/v1/limits/waiting?\(query)", "")
        }
        let first = await ask("scope=key%3Atenant%3Aacme&limit=1").json
        #expect(first["waiting"] as? Int == 2)
        #expect((first["jobs"] as? [[String: Any]])?.first?["job"] as? Int == Int(jobs[1]))
        let cursor = try #require(first["next"] as? String)
        let second = await ask("scope=key%3Atenant%3Aacme&limit=1&cursor=\(cursor)").json
        let rest = try #require(second["jobs"] as? [[String: Any]])
        #expect(rest.compactMap { $0["job"] as? Int } == [Int(jobs[2])])
        #expect(rest.compactMap { $0["place"] as? Int } == [2])
        #expect(second["next"] == nil)
        for bad in ["", "scope=acme", "scope=name%3Ax&cursor=x", "scope=name%3Ax&limit=0"] {
            #expect(await ask(bad).status == 400, "\(bad)")
        }
        let tenant = try #require(pages.tokens["tenant"])
        let foreign = await pages.store.call(tenant, "GET", "/api/v1/limits/waiting?scope=key%3Atenant%3Aacme", "")
        #expect(foreign.status == 403)
        try await pages.close()
    }

    @Test func `which job has which key is for those who may read what jobs were given`() async throws {
        let pages = try PageStore()
        try await pages.engine.limit(.key("customer:canary"), to: .concurrency(1))
        try await pages.engine.limit(.queue("mail"), to: .concurrency(1))
        var jobs: [SequenceNumber] = []
        for _ in 0..<2 { jobs.append(try await pages.enqueue("some.job", "{}", .limitKey("customer:canary"))) }
        let token = try #require(pages.tokens["viewer"])
        func told(_ path: String) async -> DashboardResponse { await pages.store.call(token, "GET", path) }
        for path in ["/api/v1/jobs/\(jobs[1])", "/jobs/\(jobs[1])", "/jobs", "/metrics"] {
            #expect(await !told(path).text.contains("canary"), "\(path)")
        }
        let why = await told("/api/v1/jobs/\(jobs[1])").json["why"] as? String
        #expect(why?.hasPrefix("It waits for the limit of key:customer:* (1 at once): ") == true, "\(why ?? "")")
        for scope in ["key:customer:canary", "key:customer:*"] {
            #expect(await told("/limits?scope=\(scope)").status == 403, "\(scope)")
            #expect(await told("/api/v1/limits/waiting?scope=\(scope)").status == 403, "\(scope)")
        }
        // A page leads nobody to where he may not go.
        let queues = await told("/queues").text
        #expect(queues.contains("/limits?scope=queue%3Amail") && !queues.contains("/limits?scope=key"))
        #expect(await told("/limits?scope=queue:mail").status == 200)
        #expect(try await pages.page("/jobs/\(jobs[1])").text.contains("key:customer:canary"))
        try await pages.close()
    }

    @Test func `a tenant is not told how many jobs of others there are`() async throws {
        let pages = try PageStore()
        try await pages.engine.limit(.key("shared"), to: .concurrency(1))
        try await pages.engine.limit(.key("tenant:blue"), to: .concurrency(1))
        for _ in 0..<3 { try await pages.enqueue("some.job", "{}", .queue("one"), .tenant("red")) }
        for _ in 0..<3 { try await pages.enqueue("some.job", "{}", .limitKey("shared")) }
        let queued = try await pages.enqueue("some.job", "{}", .queue("one"), .tenant("blue"))
        let own = try await pages.enqueue("some.job", "{}", .queue("one"), .tenant("blue"))
        let limited = try await pages.enqueue("some.job", "{}", .limitKey("shared"), .tenant("green"))
        func why(_ job: SequenceNumber, _ tenant: String?) throws -> String {
            try pages.engine.read { try JobExplanation(of: job, in: $0, seenBy: tenant) { .logged }.sentence }
        }
        let (all, seen) = (try why(limited, nil), try why(limited, "green"))
        #expect(all.hasSuffix("it is number 3 of 3 that wait."), "\(all)")
        #expect(seen == "It waits for the limit of key:shared (1 at once).", "\(seen)")
        #expect(try why(queued, nil).contains("behind 3 others"))
        #expect(try why(queued, "blue") == "It waits for a free worker behind others of its queue one.")
        // Of his own he is.
        #expect(try why(own, "blue").hasSuffix("it is number 1 of 1 that wait."))
        try await pages.close()
    }
}
