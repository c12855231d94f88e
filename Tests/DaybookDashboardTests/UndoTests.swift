import Daybook
import DaybookLog
import DaybookModel
import Testing

@testable import DaybookDashboard

struct UndoTests {
    private func call(
        _ pages: PageStore, _ path: String, _ body: String = "{}", _ method: String = "POST",
        as role: String = "operator"
    ) async throws -> DashboardResponse {
        await pages.store.call(try #require(pages.tokens[role]), method, "/api/v1/\(path)", body)
    }

    private func delete(_ pages: PageStore, _ job: SequenceNumber) async throws -> Int {
        try event(try await call(pages, "jobs/\(job)", "{\"reason\":\"away\"}", "DELETE"))
    }

    private func event(_ response: DashboardResponse) throws -> Int {
        try #require(response.json["event"] as? Int, "\(response.status) \(response.text)")
    }

    private func undo(_ pages: PageStore, _ kind: String, _ event: Int) async throws -> DashboardResponse {
        try await call(pages, "undo/\(kind)/\(event)", "{\"reason\":\"a mistake\"}")
    }

    private func isPaused(_ pages: PageStore) throws -> Bool {
        try #require(try pages.engine.queues().first { $0.name == "mail" }).isPaused
    }

    @Test func `a pause is taken back, and so is taking it back`() async throws {
        let pages = try PageStore()
        try await pages.enqueue("some.job", "{}", .queue("mail"))
        let pause = try event(try await call(pages, "queues/mail/pause"))
        let resumed = try event(try await undo(pages, "queues", pause))
        #expect(try !isPaused(pages))
        let logged = try #require(try pages.store.events(.queueResumed).last)
        #expect(logged.cause == SequenceNumber(pause) && logged.actor.person == "operator")
        #expect(logged.body == .queueResumed(queue: "mail", reason: "a mistake"))
        _ = try event(try await undo(pages, "queues", resumed))
        #expect(try isPaused(pages))
        try await pages.close()
    }

    @Test func `a pause of all queues is taken back as a whole, but for what was paused for a reason of its own`()
        async throws
    {
        let pages = try PageStore()
        for queue in ["mail", "own", "since"] { try await pages.enqueue("some.job", "{}", .queue(queue)) }
        _ = try event(try await call(pages, "queues/own/pause", "{\"reason\":\"the disk is full\"}"))
        func paused() throws -> [String] { try pages.engine.queues().filter(\.isPaused).map(\.name).sorted() }
        let place = try #require(try await pages.post("/pause", [("reason", "lunch")])["location"])
        let pause = try #require(place.firstMatch(of: /undo=queues\.(\d+)/)).1
        #expect(try paused() == ["daybook.every", "mail", "own", "since"])
        // What somebody has changed since is left alone.
        _ = try event(try await call(pages, "queues/since/resume"))
        _ = try event(try await call(pages, "queues/since/pause", "{\"reason\":\"mine\"}"))
        let back = try event(try await undo(pages, "queues", try #require(Int(pause))))
        #expect(try paused() == ["own", "since"])
        // So is taking it back.
        let again = try event(try await undo(pages, "queues", back))
        #expect(try paused() == ["daybook.every", "mail", "own", "since"])
        #expect(try await undo(pages, "queues", back).status == 409)
        _ = try event(try await undo(pages, "queues", again))
        // A resumption of all leaves those running that ran before.
        let resume = try event(try await call(pages, "resume"))
        #expect(try paused().isEmpty)
        _ = try event(try await undo(pages, "queues", resume))
        #expect(try paused() == ["own", "since"])
        try await pages.close()
    }

    @Test func `a queue that came while all were paused is paused again when its end of that is taken back`()
        async throws
    {
        let pages = try PageStore()
        _ = try event(try await call(pages, "pause"))
        try await pages.enqueue("some.job", "{}", .queue("mail"))
        #expect(try isPaused(pages))
        let resume = try event(try await call(pages, "queues/mail/resume"))
        _ = try event(try await undo(pages, "queues", resume))
        #expect(try isPaused(pages))
        // A pause of its own that came on top of it is no more than it was.
        _ = try event(try await call(pages, "resume"))
        _ = try event(try await call(pages, "pause"))
        try await pages.enqueue("some.job", "{}", .queue("late"))
        let pause = try event(try await call(pages, "queues/late/pause"))
        #expect(try await undo(pages, "queues", pause).text.contains("was paused before event \(pause), too"))
        try await pages.close()
    }

    @Test(arguments: [[], ["mail"]]) func `no queue stays paused that came during a pause of all that was taken back`(
        before: [String]
    ) async throws {
        let pages = try PageStore()
        for queue in before { try await pages.enqueue("some.job", "{}", .queue(queue)) }
        let pause = try event(try await call(pages, "pause"))
        try await pages.enqueue("some.job", "{}", .queue("late"))
        _ = try event(try await call(pages, "queues/later/pause", "{\"reason\":\"its own\"}"))
        _ = try event(try await undo(pages, "queues", pause))
        let paused = try pages.engine.queues().filter(\.isPaused).map(\.name)
        #expect(paused == ["later"])
        try await pages.close()
    }

    @Test func `a pause is not taken back if somebody has changed the queue since`() async throws {
        let pages = try PageStore()
        let first = try event(try await call(pages, "queues/mail/pause"))
        let again = try event(try await call(pages, "queues/mail/pause", "{\"reason\":\"again\"}"))
        let refused = try await undo(pages, "queues", first)
        #expect(refused.status == 409 && refused.text.contains("event \(again), by"))
        // It was paused before that as well, so there is nothing to go back to.
        #expect(try await undo(pages, "queues", again).text.contains("was paused before event \(again), too"))
        let resume = try event(try await call(pages, "queues/mail/resume"))
        // What happens to other queues is nothing to this one.
        _ = try event(try await call(pages, "queues/other/pause"))
        _ = try event(try await undo(pages, "queues", resume))
        #expect(try isPaused(pages))
        try await pages.close()
    }

    @Test func `a limit goes back to what was in force before`() async throws {
        let pages = try PageStore()
        func limit() throws -> Limit? { try pages.engine.read { try LimitRows.rule("queue:mail", in: $0) } }
        let first = try event(try await call(pages, "limits", "{\"scope\":\"queue:mail\",\"concurrency\":2}"))
        let second = try event(
            try await call(pages, "limits", "{\"scope\":\"queue:mail\",\"concurrency\":5,\"rate\":\"10/1s\"}"))
        let refused = try await undo(pages, "limits", first)
        #expect(refused.status == 409 && refused.text.contains("event \(second)"))
        _ = try event(try await undo(pages, "limits", second))
        #expect(try limit() == Limit(concurrency: 2, keepsOrder: false))
        let removed = try event(try await call(pages, "limits/remove", "{\"scope\":\"queue:mail\"}"))
        _ = try event(try await undo(pages, "limits", removed))
        #expect(try limit() == Limit(concurrency: 2, keepsOrder: false))
        let name = try event(try await call(pages, "limits", "{\"scope\":\"name:some.job\",\"serial\":true}"))
        _ = try event(try await undo(pages, "limits", name))
        #expect(try pages.engine.read { try LimitRows.rule("name:some.job", in: $0) } == nil)
        try await pages.close()
    }

    @Test func `a recurring job's pause and its end are taken back`() async throws {
        let pages = try PageStore()
        try await pages.engine.recurring.set(
            RecurringJob("report.nightly", "report", arguments: [], try Schedule("0 2 29 2 *")))
        let until = try Instant(iso8601: "2099-01-01T00:00:00Z")
        func standing() throws -> RecurringStatus.Standing? {
            try pages.engine.recurring.one("report.nightly")?.standing
        }
        let pause = try event(
            try await call(pages, "recurring/report.nightly/pause", "{\"until\":\"2099-01-01T00:00:00Z\"}"))
        let paused = try standing()
        let resume = try event(try await call(pages, "recurring/report.nightly/resume"))
        #expect(try await undo(pages, "recurring", pause).status == 409)
        let back = try event(try await undo(pages, "recurring", resume))
        #expect(try standing() == paused)
        #expect(paused == .paused(until: until))
        // A run by hand changes nothing of that.
        try await pages.engine.recurring.trigger("report.nightly")
        _ = try event(try await undo(pages, "recurring", back))
        #expect(try standing() != paused)
        try await pages.close()
    }

    @Test func `a job that was deleted before it ran is put in again as another`() async throws {
        let pages = try PageStore()
        let due = try Instant(iso8601: "2099-01-01T00:00:00Z")
        let job = try await pages.enqueue(
            "some.job", "{\"to\":\"ada\"}", .queue("mail"), .at(due), .key("order-7"), .tags("blue"), .priority(3))
        let gone = try await delete(pages, job)
        let answer = try await undo(pages, "jobs", gone)
        let other = SequenceNumber(try #require(answer.json["job"] as? Int, "\(answer.text)"))
        #expect(other != job)
        #expect(try pages.engine.state(of: JobID(rawValue: job)) == nil)
        let summary = try #require(try pages.engine.job(JobID(rawValue: other)))
        #expect(summary.state == .scheduled && summary.due == due && summary.priority == 3)
        let created = try #require(try pages.engine.read { try $0.creation(of: other) })
        #expect(String(decoding: created.value.arguments, as: UTF8.self) == "{\"to\":\"ada\"}")
        #expect(created.value.key == "order-7" && created.value.tags == ["blue"])
        #expect(created.value.metadata.contains("daybook.replaces=\(job)"))
        // Once is enough.
        #expect(try await undo(pages, "jobs", gone).json["job"] as? Int == Int(other))
        #expect(try pages.engine.queues().first { $0.name == "mail" }?[.scheduled] == 1)
        try await pages.close()
    }

    @Test func `what would not be the same work is refused, and why`() async throws {
        let pages = try PageStore()
        func refusal(_ job: SequenceNumber) async throws -> String {
            let gone = try await delete(pages, job)
            let answer = try await undo(pages, "jobs", gone)
            #expect(answer.status == 409, "\(answer.text)")
            return answer.text
        }
        try await pages.enqueue("some.job", "{}", .queue("mail"))
        let ended = try #require(try await pages.succeed(queue: "mail"))
        #expect(try await refusal(ended).contains("had ended before"))
        let cancelled = try await pages.enqueue("some.job")
        _ = try await call(pages, "jobs/\(cancelled)/cancel")
        #expect(try await refusal(cancelled).contains("had ended before"))
        let running = try await pages.enqueue("some.job", "{}", .queue("busy"))
        _ = try await pages.engine.perform(
            .claim(Claim(process: pages.engine.process, worker: 1, queues: ["busy"], slots: 1)))
        #expect(try await refusal(running).contains("it was running"))
        let parent = try await pages.enqueue("some.job")
        let child = try await pages.enqueue("some.job", "{}", .after(JobID(rawValue: parent)))
        #expect(try await refusal(child).contains("waited for other jobs"))
        let keyed = try await pages.enqueue("some.job", "{}", .key("one"))
        let gone = try await delete(pages, keyed)
        try await pages.enqueue("some.job", "{}", .key("one"))
        #expect(try await undo(pages, "jobs", gone).status == 409)
        try await pages.close()
    }

    @Test func `a job that was cancelled or put off goes back to where it stood`() async throws {
        let pages = try PageStore()
        let (due, later) = (try Instant(iso8601: "2099-01-01T00:00:00Z"), try Instant(iso8601: "2099-02-01T00:00:00Z"))
        func standing(_ job: SequenceNumber) throws -> (JobState, Instant?) {
            let found = try #require(try pages.engine.job(JobID(rawValue: job)))
            return (found.state, found.due)
        }
        let scheduled = try await pages.enqueue("some.job", "{}", .at(due))
        let ready = try await pages.enqueue("some.job")
        for job in [scheduled, ready] {
            let before = try standing(job)
            let cancelled = try event(try await call(pages, "jobs/\(job)/cancel"))
            let back = try await undo(pages, "jobs", cancelled)
            #expect(back.json["event"] != nil, "\(back.text)")
            #expect(try standing(job) == before)
            // Once is enough.
            #expect(try await undo(pages, "jobs", cancelled).status == 409)
            let moved = try event(try await call(pages, "jobs/\(job)/reschedule", "{\"at\":\"\(later)\"}"))
            #expect(try standing(job) == (.scheduled, later))
            #expect(try await undo(pages, "jobs", moved).status == 200)
            #expect(try standing(job) == before)
        }
        // What has happened since stands.
        let moved = try event(try await call(pages, "jobs/\(scheduled)/reschedule", "{\"at\":\"\(later)\"}"))
        _ = try event(try await call(pages, "jobs/\(scheduled)/requeue"))
        let refused = try await undo(pages, "jobs", moved)
        #expect(refused.status == 409 && refused.text.contains("it has run since, or somebody has moved it"))
        let running = try await pages.enqueue("some.job", "{}", .queue("busy"))
        _ = try await pages.engine.perform(
            .claim(Claim(process: pages.engine.process, worker: 1, queues: ["busy"], slots: 1)))
        let stopped = try event(try await call(pages, "jobs/\(running)/cancel"))
        #expect(try await undo(pages, "jobs", stopped).text.contains("it was running"))
        try await pages.close()
    }

    @Test func `pages offer to take back a cancelled and a rescheduled job, and chosen ones`() async throws {
        let pages = try PageStore()
        let job = try await pages.enqueue("some.job", "{}", .queue("mail"))
        for (word, fields) in [("reschedule", [("at", "2099-01-01T00:00")]), ("cancel", [])] {
            let done = try await pages.post("/jobs/\(job)/\(word)", fields + [("next", "/jobs/\(job)")])
            let place = try #require(done["location"])
            let change = try #require(place.split(separator: ".").last)
            #expect(try await pages.page(place).text.contains("action=\"/undo/jobs/\(change)\""), "\(word)")
            let back = try await pages.post("/undo/jobs/\(change)")
            #expect(back.status == 303 && back["location"]?.hasPrefix("/jobs/\(job)?") == true)
            #expect(try pages.engine.state(of: JobID(rawValue: job)) == .enqueued)
        }
        let chosen = try await pages.post(
            "/jobs/selection", [("job", "\(job).enqueued"), ("action", "cancel"), ("next", "/jobs")])
        let place = try #require(chosen["location"])
        let operation = try #require(place.split(separator: ".").last)
        #expect(try await pages.page(place).text.contains("action=\"/operations/\(operation)/undo\""), "\(place)")
        #expect(try await !pages.page(place, as: "viewer").text.contains("action=\"/operations"))
        try await pages.close()
    }

    @Test func `only those who may change a thing take a change back, and only that kind`() async throws {
        let pages = try PageStore()
        try await pages.enqueue("mine.job", "{}", .tenant("blue"))
        let others = try await pages.enqueue("others.job", "{}", .tenant("red"))
        let pause = try event(try await call(pages, "queues/mail/pause"))
        let gone = try await delete(pages, others)
        #expect(try await call(pages, "undo/queues/\(pause)", as: "viewer").status == 403)
        #expect(try await call(pages, "undo/queues/\(pause)", as: "tenant").status == 403)
        #expect(try await call(pages, "undo/jobs/\(gone)", as: "tenant").status == 404)
        for (kind, event) in [("limits", pause), ("queues", gone), ("recurring", pause), ("queues", 999_999)] {
            #expect(try await undo(pages, kind, event).status == 404)
        }
        try await pages.close()
    }

    @Test func `pages offer to take back what was just done, and what the audit shows`() async throws {
        let pages = try PageStore()
        try await pages.enqueue("some.job", "{}", .queue("mail"))
        let done = try await pages.post("/queues/mail/pause", [("next", "/queues")])
        let place = try #require(done["location"])
        let pause = try #require(place.split(separator: ".").last)
        let page = try await pages.page(place)
        #expect(page.text.contains("action=\"/undo/queues/\(pause)\""))
        #expect(try await !pages.page(place, as: "viewer").text.contains("action=\"/undo"))
        // The audit is a view, and lags behind a little.
        try await pages.engine.wait(for: DashboardFollower.self, through: try pages.engine.read { try $0.last })
        #expect(try await pages.page("/audit").text.contains("action=\"/undo/queues/\(pause)\""))
        #expect(try await !pages.page("/queues?done=1&of=1&undo=evil.1").text.contains("action=\"/undo"))
        #expect(try await !pages.page("/queues?done=1&of=1&undo=queues.x").text.contains("action=\"/undo"))
        #expect(try await pages.post("/undo/queues/\(pause)").status == 303)
        #expect(try !isPaused(pages))
        #expect(try await pages.post("/undo/queues/\(pause)").status == 409)
        try await pages.close()
    }
}
