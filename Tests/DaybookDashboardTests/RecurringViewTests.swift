import Daybook
import DaybookModel
import Foundation
import Testing

@testable import DaybookDashboard

/// What the dashboard shows of recurring jobs, and what it does to several at once.
@Suite struct `Recurring jobs in the dashboard` {
    // The clock is the real one, and nothing may come due while a test runs: so most of these are of leap days.
    private static func job(_ id: String, _ options: RecurringOption...) throws -> RecurringJob {
        RecurringJob(id, "report", arguments: [], try Schedule("0 2 29 2 *"), options)
    }

    private func ask(
        _ pages: PageStore, _ method: String, _ target: String, _ body: String = ""
    ) async throws -> DashboardResponse {
        await pages.store.call(try #require(pages.tokens["operator"]), method, "/api/v1/" + target, body)
    }

    private static let rich: [RecurringOption] = [
        .starts(.epoch), .ends(Instant(microseconds: 32_472_144_000_000_000)), .jitter(.seconds(10)),
        .lateAfter(.seconds(300)), .misfire(.each(max: 7)), .overlap(.skip), .group("reports"),
    ]

    @Test func `are shown with all that they have, on the page and as JSON`() async throws {
        let pages = try PageStore()
        let recurring = pages.engine.recurring
        try await recurring.set(
            RecurringJob("report", "report", arguments: [], try Schedule("0 2 29 2 *"), Self.rich))
        try await recurring.set(RecurringJob("now", "report", arguments: [], nil))
        try await recurring.pause("report", reason: "holidays", by: "ann")
        try await recurring.trigger("report")
        _ = try await pages.succeed(queue: "default")
        try await recurring.trigger("report")
        _ = try await pages.fail(queue: "default", "no")

        let page = try await pages.page("/recurring/report").text
        for text in [
            "up to 10 s", "300 s", "a job for each, at most 7", "it is skipped", "1970-01-01 00:00:00", "2999-01-01",
            "by its schedule", "by person:ann, ", ": holidays", "/recurring?group=reports\">reports</a>",
            "Last success", "Last failure", "All runs: 2.", "1 ms",
        ] {
            #expect(page.contains(text), "\(text)")
        }
        #expect(try await pages.page("/recurring/now").text.contains("<dd>started by hand</dd>"))

        let one = try await ask(pages, "GET", "recurring/report").json
        let pause = try #require(one["pause"] as? [String: Any])
        #expect(pause["actor"] as? String == "person:ann" && pause["reason"] as? String == "holidays")
        #expect(one["jitterMicroseconds"] as? Int == 10_000_000 && one["lateMicroseconds"] as? Int == 300_000_000)
        #expect(one["misfire"] as? String == "each" && one["misfireMax"] as? Int == 7)
        #expect(one["overlap"] as? String == "skip" && one["group"] as? String == "reports")
        #expect(one["mode"] as? String == "automatic" && one["starts"] != nil && one["ends"] != nil)
        let statistics = try #require(one["statistics"] as? [String: Any])
        #expect(statistics["runs"] as? Int == 2 && statistics["succeeded"] as? Int == 1)
        #expect(statistics["failed"] as? Int == 1 && statistics["medianMicroseconds"] as? Int == 1_500)
        #expect(statistics["lastSuccess"] != nil && statistics["lastFailure"] != nil)
        let fired = try #require((one["history"] as? [[String: Any]])?.first)
        #expect(fired["kind"] as? String == "fired" && fired["ranMicroseconds"] as? Int == 1_500)
        let all = try #require(try await ask(pages, "GET", "recurring").json["recurring"] as? [[String: Any]])
        #expect(all.compactMap { $0["mode"] as? String } == ["automatic", "byHand"])
        try await pages.close()
    }

    @Test func `are shown in words and as times before they are saved`() async throws {
        let pages = try PageStore()
        pages.store.clock.withLock { $0 = Instant(microseconds: 1_772_323_200_000_000) }
        let asked = "schedule=30+2+*+*+*&zone=Asia/Kolkata"
        let found = try await ask(pages, "GET", "recurring-preview?\(asked)&count=2").json
        let next = try #require(found["next"] as? [[String: Any]])
        #expect((found["sentence"] as? String)?.contains("2:30") == true && next.count == 2)
        #expect((next[0]["local"] as? String)?.hasSuffix(" 02:30:00 +05:30") == true, "\(next)")
        #expect((next[0]["time"] as? String)?.contains("T21:00:00") == true, "\(next)")
        #expect(try await ask(pages, "GET", "recurring-preview?schedule=nonsense").status == 400)
        let page = try await pages.page("/recurring-preview?\(asked)")
        #expect(page.status == 200 && page.text.contains("02:30:00 +05:30 by its own clocks"))
        let wrong = try await pages.page("/recurring-preview?schedule=61+*+*+*+*")
        #expect(wrong.status == 200 && wrong.text.contains("cannot be followed"))
        #expect(try await pages.page("/recurring-preview?zone=No/Where&schedule=0+2+*+*+*").text.contains("zone"))
        // Without script the form comes back as it was filled in, and nothing is saved.
        let form = [
            ("new", "yes"), ("id", "my.id"), ("name", "my.job"), ("schedule", "30 2 * * *"), ("zone", "Asia/Kolkata"),
            ("overlap", "skip"), ("arguments", "{\"a\":1}"), ("lateAfter", "7m"),
        ]
        let back = try await pages.post("/recurring-preview", form)
        #expect(back.status == 200 && back.text.contains("02:30:00 +05:30"), "\(back.text)")
        for text in ["value=\"my.id\"", "value=\"my.job\"", "value=\"skip\" selected", "&quot;a&quot;", "\"7m\""] {
            #expect(back.text.contains(text), "\(text)")
        }
        #expect(try pages.engine.recurring.one("my.id") == nil)
        try await pages.engine.recurring.set(
            RecurringJob("there", "report", arguments: [], try Schedule("30 2 * * *"), [.zone("Asia/Kolkata")]))
        #expect(try await pages.page("/recurring/there").text.contains("02:30:00 +05:30 by its own clocks"))
        try await pages.close()
    }

    @Test func `have a history that is filtered, and a last run`() async throws {
        let pages = try PageStore()
        let recurring = pages.engine.recurring
        try await recurring.set(Self.job("report"))
        #expect(try await ask(pages, "POST", "recurring/report/trigger", "{\"reason\":\"for ada\"}").status == 201)
        #expect(try await pages.page("/recurring/report").text.contains("for ada"))
        let good = try #require(try await pages.succeed(queue: "default"))
        try await recurring.trigger("report")
        let bad = try #require(try await pages.fail(queue: "default", "no"))
        try await recurring.pause("report", reason: "holidays")
        func kinds(_ query: String) async throws -> [String] {
            let found = try await ask(pages, "GET", "recurring/report/history?\(query)").json
            return try #require(found["history"] as? [[String: Any]]).compactMap { $0["kind"] as? String }
        }
        #expect(try await kinds("") == ["recurringPaused", "fired", "fired", "recurringSet"])
        #expect(try await kinds("kind=fired") == ["fired", "fired"])
        #expect(try await kinds("kind=fired&state=failed") == ["fired"])
        let first = try await ask(pages, "GET", "recurring/report/history?kind=fired&limit=1").json
        let next = try #require(first["next"] as? Int)
        #expect(try await kinds("kind=fired&cursor=\(next)") == ["fired"])
        #expect(try await ask(pages, "GET", "recurring/report/history?kind=denied").status == 400)
        let page = try await pages.page("/recurring/report?state=failed").text
        #expect(page.contains("/jobs/\(bad)\">\(bad)</a></td>") && !page.contains("/jobs/\(good)\">\(good)</a></td>"))
        let file = try await PageBytes.text(
            of: ask(pages, "GET", "export/recurring/report/history?kind=fired&state=succeeded"))
        #expect(file.contains(",\(good),succeeded,") && !file.contains(",\(bad),"), "\(file)")
        let list = try await pages.page("/recurring").text
        #expect(list.contains("Last run") && list.contains("/jobs/\(bad)\">\(bad)</a> Failed"), "\(list)")
        let all = try #require(try await ask(pages, "GET", "recurring").json["recurring"] as? [[String: Any]])
        #expect(all.first?["lastJob"] as? Int == Int(bad) && all.first?["lastState"] as? String == "failed")
        try await pages.close()
    }

    @Test func `stand together with the other triggers of their group`() async throws {
        let pages = try PageStore()
        for (id, group) in [("a1", "mail"), ("b1", "other"), ("a2", "mail"), ("c1", ""), ("a3", "mail")] {
            try await pages.engine.recurring.set(try group.isEmpty ? Self.job(id) : Self.job(id, .group(group)))
        }
        func order(_ page: String) -> [String] {
            ["a1", "a2", "a3", "b1", "c1"].compactMap { id in page.range(of: ">\(id)</a>").map { (id, $0.lowerBound) } }
                .sorted { $0.1 < $1.1 }.map(\.0)
        }
        let all = try await pages.page("/recurring").text
        #expect(order(all) == ["a1", "a2", "a3", "b1", "c1"])
        #expect(all.contains("/recurring?group=mail\">mail</a>") && !all.contains("Pause all"))
        let group = try await pages.page("/recurring?group=mail").text
        #expect(order(group) == ["a1", "a2", "a3"] && group.contains("Pause all"))
        #expect(try await !pages.page("/recurring?group=mail", as: "viewer").text.contains("Pause all"))
        #expect(try await !pages.page("/recurring?group=none").text.contains("Pause all"))
        let found = try #require(
            try await ask(pages, "GET", "recurring?group=mail").json["recurring"] as? [[String: Any]])
        #expect(found.count == 3)
        try await pages.close()
    }

