import Daybook
import DaybookLog
import DaybookModel
import Testing

@testable import DaybookDashboard

/// What one job's page says, and what the API says of the same job.
struct JobPageTests {
    private func json(_ pages: PageStore, _ job: SequenceNumber, as role: String = "operator") async throws -> [String:
        Any]
    {
        let token = try #require(pages.tokens[role])
        return await pages.store.call(token, "GET", "/api/v1/jobs/\(job)").json
    }

    @Test func `a job says which recurring job made it, and how`() async throws {
        let pages = try PageStore()
        try await pages.engine.recurring.set(
            RecurringJob("tick", "some.job", arguments: [], try Schedule("0 2 29 2 *")))
        try await pages.engine.recurring.trigger("tick", by: "ann")
        let job = try #require(try pages.engine.jobs(JobFilter(name: "some.job")).first).id.rawValue
        let page = try await pages.page("/jobs/\(job)").text
        #expect(page.contains("<a href=\"/recurring/tick\">tick</a>, triggered by hand by person:ann"), "\(page)")
        let made = try #require(try await json(pages, job)["recurring"] as? [String: Any])
        #expect(made["recurring"] as? String == "tick" && made["origin"] as? String == "trigger")
        #expect(try await pages.page("/log").text.contains("recurring job tick"))
        let plain = try await pages.enqueue("some.job")
        #expect(try await json(pages, plain)["recurring"] == nil)
        #expect(try await !pages.page("/jobs/\(plain)").text.contains("Made by"))
        try await pages.close()
    }

    @Test func `a job stands between those that it waits for and those that wait for it`() async throws {
        let pages = try PageStore()
        let first = try await pages.engine.enqueue("first", arguments: [])
        let middle = try await pages.engine.enqueue("middle", arguments: [], [.after(first)])
        let last = try await pages.engine.enqueue("last", arguments: [], [.after(middle, .any)])
        let page = try await pages.page("/jobs/\(middle.id)").text
        let graph = try #require(page.firstMatch(of: /<div class="graph".*?<\/section>/.dotMatchesNewlines())?.0)
        #expect(graph.contains("<ul class=\"before\" aria-label=\"Waits for\">"))
        #expect(graph.contains("/jobs/\(first.id)\">Job \(first.id)</a>") && graph.contains("the success of"))
        #expect(graph.contains("/jobs/\(last.id)\">Job \(last.id)</a>") && graph.contains(">last</span>"))
        #expect(try await !pages.page("/jobs/\(try await pages.enqueue("alone"))").text.contains("class=\"graph\""))
        let told = try await json(pages, middle.id.rawValue)
        #expect((told["parents"] as? [[String: Any]])?.first?["state"] as? String == "enqueued")
        #expect((told["children"] as? [[String: Any]])?.first?["name"] as? String == "last")
        #expect((told["why"] as? String)?.contains("It waits for the success of job \(first.id)") == true)
        try await pages.close()
    }

    @Test func `another tenant's jobs have no names in a graph`() async throws {
        let pages = try PageStore()
        let other = try await pages.engine.enqueue("secret.name", arguments: [], [.tenant("red")])
        let own = try await pages.engine.enqueue("some.job", arguments: [], [.tenant("blue"), .after(other)])
        #expect(try await pages.page("/jobs/\(own.id)").text.contains("secret.name"))
        #expect(try await !pages.page("/jobs/\(own.id)", as: "tenant").text.contains("secret.name"))
        try await pages.close()
    }

    @Test func `buttons and facts go along with the job`() async throws {
        let pages = try PageStore()
        let job = try await pages.enqueue("some.job")
        let page = try await pages.page("/jobs/\(job)").text
        #expect(page.contains("id=\"actions\" data-live") && page.contains("id=\"about\" data-live"))
        #expect(page.contains("Reason: Delete") && page.contains("Reason: Reschedule"))
        try await pages.close()
    }

