import Daybook
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
}
