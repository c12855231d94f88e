import Daybook
import DaybookLog
import DaybookModel
import Testing

@testable import DaybookDashboard

/// Which jobs a list shows, on pages and over the API, and what it says to filters that there are none of.
struct JobFilterTests {
    private func jobs(_ pages: PageStore, _ query: String) async throws -> [SequenceNumber] {
        let onPage = PageTests.jobs(in: try await pages.page("/jobs?\(query)").text)
        let token = try #require(pages.tokens["operator"])
        let json = await pages.store.call(token, "GET", "/api/v1/jobs?\(query)").json
        let listed = try #require(json["jobs"] as? [[String: Any]], "\(query): \(json)")
        #expect(listed.compactMap { $0["job"] as? Int }.map { SequenceNumber($0) } == onPage, "\(query)")
        return onPage
    }

    private func retry(_ pages: PageStore, queue: String) async throws -> SequenceNumber? {
        try await pages.run(queue: queue) { _, _ in
            .failed(
                Box(
                    Outcome.Failure(
                        errorType: "Trouble", error: "again", ranMicroseconds: 1, salt: 1, random: 1, isFinal: false)))
        }
    }

    @Test func `jobs that wait for another try are a list of their own`() async throws {
        let pages = try PageStore()
        try await pages.enqueue("some.job", "{}", .queue("q"))
        let retrying = try #require(try await retry(pages, queue: "q"))
        let later = try await pages.enqueue("some.job", "{}", .queue("q"), .delay(.seconds(3_600)))
        #expect(try await jobs(pages, "state=scheduled") == [later, retrying])
        #expect(try await jobs(pages, "state=retrying") == [retrying])
        let page = try await pages.page("/jobs?state=retrying").text
        #expect(page.contains("<h1>Retrying jobs</h1>") && page.contains("name=\"state\" value=\"retrying\""))
        let token = try #require(pages.tokens["operator"])
        let both = await pages.store.call(token, "GET", "/api/v1/jobs?state=retrying&state=enqueued").json
        #expect((both["jobs"] as? [[String: Any]])?.count == 1)
        let file = await pages.store.call(token, "GET", "/api/v1/export/jobs?state=retrying")
        #expect(file.status == 200)
        #expect(try await pages.page("/jobs?state=tired").status == 400)
        let operation = Operation(.cancel, on: JobFilter(isRetrying: true), reason: "", by: nil)
        let run = try JobWalk(pages.engine.present, operation.filter).page(below: nil, limit: 9, rowsMax: 9)
        #expect(run.jobs.map(\.sequence) == [retrying])
        try await pages.close()
    }

    @Test func `jobs are found by the time at which they were enqueued`() async throws {
        let pages = try PageStore()
        let first = try await pages.enqueue("some.job")
        let second = try await pages.enqueue("some.job")
        let third = try await pages.enqueue("some.job")
        let time = try #require(try pages.engine.present.job(JobID(rawValue: second))).created
        let after = Instant(microseconds: time.microseconds + 1)
        func asked(_ instant: Instant) -> String { PercentCoding.encoded(instant.iso8601()) }
        #expect(try await jobs(pages, "createdBefore=\(asked(time))").contains(first))
        #expect(try await !jobs(pages, "createdBefore=\(asked(time))").contains(second))
        #expect(try await jobs(pages, "createdBefore=\(asked(after))").contains(second))
        #expect(try await jobs(pages, "createdFrom=\(asked(time))").starts(with: [third, second]))
        #expect(try await jobs(pages, "createdFrom=\(asked(after))&createdBefore=\(asked(time))").isEmpty)
        #expect(try await jobs(pages, "createdFrom=2099-01-01T00:00:00Z").isEmpty)
        #expect(try await jobs(pages, "createdBefore=1971-01-01T00:00").isEmpty)
        #expect(try await pages.page("/jobs?createdFrom=yesterday").status == 400)
        let page = try await pages.page("/jobs?createdFrom=2020-03-01T12:00").text
        #expect(page.contains("value=\"2020-03-01T12:00:00\"") && page.contains("data-zoned"))
        try await pages.close()
    }

    @Test func `jobs of another time cost nothing, however many there are`() async throws {
        let pages = try PageStore()
        var many: [JobRequest] = []
        for _ in 0..<4_000 { many.append(JobRequest("some.job", arguments: [])) }
        try await pages.engine.enqueue(many)
        let future = Instant(microseconds: try HostFacts.real().now().microseconds + 3_600_000_000)
        for filter in [JobFilter(createdFrom: future), JobFilter(createdBefore: Instant(microseconds: 0))] {
            let page = try pages.engine.walk(filter).page(below: nil, limit: 10, rowsMax: 1_000)
            #expect(page.jobs.isEmpty && !page.isCut && page.looked < 10, "\(page.looked)")
            // Nor what stands in the view about those that came later.
            if filter.createdBefore != nil {
                #expect(try JobWalk(pages.engine.present, filter).start(below: nil)! < 10)
            }
        }
        try await pages.close()
    }

