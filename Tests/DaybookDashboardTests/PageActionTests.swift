import Daybook
import DaybookModel
import Testing

@testable import DaybookDashboard

struct PageActionTests {
    @Test func `what is done stands in the log with who did it and why`() async throws {
        let pages = try PageStore()
        let job = try await pages.enqueue("some.job", "{}", .queue("mail"))
        let answer = try await pages.post(
            "/jobs/\(job)/cancel", [("reason", "wrong address"), ("next", "/jobs?queue=mail")])
        #expect(answer.status == 303)
        let place = try #require(answer["location"])
        #expect(place.hasPrefix("/jobs?queue=mail&done=1&of=1&undo=jobs."), "\(place)")
        #expect(try pages.engine.state(of: JobID(rawValue: job)) == .cancelled)
        let event = try #require(try pages.store.events(.cancelled).first)
        #expect(event.actor.person == "operator")
        #expect(event.body == .cancelled(reason: "wrong address"))
        try await pages.engine.wait(for: DashboardFollower.self, through: try pages.engine.read { try $0.last })
        for target in ["/audit", "/audit?person=operator"] {
            #expect(try await pages.page(target).text.contains("wrong address"), "\(target)")
        }
        #expect(try await !pages.page("/audit?person=ann").text.contains("wrong address"))
        try await pages.close()
    }

    @Test func `jobs that come to a list with none are chosen in a form, by those who may change them`() async throws {
        let pages = try PageStore()
        for (role, isForm) in [("operator", true), ("viewer", false)] {
            let page = try await pages.page("/jobs", as: role).text
            let list = try #require(page.firstRange(of: "id=\"jobs\""))
            let before = page[..<list.lowerBound]
            let form = before.firstRange(of: "action=\"/jobs/selection\"")
            #expect((form != nil) == isForm, "\(role)")
            #expect(form.map { before[$0.upperBound...].contains("</form>") } != true, "\(role)")
        }
        try await pages.close()
    }

    @Test func `jobs are cancelled, run again, put off and deleted`() async throws {
        let pages = try PageStore()
        let job = try await pages.enqueue("some.job", "{}", .queue("mail"))
        let id = JobID(rawValue: job)
        #expect(try await pages.post("/jobs/\(job)/reschedule", [("at", "2099-01-01T10:00")]).status == 303)
        #expect(try pages.engine.job(id)?.due == (try Instant(iso8601: "2099-01-01T10:00:00Z")))
        #expect(try await pages.post("/jobs/\(job)/reschedule", [("at", "soon")]).status == 400)
        #expect(try await pages.post("/jobs/\(job)/cancel").status == 303)
        #expect(try await pages.post("/jobs/\(job)/cancel").status == 409)
        #expect(try await pages.post("/jobs/\(job)/requeue").status == 303)
        #expect(try pages.engine.state(of: id) == .enqueued)
        #expect(try await pages.post("/jobs/\(job)/delete").status == 303)
        #expect(try pages.engine.state(of: id) == nil)
        #expect(try await pages.page("/jobs/\(job)").status == 404)
        try await pages.close()
    }

    @Test func `of a job that has succeeded a new one is made, to which the person is led`() async throws {
        let pages = try PageStore()
        _ = try await pages.enqueue("some.job", "{\"a\":1}", .queue("mail"))
        let job = try #require(try await pages.succeed(queue: "mail"))
        #expect(try await pages.page("/jobs/\(job)").text.contains(Texts.rerun))
        let answer = try await pages.post("/jobs/\(job)/requeue", [("next", "/jobs/\(job)"), ("reason", "lost")])
        let place = try #require(answer["location"])
        let again = try #require(place.split(separator: "/").last?.split(separator: "?").first.map(String.init))
        #expect(place.hasPrefix("/jobs/") && again != "\(job)")
        #expect(try await pages.page("/jobs/\(again)").text.contains(Texts.onceMore))
        #expect(try pages.engine.state(of: JobID(rawValue: job)) == .succeeded)
        try await pages.close()
    }

    @Test func `of several chosen jobs those are left alone that have moved on`() async throws {
        let pages = try PageStore()
        let first = try await pages.enqueue("some.job", "{}", .queue("mail"))
        let second = try await pages.enqueue("some.job", "{}", .queue("mail"))
        try await pages.engine.cancel(JobID(rawValue: second))
        let answer = try await pages.post(
            "/jobs/selection",
            [("job", "\(first).enqueued"), ("job", "\(second).enqueued"), ("action", "cancel"), ("reason", "tidying")])
        #expect(answer["location"]?.hasPrefix("/jobs?done=1&of=2&undo=operations.") == true)
        #expect(try pages.store.events(.cancelled).count == 2)
        for wrong in [[("action", "cancel")], [("job", "1.enqueued")], [("job", "x"), ("action", "cancel")]] {
            #expect(try await pages.post("/jobs/selection", wrong).status == 400)
        }
        try await pages.close()
    }