    @Test func `times in sentences are times, and events are links for those who may read the log`() async throws {
        let pages = try PageStore()
        let job = try await pages.enqueue("some.job", "{}", .at(try Instant(iso8601: "2999-01-01T08:00:00Z")))
        let page = try await pages.page("/jobs/\(job)").text
        let time = "<time datetime=\"2999-01-01T08:00:00Z\">2999-01-01 08:00:00</time>"
        #expect(page.contains("It is not due yet: it waits until \(time)."))
        #expect(page.contains("due \(time)"))
        #expect(page.contains("data-zoned=\"Due\""))
        #expect(page.contains("<a href=\"/log/\(job)\">#\(job)</a>"))
        let viewer = try await pages.page("/jobs/\(job)", as: "viewer").text
        #expect(viewer.contains("#\(job)") && !viewer.contains("/log/\(job)"))
        try await pages.close()
    }

    @Test func `each event has a page and an address`() async throws {
        let pages = try PageStore()
        let job = try await pages.enqueue("some.job")
        _ = try await pages.post("/jobs/\(job)/cancel", [("reason", "<b>not wanted")])
        let last = try pages.engine.lastEvent
        let page = try await pages.page("/log/\(last)").text
        #expect(page.contains("Event \(last): cancelled") && page.contains("&lt;b&gt;not wanted"))
        #expect(page.contains("/jobs/\(job)?at=\(last)") && page.contains("/log/\(last - 1)"))
        #expect(!page.contains("/log/\(last + 1)"))
        #expect(try await pages.page("/log").text.contains("<a href=\"/log/\(last)\">\(last)</a>"))
        #expect(try await pages.page("/log/\(last + 1)").status == 404)
        #expect(try await pages.page("/log/\(last)?at=\(last - 1)").status == 404)
        #expect(try await pages.page("/log/x").status == 404)
        #expect(try await pages.page("/log/\(last)", as: "viewer").status == 403)
        let token = try #require(pages.tokens["operator"])
        let told = await pages.store.call(token, "GET", "/api/v1/events/\(last)").json
        #expect(told["kind"] as? String == "cancelled" && told["previous"] as? Int == Int(job))
        try await pages.close()
    }

    @Test func `arguments are shown with their letters, as JSON and as code`() async throws {
        let pages = try PageStore()
        let escaped =
            "{\"to\":\"\\u65e5\\u672c \\ud83d\\ude00 \\u003cb\\u003e\",\"bidi\":\"\\u202e\",\"quote\":\"\\u0022\"}"
        let job = try await pages.enqueue("mail.send", escaped)
        let page = try await pages.page("/jobs/\(job)").text
        #expect(page.contains("&quot;to&quot;: &quot;日本 😀 &lt;b&gt;&quot;"))
        #expect(page.contains("\\u202e") && page.contains("\\u0022"), "what nobody would see stays as it is")
        #expect(page.contains("mail.send(to: &quot;日本 😀 &lt;b&gt;&quot;, bidi: &quot;\\u{202e}&quot;"))
        let viewer = try await pages.page("/jobs/\(job)", as: "viewer").text
        #expect(!viewer.contains("日本"))
        try await pages.close()
    }

    @Test(arguments: [
        ("{}", "f()"), ("null", "f(nil)"), ("[1,2.50]", "f([1, 2.50])"),
        ("{\"a\":{\"b\":[true,null]},\"my key\":\"x\\n\\\"\"}", "f(a: [\"b\": [true, nil]], `my key`: \"x\\n\\\"\")"),
        ("{\"a\":{}}", "f(a: [:])"),
    ])
    func `code is what a call would be`(arguments: String, code: String) {
        #expect(CodeLayout.call("f", Array(arguments.utf8)) == code)
    }