    @Test func `failed jobs are grouped by errors that are alike, and each group is a list`() async throws {
        let pages = try PageStore()
        var orders: [SequenceNumber] = []
        for index in 0..<4 {
            try await pages.enqueue("some.job", "{}", .queue("bad"))
            let error = index < 3 ? "no order \(index)\nat line \(index)" : "no customer"
            if let job = try await pages.fail(queue: "bad", error) { orders.append(job) }
        }
        try await pages.engine.wait(for: DashboardFollower.self, through: try pages.engine.read { try $0.last })
        let page = try await pages.page("/jobs?state=failed").text
        #expect(page.contains("no order 2</span>") && page.contains("no customer</span>"))
        let similar = FailureLikeness("Trouble", "no order 77").text
        #expect(page.contains("similar=\(similar)"))
        #expect(try await jobs(pages, "state=failed&similar=\(similar)") == orders.prefix(3).reversed())
        #expect(try await jobs(pages, "similar=\(similar)") == orders.prefix(3).reversed())
        #expect(try await pages.page("/jobs?similar=x").status == 400)
        #expect(try await !pages.page("/", as: "viewer").text.contains("no order"))
        #expect(try await !pages.page("/jobs?state=failed", as: "viewer").text.contains("no order"))
        let token = try #require(pages.tokens["operator"])
        func groups() async throws -> [[String: Any]] {
            try await pages.engine.wait(for: DashboardFollower.self, through: try pages.engine.read { try $0.last })
            let json = await pages.store.call(token, "GET", "/api/v1/statistics").json
            return try #require(json["failedAlike"] as? [[String: Any]])
        }
        #expect(try await groups().map { $0["jobs"] as? Int } == [3, 1])
        for job in orders.prefix(3) { _ = try await pages.post("/jobs/\(job)/requeue") }
        #expect(try await groups().map { $0["says"] as? String } == ["no customer"])
        try await pages.close()
    }

    @Test func `errors are alike whatever numbers stand in them, and only in their first line`() {
        func of(_ error: String, _ type: String = "T") -> FailureLikeness { FailureLikeness(type, error) }
        #expect(of("no order 17") == of("no order 2300"))
        #expect(of("\n  \nno order 17\nmore") == of("no order 1"))
        #expect(of("at 0x7ffe01 of 3f2a-11") == of("at 0xdeadbeef0 of 99"))
        #expect(of("no order 17") != of("no customer 17"))
        #expect(of("no order 17") != of("no order 17", "U"))
        #expect(of("no order 17") != of("no order x"))
        #expect(FailureLikeness(of("x").text) == of("x"))
        #expect(FailureLikeness("") == nil && FailureLikeness("+00000000000000f") == nil)
    }

    @Test func `parameters that there are none of are refused, with those that there are`() async throws {
        let pages = try PageStore()
        let job = try await pages.enqueue("some.job")
        let token = try #require(pages.tokens["admin"])
        for target in ["/jobs?since=1", "/jobs?from=x", "/jobs/\(job)?batch=2", "/queues?queue=mail", "/?x=1"] {
            #expect(try await pages.page(target).status == 400, "\(target)")
        }
        for target in ["/api/v1/jobs?text=foo", "/api/v1/queues?x", "/api/v1/export/log?person=x"] {
            #expect(await pages.store.call(token, "GET", target).status == 400, "\(target)")
        }
        let sentence = await pages.store.call(token, "GET", "/api/v1/jobs?text=foo").json["error"] as? String
        #expect(sentence?.contains("no parameter text here; there are state, queue") == true)
        for target in ["/jobs?utm_source=mail&fbclid=1", "/jobs?done=1&of=2", "/metrics?x=1", "/health?now=1"] {
            #expect(try await pages.page(target, as: "admin").status == 200, "\(target)")
        }
        try await pages.close()
    }

    @Test func `every link of every page leads to something that takes what it says`() async throws {
        let pages = try PageStore { $0.pageSize = 2 }
        for _ in 0..<6 { try await pages.enqueue("mail.send", "{}", .queue("mail"), .tags("eu"), .tenant("blue")) }
        _ = try await pages.fail(queue: "mail", "no route")
        let batch = try await pages.engine.openBatch("import")
        for _ in 0..<5 { _ = try await pages.engine.openBatch("inner", in: batch) }
        try await pages.engine.recurring.set(
            RecurringJob("report.nightly", "report", arguments: [], try Schedule("0 2 29 2 *")))
        _ = try await pages.post("/queues/mail/pause", [("reason", "x")])
        try await pages.engine.wait(for: DashboardFollower.self, through: try pages.engine.read { try $0.last })
        var seen: Set<String> = []
        var waiting = ["/", "/?at=5", "/jobs?state=failed&queue=mail&tag=eu&tenant=blue&name=mail.send"]
        while let next = waiting.popLast(), seen.count < 400 {
            guard seen.insert(next).inserted else { continue }
            let page = try await pages.page(next, as: "admin")
            #expect(page.status != 400 && page.status != 404 && page.status < 500, "\(next): \(page.status)")
            for link in page.text.matches(of: /href="(\/[^"#]*)/) {
                waiting.append(String(link.1).replacing("&amp;", with: "&"))
            }
        }
        #expect(seen.count > 60)
        try await pages.close()
    }
}