    @Test func `what cannot be undone is asked about before, and no undo is offered after it`() async throws {
        let pages = try PageStore()
        _ = try await pages.enqueue("some.job", "{}", .queue("mail"))
        let ended = try #require(try await pages.succeed(queue: "mail"))
        let waiting = try await pages.enqueue("some.job", "{}", .queue("mail"))
        let list = try await pages.page("/jobs").text
        #expect(list.contains("value=\"delete\" data-confirm=\"\(Texts.sureToDeleteChosen)\""))
        func delete(_ jobs: String...) async throws -> String {
            let answer = try await pages.post("/jobs/selection", jobs.map { ("job", $0) } + [("action", "delete")])
            return try #require(answer["location"])
        }
        #expect(try await delete("\(ended).succeeded") == "/jobs?done=1&of=1")
        #expect(try await !pages.page("/operations").text.contains("/undo"))
        #expect(try await delete("\(waiting).enqueued").contains("&undo=operations."))
        #expect(try await pages.page("/operations").text.contains("/undo"))
        _ = try await pages.enqueue("some.job", "{}", .queue("mail"))
        let other = try #require(try await pages.succeed(queue: "mail"))
        #expect(try await pages.page("/jobs/\(other)").text.contains(Texts.sureToDeleteEnded))
        #expect(try await pages.post("/jobs/\(other)/delete")["location"] == "/jobs?done=1&of=1")
        try await pages.close()
    }

    @Test func `what is done to everything that matches is asked about with how many, or which`() async throws {
        let pages = try PageStore()
        for _ in 0..<3 { try await pages.enqueue("some.job", "{}", .queue("mail"), .tags("vip")) }
        _ = try await pages.succeed(queue: "mail")
        let counted = try await pages.page("/jobs?queue=mail").text
        for question in [
            "Cancel: all 2 jobs that match (queue mail)?",
            "Run again: all 0 jobs that match (state failed, queue mail)?",
            "Delete: all 3 jobs that match (queue mail)?",
        ] {
            #expect(counted.contains("data-confirm=\"\(question)"), "\(question)")
        }
        let others = try await pages.page("/jobs?state=enqueued&tag=vip&text=canary").text
        #expect(others.contains("Cancel: all jobs that match (state enqueued, tag vip, a text)?"))
        try await pages.close()
    }

    @Test func `queues are paused, resumed and limited`() async throws {
        let pages = try PageStore()
        try await pages.enqueue("some.job", "{}", .queue("mail"))
        #expect(try await pages.post("/queues/mail/pause", [("reason", "the server is down")]).status == 303)
        #expect(try pages.engine.queues().first { $0.name == "mail" }?.isPaused == true)
        #expect(try await pages.page("/").text.contains("Queue mail is paused"))
        #expect(try await pages.post("/queues/mail/resume").status == 303)
        #expect(try pages.engine.queues().first { $0.name == "mail" }?.isPaused == false)
        let limit = [("kind", "queue"), ("scope", "mail"), ("concurrency", "3")]
        #expect(try await pages.post("/limits", limit).status == 303)
        #expect(try await pages.page("/queues").text.contains("3 at once"))
        #expect(try await pages.post("/limits", [("kind", "queue"), ("scope", "mail")]).status == 303)
        #expect(try await !pages.page("/queues").text.contains("3 at once"))
        #expect(try await pages.post("/limits", [("kind", "colour"), ("scope", "mail")]).status == 400)
        try await pages.close()
    }

