import Daybook
import DaybookModel
import Testing

@testable import DaybookDashboard

struct StatisticsTests {
    @Test func `failed jobs are grouped by their error, and leave their group when they run again`() async throws {
        let pages = try PageStore()
        var jobs: [SequenceNumber] = []
        for (queue, type) in [("a", "Timeout"), ("b", "Timeout"), ("c", "NoRoute")] {
            jobs.append(try await pages.enqueue("some.job", "{}", .queue(queue)))
            _ = try await pages.fail(queue: queue, "it did not work", type: type)
        }
        func settle() async throws {
            try await pages.engine.wait(for: DashboardFollower.self, through: try pages.engine.lastEvent)
        }
        try await settle()
        let admin = try #require(pages.tokens["admin"])
        func groups() async throws -> [String: Int] {
            let answer = await pages.store.call(admin, "GET", "/api/v1/statistics")
            let list = try #require(answer.json["failed"] as? [[String: Any]])
            return Dictionary(uniqueKeysWithValues: list.map { ($0["errorType"] as! String, $0["jobs"] as! Int) })
        }
        #expect(try await groups() == ["Timeout": 2, "NoRoute": 1])
        let home = try await pages.page("/").text
        #expect(home.contains("Failed, by error"))
        #expect(home.contains("it did not work</span>"), "\(home)")
        #expect(try await pages.page("/", as: "viewer").text.contains("/jobs?state=failed&amp;error=Timeout"))
        for path in ["/jobs?state=failed&error=Timeout", "/jobs?error=Timeout"] {
            let list = try await pages.page(path).text
            #expect(list.contains("/jobs/\(jobs[0])\""), "\(path)")
            #expect(list.contains("/jobs/\(jobs[1])\""), "\(path)")
            #expect(!list.contains("/jobs/\(jobs[2])\""), "\(path)")
        }
        #expect(try await pages.post("/jobs/\(jobs[0])/requeue").status == 303)
        #expect(try await pages.post("/jobs/\(jobs[2])/delete").status == 303)
        try await settle()
        #expect(try await groups() == ["Timeout": 1])
        try await pages.close()
    }

    @Test func `charts say when their bars are, so that browsers can say it by their own clocks`() async throws {
        let pages = try PageStore()
        pages.store.clock.withLock { $0 = Instant(microseconds: 1_773_999_900_000_000) }
        try await pages.engine.wait(for: DashboardFollower.self, through: try pages.engine.lastEvent)
        let week = try await pages.page("/?span=week").text
        let ticks = week.split(separator: "data-form=\"day\">").dropFirst().map { String($0.prefix(5)) }
        #expect(ticks == ["03-13", "03-14", "03-15", "03-16", "03-17", "03-18", "03-19"], "\(ticks)")
        let hour = try await pages.page("/").text
        #expect(hour.contains("data-time=\"2026-03-20T09:36:00Z\" data-form=\"clock\">09:36</text>"), "\(hour)")
        try await pages.close()
    }

    @Test func `pages are refreshed by themselves only where the options say so`() async throws {
        for refresh in [nil, Duration.seconds(5)] {
            let pages = try PageStore { $0.refresh = refresh }
            #expect(try await pages.page("/").text.contains("daybook-live") == (refresh != nil))
            if refresh == nil { #expect(try await pages.page("/live?after=1").status == 404) }
            try await pages.close()
        }
    }

    @Test func `how long jobs waited and ran is told by percentiles, now and then`() async throws {
        let pages = try PageStore()
        for _ in 0..<4 {
            try await pages.enqueue("some.job", "{}", .queue("a"))
            _ = try await pages.succeed(queue: "a")
        }
        let last = try pages.engine.lastEvent
        try await pages.engine.wait(for: DashboardFollower.self, through: last)
        let event = try #require(try pages.engine.present.loggedEvents(from: last, limit: 1).first)
        pages.store.clock.withLock { $0 = event.1.time }
        let admin = try #require(pages.tokens["admin"])
        let answer = await pages.store.call(admin, "GET", "/api/v1/statistics?span=day").json
        let ran = try #require(answer["ranMicroseconds"] as? [String: Int])
        #expect((1_500...1_800).contains(ran["p50"] ?? 0))
        #expect((answer["waitedMicroseconds"] as? [String: Int])?["p99"] ?? -1 >= 0)
        for target in ["/", "/?at=\(last)"] {
            let page = try await pages.page(target).text
            #expect(page.contains("Jobs were ready before they started"), "\(target)")
            #expect(page.contains("Runs took"), "\(target)")
        }
        try await pages.close()
    }
}
