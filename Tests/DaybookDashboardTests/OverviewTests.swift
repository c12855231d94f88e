import DaybookLog
import DaybookModel
import Synchronization
import Testing

@testable import Daybook
@testable import DaybookDashboard

@Suite struct `The overview` {
    private func settled(_ pages: PageStore) async throws {
        try await pages.engine.wait(for: DashboardFollower.self, through: try pages.engine.lastEvent)
    }

    @Test func `names jobs that stand failed, since when, and no longer when they are run again`() async throws {
        let pages = try PageStore()
        try await pages.enqueue("some.job", "{}", .queue("mail"))
        #expect(try await !pages.page("/").text.contains("1 job has failed"))
        let job = try #require(try await pages.fail(queue: "mail", "no route to host"))
        try await settled(pages)
        let home = try await pages.page("/").text
        #expect(home.contains("1 job has failed</a> · <time"), "\(home)")
        #expect(!home.contains("All well"))
        let admin = try #require(pages.tokens["admin"])
        let status = await pages.store.call(admin, "GET", "/api/v1/status").json
        let concern = try #require((status["concerns"] as? [[String: Any]])?.first)
        #expect(concern["text"] as? String == "1 job has failed" && concern["since"] != nil)
        #expect(concern["page"] as? String == "/jobs?state=failed")
        #expect(try await pages.page("/?at=\(try pages.engine.lastEvent)").text.contains("1 job has failed"))
        _ = try await pages.post("/jobs/\(job)/requeue")
        try await settled(pages)
        #expect(try await !pages.page("/").text.contains("1 job has failed"))
        try await pages.close()
    }

    /// No job can be written about it, so it stands in no ledger.
    @Test func `names a blocked writer for as long as it is blocked`() async throws {
        let watched = Mutex<TestStore?>(nil)
        let shown = Mutex<[String]>([])
        let (end, isOver) = AsyncStream<Void>.makeStream()
        let store = try TestStore(engine: { options in
            options.alerts = [.writerBlocked]
            options.alertsEvery = .milliseconds(20)
            options.alertDeliveries = [
                .call { alert in
                    guard alert.isOpen, let store = watched.withLock({ $0 }) else { return isOver.finish() }
                    for page in ["/", "/api/v1/status"] {
                        let text = await store.ask("GET", page).text
                        shown.withLock { $0.append(text) }
                    }
                }
            ]
        })
        watched.withLock { $0 = store }
        try await withThrowingTaskGroup { group in
            group.addTask { try await store.engine.watchAlerts() }
            try #require(store.engine.alerts).noteBlocked("A write waits for pid 1.")
            for await _ in end {}
            store.engine.stop()
            try await group.waitForAll()
        }
        let sentence = Texts.alert("writer-blocked", "A write waits for pid 1.")
        #expect(shown.withLock { $0.count } == 2)
        #expect(shown.withLock { $0.allSatisfy { $0.contains(sentence) } })
        #expect(await !store.ask("GET", "/").text.contains(sentence))
        try await store.close()
    }

    @Test func `shows episodes of alerts for as long as they last`() async throws {
        let pages = try PageStore()
        let alert = #"{"rule":"queue-older","subject":"mail","state":"open","text":"The queue mail waits."}"#
        let job = Created(
            name: OpenAlerts.jobName, queue: OpenAlerts.queue, attempts: 1, salt: 1, arguments: Array(alert.utf8))
        guard case .created(let episode) = try await pages.engine.perform(.enqueue(Box(job), onConflict: .refuse))
        else {
            Issue.record("there is no episode")
            return
        }
        let home = try await pages.page("/").text
        #expect(home.contains("/jobs/\(episode)\">Alert queue-older: The queue mail waits.</a>"), "\(home)")
        _ = try await pages.succeed(queue: OpenAlerts.queue)
        #expect(try await !pages.page("/").text.contains("Alert queue-older"))
        try await pages.close()
    }

    @Test func `shows what stands for queues to come as that, and counts no jobs of it`() async throws {
        let pages = try PageStore()
        try await pages.enqueue("some.job", "{}", .queue("mail"))
        #expect(try await pages.post("/pause", [("reason", "moving house")]).status == 303)
        try await settled(pages)
        #expect(try await pages.page("/queues").text.contains(">queues to come</a>"))
        let page = try await pages.page("/queues/daybook.every").text
        #expect(page.contains("<h1>queues to come</h1>") && page.contains("by operator: moving house"))
        #expect(page.contains("Resume") && !page.contains("No limit") && !page.contains("Throughput"))
        #expect(try await pages.page("/queues/mail").text.contains("No limit"))
        let admin = try #require(pages.tokens["admin"])
        let metrics = await pages.store.call(admin, "GET", "/metrics").text
        #expect(metrics.contains("daybook_queues_paused 2") && metrics.contains("queue=\"mail\""))
        #expect(!metrics.contains("daybook.every"))
        try await pages.close()
    }