    @Test func `long code has a line for each argument, and no JSON no code`() {
        let long = String(repeating: "x", count: 60)
        let code = CodeLayout.call("f", Array("{\"a\":\"\(long)\",\"b\":[\"\(long)\",\"\(long)\"]}".utf8))
        #expect(
            code == "f(\n    a: \"\(long)\",\n    b: [\n        \"\(long)\",\n        \"\(long)\"\n    ]\n)",
            "\(code ?? "")")
        #expect(CodeLayout.call("f", Array("no json".utf8)) == nil)
        let laidOut = JSONLayout.text(Array("[\"\\u65e5\\\"\\\\u0041\"]".utf8))
        #expect(laidOut == "[\n  \"日\\\"\\\\u0041\"\n]", "\(laidOut)")
        // What would turn round all that comes after it is written out, and what joins letters is left alone.
        let turned = JSONLayout.text(Array("{\"to\":\"a\u{202E}b\u{2066}c\u{2069}\u{200D}d\u{2070}\"}".utf8))
        #expect(turned == "{\n  \"to\": \"a\\u202eb\\u2066c\\u2069\u{200D}d\u{2070}\"\n}", "\(turned)")
    }

    @Test func `several jobs are rescheduled from the list, chosen or all that match`() async throws {
        let pages = try PageStore()
        let one = try await pages.enqueue("some.job", "{}", .queue("q"))
        let two = try await pages.enqueue("some.job", "{}", .queue("q"))
        let chosen = [("job", "\(one).enqueued"), ("action", "reschedule"), ("at", "2999-01-01T08:00")]
        #expect(try await pages.post("/jobs/selection", chosen).status == 303)
        #expect(try pages.engine.job(JobID(rawValue: one))?.due == Instant(iso8601: "2999-01-01T08:00:00Z"))
        #expect(try await pages.post("/jobs/selection", chosen.dropLast()).status == 400)
        let all = [("queue", "q"), ("state", "enqueued"), ("action", "reschedule"), ("at", "2999-01-01T09:00:00.000Z")]
        #expect(try await pages.post("/operations", all).status == 303)
        let operation = try #require(
            try pages.engine.present.operations(below: nil, limit: 1, rowsMax: 100).found.first)
        _ = try await pages.engine.end(of: operation.job.id.rawValue, within: .seconds(20))
        #expect(try pages.engine.job(JobID(rawValue: two))?.due == Instant(iso8601: "2999-01-01T09:00:00Z"))
        try await pages.close()
    }

    @Test func `a start form that was refused comes back with what was typed, and takes further fields`() async throws {
        let pages = try PageStore()
        try await pages.enqueue("nothing", "{\"to\":\"ada\",\"pin\":\"x\"}", .secret("pin"))
        let typed = [
            ("name", "nothing"), ("arg.text.to", "bob"), ("arg.text.pin", "canary"), ("secret", "pin"),
            ("queue", "mail"), ("priority", "often"),
        ]
        let back = try await pages.post("/start", typed)
        #expect(back.status == 400 && back.text.contains("priority is a whole number"))
        #expect(back.text.contains("value=\"bob\"") && back.text.contains("value=\"mail\""))
        #expect(!back.text.contains("canary"))
        for (more, arguments) in [
            ("{\"copy\": true}", "{\"to\":\"bob\",\"copy\": true}"), ("{}", "{\"to\":\"bob\"}"),
        ] {
            let answer = try await pages.post("/start", [("name", "nothing"), ("arg.text.to", "bob"), ("more", more)])
            let id = try #require(answer["location"]?.split(separator: "/").last.flatMap { SequenceNumber($0) })
            let created = try #require(try pages.engine.present.creation(of: id)).value
            #expect(String(decoding: created.arguments, as: UTF8.self) == arguments)
        }
        for more in ["{", "[]", "{\"to\":1}"] {
            let answer = try await pages.post("/start", [("name", "nothing"), ("arg.text.to", "bob"), ("more", more)])
            #expect(answer.status == 400, "\(more)")
        }
        try await pages.close()
    }
}