    @Test func `are paused, resumed, triggered and removed by their group`() async throws {
        let pages = try PageStore()
        for id in ["a", "b"] { try await pages.engine.recurring.set(try Self.job(id, .group("mail"))) }
        try await pages.engine.recurring.set(try Self.job("c"))
        func standings() throws -> [String] { try pages.engine.recurring.all().map(\.standing.word) }
        func form(_ word: String, _ fields: [(String, String)] = []) async throws -> Int {
            try await pages.post("/recurring-groups/mail/\(word)", fields).status
        }
        #expect(try await form("pause", [("reason", "holidays")]) == 303)
        #expect(try standings() == ["paused", "paused", "active"])
        #expect(try await form("pause", [("reason", "holidays")]) == 409)
        #expect(try await form("resume") == 303)
        #expect(try standings() == ["active", "active", "active"])
        #expect(try await form("trigger") == 303)
        #expect(try pages.engine.recurring.all().map(\.fired) == [1, 1, 0])

        let group = "recurring-groups/mail"
        try await pages.engine.recurring.pause("a")
        let paused = try await ask(pages, "POST", group + "/pause", "{\"reason\":\"holidays\"}")
        #expect(paused.status == 200 && paused.json["paused"] as? [String] == ["b"])
        let resumed = try await ask(pages, "POST", group + "/resume", "{}")
        #expect(resumed.json["resumed"] as? [String] == ["a", "b"])
        let triggered = try await ask(pages, "POST", group + "/trigger", "{}")
        #expect(triggered.status == 201 && (triggered.json["jobs"] as? [Int])?.count == 2)
        let removed = try await ask(pages, "DELETE", group, "{\"reason\":\"no longer sent\"}")
        #expect(removed.json["removed"] as? [String] == ["a", "b"])
        #expect(try standings() == ["active"])
        #expect(try await ask(pages, "POST", group + "/trigger", "{}").status == 404)
        #expect(try await form("remove") == 404)
        try await pages.close()
    }
}