    @Test func `says of a paused queue since when, who and why, and so do the queues`() async throws {
        let pages = try PageStore()
        try await pages.enqueue("some.job", "{}", .queue("mail"))
        _ = try await pages.post("/queues/mail/pause", [("reason", "the disk is full")])
        try await settled(pages)
        let paused = try pages.engine.lastEvent
        let home = try await pages.page("/").text
        #expect(home.contains("Queue mail is paused; 1 job waits.</a> · <time"), "\(home)")
        #expect(home.contains("by operator: the disk is full"))
        for target in ["/queues", "/queues/mail"] {
            #expect(try await pages.page(target).text.contains("by operator: the disk is full"), "\(target)")
        }
        let admin = try #require(pages.tokens["admin"])
        let queue = await pages.store.call(admin, "GET", "/api/v1/queues/mail").json
        #expect(queue["pauseReason"] as? String == "the disk is full" && queue["pauseEvent"] as? Int == Int(paused))
        _ = try await pages.post("/queues/mail/resume")
        _ = try await pages.post("/queues/mail/pause", [("reason", "again")])
        try await settled(pages)
        #expect(try await pages.page("/queues/mail").text.contains("by operator: again"))
        // What was then is told of then.
        #expect(try await pages.page("/queues/mail?at=\(paused)").text.contains("by operator: the disk is full"))
        #expect(try await !pages.page("/queues/mail?at=\(paused + 1)").text.contains("by operator:"))
        try await pages.close()
    }
}

@Suite struct `The page of a queue` {
    @Test func `shows how much ended in it by the minute, of itself alone`() async throws {
        let pages = try PageStore()
        for queue in ["mail", "mail", "other"] { try await pages.enqueue("some.job", "{}", .queue(queue)) }
        for _ in 0..<2 { _ = try await pages.succeed(queue: "mail") }
        _ = try await pages.fail(queue: "other", "no")
        let last = try pages.engine.lastEvent
        try await pages.engine.wait(for: DashboardFollower.self, through: last)
        let event = try #require(try pages.engine.present.loggedEvents(from: last, limit: 1).first)
        // The minute of the events is a whole one by now, and only whole ones are counted.
        pages.store.clock.withLock { $0 = event.1.time.advanced(microseconds: 120_000_000) }
        let admin = try #require(pages.tokens["admin"])
        let mail = await pages.store.call(admin, "GET", "/api/v1/queues/mail").json
        #expect(mail["endedPerMinute"] as? Double == 0.2 && mail["succeeded"] as? Int == 2)
        let minutes = try #require(mail["minutes"] as? [[String: Any]])
        #expect(minutes.count == 60 && minutes.compactMap { $0["succeeded"] as? Int }.reduce(0, +) == 2)
        #expect(minutes.compactMap { $0["enqueued"] as? Int }.reduce(0, +) == 2)
        let all = await pages.store.call(admin, "GET", "/api/v1/queues").json
        let rates = try #require(all["queues"] as? [[String: Any]]).compactMap { $0["endedPerMinute"] as? Double }
        #expect(rates == [0.2, 0.1])
        let page = try await pages.page("/queues/mail").text
        #expect(page.contains("Ended a minute") && page.contains("2 succeeded"))
        let cell = "<td class=\"number\" data-label=\"\(Texts.aMinute)\">0.2</td>"
        #expect(try await pages.page("/queues").text.contains(cell))
        #expect(try await pages.page("/queues/none").status == 404)
        try await pages.close()
    }

    @Test func `changes a limit and takes it away where it stands`() async throws {
        let pages = try PageStore()
        try await pages.enqueue("some.job", "{}", .queue("mail"))
        func set(_ fields: [(String, String)]) async throws {
            #expect(try await pages.post("/limits", fields).status == 303)
        }
        try await set([
            ("kind", "queue"), ("scope", "mail"), ("concurrency", "3"), ("rate", "100/1m"), ("sliding", "yes"),
        ])
        try await set([("kind", "key"), ("scope", "tenant:*"), ("concurrency", "5"), ("weight", "2")])
        let page = try await pages.page("/queues/mail").text
        for text in ["name=\"concurrency\" value=\"3\"", "name=\"rate\" value=\"100/1m\"", "value=\"yes\" checked"] {
            #expect(page.contains(text), "\(text) \(page)")
        }
        let group = try await pages.page("/limits?scope=key:tenant:*").text
        #expect(group.contains("name=\"scope\" value=\"tenant:*\"") && group.contains("name=\"weight\" value=\"2\""))
        let row = try await pages.page("/queues").text
        #expect(row.contains("/limits?scope=key%3Atenant%3A") && row.contains("Take away"))
        #expect(try await !pages.page("/queues", as: "viewer").text.contains("Take away"))
        // Without a number it goes.
        try await set([("kind", "key"), ("scope", "tenant:*")])
        #expect(try pages.engine.read { try LimitRows.rule("key:tenant:*", in: $0) } == nil)
        try await pages.close()
    }
}
