import Daybook
import DaybookModel
import Foundation
import Testing

@testable import DaybookDashboard

struct PastTests {
    /// A store with a job that was enqueued, and has since been cancelled.
    private func made() async throws -> (pages: PageStore, job: SequenceNumber, then: SequenceNumber) {
        let pages = try PageStore()
        let job = try await pages.enqueue("mail.send", "{\"to\":\"secret-ada\"}", .queue("mail"))
        try await pages.engine.recurring.set(
            RecurringJob("report.nightly", "report", arguments: [], try Schedule("0 2 29 2 *")))
        let batch = NewBatch(name: "import", isOpen: true, jobs: [], actor: .system)
        _ = try await pages.engine.perform(.batch(Box(.create(batch))))
        let then = try pages.engine.lastEvent
        #expect(try await pages.post("/jobs/\(job)/cancel", [("reason", "not wanted")]).status == 303)
        #expect(try await pages.post("/queues/mail/pause").status == 303)
        return (pages, job, then)
    }

    @Test func `a page of the past shows what was, says so, and has nothing to act with`() async throws {
        let (pages, job, then) = try await made()
        let now = try await pages.page("/jobs/\(job)")
        #expect(now.text.contains("Cancelled"))
        let past = try await pages.page("/jobs/\(job)?at=\(then)")
        #expect(past.status == 200)
        #expect(past["daybook-as-of"] == "\(then)")
        #expect(past.text.contains("As of event \(then)"))
        #expect(!past.text.contains("not wanted"))
        #expect(!past.text.contains("daybook-live"))
        #expect(past.text.contains(">Ready<"))
        #expect(!past.text.contains("method=\"post\" action=\"/jobs"))
        let before = try await pages.page("/jobs/\(job)?at=\(job - 1)")
        #expect(before.status == 404)
        try await pages.close()
    }

    @Test func `every page and list has a past, and its links stay there`() async throws {
        let (pages, job, then) = try await made()
        let batch = try #require(try pages.engine.present.batches(below: nil, limit: 1).first).0
        for path in [
            "/", "/jobs", "/jobs?state=enqueued&queue=mail", "/jobs/\(job)", "/jobs/\(job)/log", "/queues",
            "/recurring",
            "/recurring/report.nightly", "/batches", "/batches/\(batch)", "/processes", "/log", "/audit", "/storage",
        ] {
            let mark = path.contains("?") ? "&" : "?"
            let page = try await pages.page("\(path)\(mark)at=\(then)", as: "admin")
            #expect(page.status == 200, "\(path)")
            #expect(page.text.contains("class=\"past\""), "\(path)")
            #expect(!page.text.contains("not wanted"), "\(path)")
            for link in page.text.split(separator: "href=\"").dropFirst().map({ $0.prefix { $0 != "\"" } })
            where link.hasPrefix("/") && !link.hasPrefix("/assets/") && !link.contains("at=") {
                // What leads out of the past is the one link that says so.
                #expect(page.text.contains("<a href=\"\(link)\">Back to now"), "\(path) leads to \(link)")
            }
        }
        for path in ["jobs", "jobs/\(job)", "queues", "recurring", "recurring/report.nightly", "batches", "events"] {
            let token = try #require(pages.tokens["admin"])
            let answer = await pages.store.call(token, "GET", "/api/v1/\(path)?at=\(then)")
            #expect(answer.status == 200, "\(path)")
            #expect(answer["daybook-as-of"] == "\(then)")
            #expect(!answer.text.contains("not wanted"))
        }
        try await pages.close()
    }

    @Test func `a moment within a commit has its log and its standing like any other`() async throws {
        let pages = try PageStore()
        try await pages.engine.enqueue((0..<3).map { _ in JobRequest("some.job", arguments: []) })
        let within = try pages.engine.lastEvent - 1
        let log = try await pages.page("/log?at=\(within)", as: "admin")
        #expect(log.status == 200)
        #expect(log.text.contains("lies within a commit"))
        #expect(try await pages.page("/storage?at=\(within)", as: "admin").status == 200)
        let end = try await pages.page("/log?at=\(within + 1)", as: "admin")
        #expect(end.text.contains("the head of the chain is <code>"))
        try await pages.close()
    }

    @Test func `the past is not changed, and what is none is refused`() async throws {
        let (pages, job, then) = try await made()
        let (last, token) = (try pages.engine.lastEvent, try #require(pages.tokens["admin"]))
        #expect(try await pages.post("/jobs/\(job)/requeue?at=\(then)").status == 409)
        let asked = await pages.store.call(token, "POST", "/api/v1/jobs?at=\(then)", "{\"name\":\"some.job\"}")
        #expect(asked.status == 409)
        #expect(try pages.engine.lastEvent == last)
        for at in [
            "0", "-1", "\(last + 1)", "99999999999999999999", "yesterday", "2099-01-01T00:00:00Z",
            "1970-01-01T00:00:00Z",
        ] {
            #expect(try await pages.page("/jobs?at=\(at)").status == 400, "\(at)")
        }
        #expect(try await pages.page("/jobs?at=1&at=2").status == 400)
        #expect(await pages.store.call(token, "GET", "/metrics?at=\(then)").status == 400)
        #expect(try await pages.page("/recurring/report.nightly/edit?at=\(then)").status == 400)
        try await pages.close()
    }

    @Test func `an instant is as good as an event`() async throws {
        let (pages, job, _) = try await made()
        let now = try #require(try pages.engine.present.loggedEvents(from: try pages.engine.lastEvent, limit: 1).first)
        pages.store.clock.withLock { $0 = Instant(microseconds: now.1.time.microseconds + 60_000_000) }
        let page = try await pages.page("/jobs/\(job)?at=\(now.1.time.iso8601())")
        #expect(page.status == 200)
        #expect(page.text.contains("Cancelled"))
        try await pages.close()
    }

    @Test func `who may not read arguments does not read those of the past`() async throws {
        let (pages, job, then) = try await made()
        for path in ["/jobs/\(job)", "/jobs", "/"] {
            let page = try await pages.page("\(path)?at=\(then)", as: "viewer")
            #expect(page.status == 200)
            #expect(!page.text.contains("secret-ada"), "\(path)")
        }
        #expect(try await pages.page("/log?at=\(then)", as: "viewer").status == 403)
        let tenant = try #require(pages.tokens["tenant"])
        #expect(await pages.store.call(tenant, "GET", "/api/v1/jobs/\(job)?at=\(then)").status == 404)
        try await pages.close()
    }

    @Test func `few moments are kept at a time`() async throws {
        let (pages, _, then) = try await made()
        for event in 1...then {
            #expect(try await pages.page("/queues?at=\(event)").status == 200)
            #expect(pages.store.dashboard.past.count <= PastDesk.viewsMax)
        }
        #expect(pages.store.dashboard.past.count == PastDesk.viewsMax)
        try await pages.close()
    }
}