    @Test func `a form for a recurring job with a slip in it comes back as it was filled in, with what is wrong`()
        async throws
    {
        let pages = try PageStore()
        let form = [
            ("id", "report.nightly"), ("name", "report"), ("zone", "Europe/Berlin"), ("description", "For Ada"),
        ]
        let arguments = [("arguments", "{\"to\":\"ada\"}")]
        let wrong = form + arguments + [("schedule", "61 2 * * *")]
        let made = try await pages.post("/recurring", wrong + [("new", "yes")])
        #expect(made.status == 400)
        #expect(made.text.contains("The schedule cannot be followed"))
        for value in ["report.nightly", "61 2 * * *", "Europe/Berlin", "For Ada"] {
            #expect(made.text.contains("value=\"\(value)\""), "\(value)")
        }
        #expect(made.text.contains("ada") && made.text.contains("name=\"new\""))
        let right = form + arguments + [("schedule", "1 2 * * *")]
        #expect(try await pages.post("/recurring", right).status == 303)
        let changed = try await pages.post("/recurring", wrong)
        #expect(changed.status == 400 && changed.text.contains(Texts.editRecurring("report.nightly")))
        #expect(changed.text.contains("value=\"61 2 * * *\"") && !changed.text.contains("name=\"new\""))
        let again = try await pages.post("/recurring", right + [("new", "yes")])
        #expect(again.status == 409 && again.text.contains("value=\"1 2 * * *\""))
        // What cannot be shown as a form is refused as before.
        let token = try #require(pages.tokens["operator"])
        #expect(await pages.store.call(token, "POST", "/recurring", "{").status >= 400)
        try await pages.close()
    }

    @Test func `recurring jobs are made, changed, paused, triggered and removed`() async throws {
        let pages = try PageStore()
        let form = [
            ("id", "report.nightly"), ("new", "yes"), ("name", "report"), ("schedule", "0 2 29 2 *"),
            ("zone", "UTC"), ("queue", "reports"), ("arguments", "{\"to\":\"ada\"}"), ("misfire", "skip"),
            ("overlap", "wait"), ("attempts", "3"), ("priority", "5"), ("description", "For Ada"),
        ]
        #expect(try await pages.post("/recurring", form).status == 303)
        #expect(try await pages.post("/recurring", form).status == 409)
        var status = try #require(try pages.engine.recurring.one("report.nightly"))
        #expect(status.queue == "reports")
        #expect(status.overlap == .wait)
        let change = [("id", "report.nightly"), ("name", "report"), ("schedule", "every 5m"), ("arguments", "{}")]
        #expect(try await pages.post("/recurring", change).status == 303)
        status = try #require(try pages.engine.recurring.one("report.nightly"))
        #expect(status.schedule == "every 300s from 1970-01-01T00:00:00Z")
        #expect(status.set.job.attempts == 3)
        #expect(try await pages.post("/recurring/report.nightly/trigger").status == 303)
        #expect(try await pages.page("/recurring/report.nightly").text.contains("triggered"))
        #expect(try await pages.post("/recurring/report.nightly/pause", [("reason", "holidays")]).status == 303)
        #expect(try await pages.page("/recurring/report.nightly").text.contains("holidays"))
        #expect(try await pages.post("/recurring/report.nightly/resume").status == 303)
        #expect(try await pages.post("/recurring/report.nightly/remove").status == 303)
        #expect(try pages.engine.recurring.all().isEmpty)
        for (name, value) in [
            ("schedule", "every day"), ("arguments", "{"), ("zone", "Mars/Olympus"), ("attempts", "0"),
        ] {
            let when = name == "schedule" ? [] : [("schedule", "0 2 29 2 *")]
            let wrong = [("id", "other"), ("name", "report"), (name, value)] + when
            #expect(try await pages.post("/recurring", wrong).status == 400, "\(name)")
        }
        try await pages.close()
    }

    @Test func `what a change of a recurring job does not name stays as it was`() async throws {
        let pages = try PageStore()
        var job = RecurringJob("by.hand", "report", arguments: [], try Schedule("* * * * * *"))
        job.set.isManual = true
        job.set.misfire = .each(max: 5)
        try await pages.engine.recurring.set(job)
        let change = [
            ("id", "by.hand"), ("name", "report"), ("schedule", "* * * * * *"), ("misfire", "each"),
            ("description", "for Ada"),
        ]
        #expect(try await pages.post("/recurring", change).status == 303)
        let set = try #require(try pages.engine.recurring.one("by.hand")).set
        #expect(set.description == "for Ada")
        #expect(set.isManual)
        #expect(set.misfire == .each(max: 5))
        try await pages.close()
    }

    @Test func `every rule of a recurring job is shown by its form, and set by it and over the API`() async throws {
        let pages = try PageStore()
        let rules = [
            ("misfire", "each"), ("misfireMax", "7"), ("mode", "byHand"), ("lateAfter", "5m"), ("jitter", "30s"),
            ("starts", "2027-01-01T00:00:00Z"), ("ends", "2027-02-01T00:00:00Z"), ("group", "reports"),
        ]
        let named = [("id", "nightly"), ("name", "report"), ("schedule", "0 2 29 2 *")]
        #expect(try await pages.post("/recurring", named + rules).status == 303)
        func set() throws -> RecurringSet { try #require(try pages.engine.recurring.one("nightly")).set }
        let first = try set()
        #expect(first.misfire == .each(max: 7) && first.isManual && first.group == "reports")
        #expect((first.lateMicroseconds, first.jitterMicroseconds) == (300_000_000, 30_000_000))
        #expect(first.starts == (try Instant(iso8601: "2027-01-01T00:00:00Z")))
        #expect(first.ends == (try Instant(iso8601: "2027-02-01T00:00:00Z")))
        let form = try await pages.page("/recurring/nightly/edit").text
        for (name, value) in rules where name != "misfire" && name != "mode" {
            #expect(form.contains("name=\"\(name)\" value=\"\(value)\""), "\(name)")
        }
        // What is named and empty is taken away, by the form and over the API.
        #expect(try await pages.post("/recurring", named + [("ends", ""), ("jitter", "")]).status == 303)
        #expect(try set().ends == nil && set().jitterMicroseconds == 0 && set().starts != nil)
        let admin = try #require(pages.tokens["admin"])
        let body = "{\"name\":\"report\",\"mode\":\"automatic\",\"starts\":null,\"jitter\":\"2s\",\"misfireMax\":9}"
        let answer = await pages.store.call(admin, "PUT", "/api/v1/recurring/nightly", body)
        #expect(answer.status == 200)
        #expect(try set().misfire == .each(max: 9) && !set().isManual && set().group == "reports")
        #expect(try set().starts == nil && set().jitterMicroseconds == 2_000_000)
        for bad in [("mode", "x"), ("jitter", "soon"), ("lateAfter", "-1s"), ("starts", "soon"), ("group", "a b")] {
            #expect(try await pages.post("/recurring", named + [bad]).status == 400, "\(bad.0)")
        }
        try await pages.close()
    }

    @Test func `a viewer is offered no action and is refused every one`() async throws {
        let pages = try PageStore()
        let job = try await pages.enqueue("some.job", "{}", .queue("mail"))
        for target in ["/jobs", "/jobs/\(job)", "/queues", "/recurring", "/processes"] {
            let page = try await pages.page(target, as: "viewer")
            #expect(page.text.matches(of: /method="post" action="(?!\/logout)/).isEmpty, "\(target)")
        }
        for route in PageRoutes.all where route.isChange {
            let path = route.path.description.replacing("{job}", with: "\(job)").replacing("{queue}", with: "mail")
                .replacing("{id}", with: "absent").replacing("{batch}", with: "9").replacing("{process}", with: "9")
            #expect(try await pages.post(path, as: "viewer").status == 403, "\(path)")
        }
        #expect(try pages.engine.state(of: JobID(rawValue: job)) == .enqueued)
        try await pages.close()
    }

    @Test func `a form without the session's token does nothing`() async throws {
        let pages = try PageStore { $0.access = .local }
        let job = try await pages.enqueue("some.job", "{}", .queue("mail"))
        let page = await pages.store.ask("GET", "/jobs/\(job)", [("accept", "text/html")])
        let cookie = ("cookie", try #require(page.cookie))
        let token = try #require(page.formToken)
        let type = ("content-type", "application/x-www-form-urlencoded")
        for body in ["", "csrf=wrong", "csrf="] {
            #expect(await pages.store.ask("POST", "/jobs/\(job)/cancel", [cookie, type], body).status == 403)
        }
        #expect(try pages.engine.state(of: JobID(rawValue: job)) == .enqueued)
        let body = PageStore.form([("csrf", token)])
        #expect(await pages.store.ask("POST", "/jobs/\(job)/cancel", [cookie, type], body).status == 303)
        #expect(try pages.engine.state(of: JobID(rawValue: job)) == .cancelled)
        try await pages.close()
    }

    @Test(arguments: ["//evil.example", "https://evil.example", "/\\evil", "javascript:alert(1)"])
    func `no form leads elsewhere`(_ next: String) async throws {
        let pages = try PageStore()
        let job = try await pages.enqueue("some.job", "{}", .queue("mail"))
        let answer = try await pages.post("/jobs/\(job)/cancel", [("next", next)])
        #expect(answer["location"]?.hasPrefix("/jobs/\(job)?done=1&of=1&undo=jobs.") == true)
        try await pages.close()
    }
}
