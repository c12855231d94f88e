import Daybook
import DaybookModel
import Testing

@testable import DaybookDashboard

struct PageTests {
    @Test func `a job's retries are told in words`() {
        #expect(Texts.retries(.fixed(.seconds(3))) == "after 3s")
        #expect(Texts.retries(.fixed(.seconds(1), .seconds(90))) == "after 1s, then 90s")
        #expect(Texts.retries(.fixed(.zero)) == "at once")
        #expect(Texts.retries(.abp) == "after 1m, 2 times as long each time; for 2d in all")
        #expect(
            Texts.retries(.exponential(first: .seconds(1), factor: 1.5, cap: .seconds(3_600)))
                == "after 1s, 1.5 times as long each time, at most 1h")
        #expect(Texts.retries(.hangfire).contains("Hangfire"))
    }

    @Test func `every page answers a reader, and without script`() async throws {
        let pages = try PageStore()
        let job = try await pages.enqueue("mail.send", "{\"to\":\"ada\"}", .queue("mail"), .tags("blue"))
        _ = try await pages.fail(queue: "mail", "no route to host")
        let waiting = try await pages.enqueue("mail.send", "{}", .queue("mail"))
        try await pages.engine.recurring.set(
            RecurringJob("report.nightly", "report", arguments: [], try Schedule("0 2 29 2 *")))
        let new = NewBatch(name: "import", isOpen: true, jobs: [], actor: .system)
        guard case .together(let answers) = try await pages.engine.perform(.batch(Box(.create(new)))),
            case .done(let batch)? = answers.first
        else {
            Issue.record("there is no batch")
            return
        }
        try await pages.engine.wait(for: DashboardFollower.self, through: try pages.engine.read { try $0.last })
        let found: [(String, String)] = [
            ("/", "Overview"), ("/?span=week", "Last week"), ("/jobs", "mail.send"),
            ("/jobs?state=failed", "mail.send"),
            ("/jobs/\(job)", "no route to host"), ("/jobs/\(waiting)", "mail"), ("/jobs/\(job)/log", "Log of job"),
            ("/queues", "mail"), ("/recurring", "report.nightly"), ("/recurring/report.nightly", "02:00"),
            ("/recurring/report.nightly/edit", "0 2 29 2 *"), ("/recurring-new", "New recurring job"),
            ("/batches", "import"), ("/batches/\(batch)", "import"), ("/processes", "Alive"), ("/log", "created"),
            ("/log?kind=failed", "Trouble"), ("/audit", "Audit"), ("/storage", "Address space"),
        ]
        for (target, text) in found {
            let page = try await pages.page(target)
            #expect(page.status == 200, "\(target): \(page.status)")
            #expect(page.text.contains(text), "\(target) does not say \(text)")
            #expect(page.byteCount < 60 << 10, "\(target) has \(page.byteCount) bytes")
            #expect(page.text.contains("<main id=\"main\">"))
        }
        try await pages.close()
    }

    @Test func `batches lead to those inside them and around them, on pages, as JSON and as files`() async throws {
        let pages = try PageStore()
        let release = try await pages.engine.openBatch("release")
        let plain = try await pages.page("/batches/\(release.id)").text
        #expect(!plain.contains("Batches inside"))
        let tests = try await pages.engine.openBatch("tests", in: release)
        let slow = try await pages.engine.openBatch("slow", in: release)
        _ = try await pages.engine.openBatch("other")
        let outer = try await pages.page("/batches/\(release.id)").text
        #expect(outer.contains("Batches inside") && outer.contains("/batches/\(tests.id)\">tests</a>"))
        #expect(!outer.contains(">other</a>"))
        let inner = try await pages.page("/batches/\(tests.id)").text
        #expect(inner.contains("Inside <a href=\"/batches/\(release.id)\">Batch \(release.id)</a>"))
        #expect(try await pages.page("/batches/\(release.id)?batchesAfter=\(tests.id)").text.contains(">slow</a>"))
        let next = try await pages.page("/batches/\(release.id)?batchesAfter=\(tests.id)").text
        #expect(!next.contains(">tests</a>"))

        let waiting = try await pages.enqueue("mail.send", "{}", .after(release))
        let job = try await pages.page("/jobs/\(waiting)").text
        #expect(job.contains("/batches/\(release.id)\">Batch \(release.id)</a>"), "\(job)")
        #expect(job.contains("batch \(tests.id) inside it is open"))

        let token = try #require(pages.tokens["admin"])
        let one = await pages.store.call(token, "GET", "/api/v1/batches/\(release.id)?limit=1").json
        let listed = try #require(one["batches"] as? [[String: Any]])
        #expect(listed.map { $0["batch"] as? Int } == [Int(tests.id)])
        #expect(listed.first?["inBatch"] as? Int == Int(release.id))
        #expect(one["next"] as? Int == Int(tests.id) && one["inBatch"] == nil)
        let rest = await pages.store.call(token, "GET", "/api/v1/batches/\(release.id)?cursor=\(tests.id)").json
        #expect((rest["batches"] as? [[String: Any]])?.map { $0["batch"] as? Int } == [Int(slow.id)])
        try await pages.close()
    }

    @Test func `the first page with all that it loads is small`() async throws {
        let pages = try PageStore()
        let home = try await pages.page("/")
        #expect(home.byteCount + Assets.style.count + Assets.script.count + Assets.icon.count <= 60 << 10)
        #expect(!home.text.contains("http://"))
        #expect(!home.text.contains("https://"))
        try await pages.close()
    }

    @Test func `a viewer sees jobs and nothing of what was given to them`() async throws {
        let pages = try PageStore()
        let job = try await pages.enqueue(
            "mail.send", "{\"to\":\"secret-ada\"}", .queue("mail"), .displayName("Mail to {to}"), .key("secret-key"))
        _ = try await pages.fail(queue: "mail", "secret-error")
        try await pages.engine.wait(for: DashboardFollower.self, through: try pages.engine.read { try $0.last })
        for target in ["/jobs", "/jobs?state=failed", "/jobs/\(job)", "/", "/batches", "/recurring"] {
            let page = try await pages.page(target, as: "viewer")
            #expect(page.status == 200, "\(target)")
            #expect(!page.text.contains("secret"), "\(target)")
        }
        let shown = try await pages.page("/jobs/\(job)", as: "viewer")
        #expect(shown.text.contains("mail.send"))
        #expect(shown.text.contains("jobs.args.read"))
        #expect(try await pages.page("/jobs?text=secret", as: "viewer").status == 403)
        #expect(try await pages.page("/jobs/\(job)/log", as: "viewer").status == 403)
        #expect(try await pages.page("/jobs/\(job)/log.txt", as: "viewer").status == 403)
        #expect(try await pages.page("/log", as: "viewer").status == 403)
        let whole = try await pages.page("/jobs/\(job)")
        for text in ["secret-ada", "secret-error", "secret-key"] { #expect(whole.text.contains(text)) }
        try await pages.close()
    }

    @Test func `lists page by key, and each job is on one page`() async throws {
        let pages = try PageStore { $0.pageSize = 3 }
        var jobs: [SequenceNumber] = []
        for _ in 0..<8 { jobs.append(try await pages.enqueue("some.job", "{}", .queue("many"))) }
        for state in ["", "state=enqueued&"] {
            var found: [SequenceNumber] = []
            var target: String? = "/jobs?\(state)queue=many"
            var count = 0
            while let next = target, count < 10 {
                count += 1
                let page = try await pages.page(next)
                let part = PageTests.jobs(in: page.text)
                #expect(part.count <= 3)
                found += part
                target = PageTests.nextPage(in: page.text)
                if count == 1 { jobs.append(try await pages.enqueue("some.job", "{}", .queue("other"))) }
            }
            #expect(found == jobs.prefix(8).reversed(), "\(state)")
        }
        try await pages.close()
    }

    @Test func `failed jobs are found by their list and leave it when they run again`() async throws {
        let pages = try PageStore { $0.pageSize = 2 }
        var failed: [SequenceNumber] = []
        for index in 0..<5 {
            try await pages.enqueue("some.job", "{}", .queue("bad"))
            if let job = try await pages.fail(queue: "bad", "error \(index)") { failed.append(job) }
        }
        try await pages.engine.wait(for: DashboardFollower.self, through: try pages.engine.read { try $0.last })
        var found: [SequenceNumber] = []
        var target: String? = "/jobs?state=failed"
        while let next = target, found.count < 20 {
            let page = try await pages.page(next)
            found += PageTests.jobs(in: page.text)
            target = PageTests.nextPage(in: page.text)
        }
        #expect(found == failed.reversed())
        #expect(try await pages.post("/jobs/\(failed[4])/requeue", [("reason", "once more")]).status == 303)
        #expect(PageTests.jobs(in: try await pages.page("/jobs?state=failed").text) == [failed[3], failed[2]])
        try await pages.close()
    }

    @Test func `the latest failures say what went wrong, to those who may see it`() async throws {
        let pages = try PageStore()
        try await pages.enqueue("mail.send", "{}", .queue("mail"), .attempts(1))
        _ = try await pages.fail(queue: "mail", "no route to <b>\nsecond line \(String(repeating: "x", count: 500))")
        try await pages.engine.wait(for: DashboardFollower.self, through: try pages.engine.read { try $0.last })
        func latest(_ role: String) async throws -> String {
            let page = try await pages.page("/", as: role).text
            return String(page[try #require(page.firstRange(of: "Latest failures")).lowerBound...])
        }
        let operators = try await latest("operator")
        #expect(operators.contains("Trouble: no route to &lt;b&gt;</span>") && !operators.contains("second line"))
        let viewers = try await latest("viewer")
        #expect(viewers.contains(">Trouble</span>") && !viewers.contains("no route"))
        try await pages.close()
    }

    @Test func `the list of jobs counts those that wait for another run`() async throws {
        let pages = try PageStore()
        func chip() async throws -> String {
            let page = try await pages.page("/jobs").text
            return String(try #require(page.firstMatch(of: /Retrying( <b>[^<]*<\/b>)?<\/a>/)).0)
        }
        try await pages.enqueue("mail.send", "{}", .queue("mail"), .delay(.seconds(60)))
        #expect(try await chip() == "Retrying <b>0</b></a>")
        try await pages.enqueue("mail.send", "{}", .queue("mail"), .attempts(2))
        _ = try await pages.run(queue: "mail") { _, _ in
            .failed(
                Box(
                    Outcome.Failure(
                        errorType: "Trouble", error: "no", ranMicroseconds: 1, salt: 1, random: 1, isFinal: false)))
        }
        #expect(try await chip() == "Retrying <b>1</b></a>")
        let many = JobsPage.Counts.lookedAtMax
        try await pages.engine.enqueue(
            (0..<many).map { _ in JobRequest("a", arguments: [], [.delay(.seconds(9_000))]) })
        #expect(try await chip().contains("≥"))
        try await pages.close()
    }

    @Test func `the navigation leads where somebody may go`() async throws {
        let pages = try PageStore()
        func leads(_ role: String, _ target: String = "/jobs") async throws -> [String] {
            let page = try await pages.page(target, as: role).text
            let bar = try #require(page.firstMatch(of: /<nav class="main".*?<\/nav>/))
            return bar.0.matches(of: /href="\/([a-z]*)[?"]/).map { String($0.1) }
        }
        let (operators, viewers) = (try await leads("operator"), try await leads("viewer"))
        #expect(operators.contains("start") && operators.contains("operations"))
        #expect(!viewers.contains("start") && viewers.contains("operations"))
        try await pages.enqueue("some.job")
        let past = try await leads("operator", "/jobs?at=\(try pages.engine.lastEvent)")
        #expect(past.contains("jobs") && !past.contains("start"))
        #expect(try await leads("tenant") == ["", "jobs", "operations", "start"])
        for part in try await leads("tenant") {
            #expect(try await pages.page("/\(part)", as: "tenant").status == 200, "\(part)")
        }
        try await pages.close()
    }

    @Test func `a batch says what runs at its end, and how that went`() async throws {
        let pages = try PageStore()
        let batch = try await pages.engine.openBatch("import")
        try await pages.enqueue("row.import", "{}", .queue("mail"), .batch(batch))
        let after = try await pages.enqueue("import.done", "{}", .queue("mail"), .after(batch))
        func end() async throws -> String {
            let page = try await pages.page("/batches/\(batch.id)").text
            let section = try #require(page.firstMatch(of: /Runs at its end.*?<\/section>/))
            #expect(section.0.contains("/jobs/\(after)\">import.done</a>"))
            let token = try #require(pages.tokens["viewer"])
            let answer = await pages.store.call(token, "GET", "/api/v1/batches/\(batch.id)").json
            let callbacks = (answer["callbacks"] as? [[String: Any]])?.compactMap { $0["job"] as? Int }
            #expect(callbacks == [Int(after)])
            return String(section.0)
        }
        #expect(try await end().contains("Awaiting"))
        try await batch.seal()
        for _ in 0..<2 { _ = try await pages.succeed(queue: "mail") }
        #expect(try await end().contains("Succeeded"))
        try await pages.close()
    }

    @Test func `nobody of a tenant is told how another's job stands that his own waits for`() async throws {
        let pages = try PageStore()
        let other = try await pages.enqueue("some.job", "{}", .queue("shared"), .tenant("red"))
        let batch = try await pages.engine.openBatch("hush")
        let first = try await pages.enqueue("some.job", "{}", .tenant("blue"), .after(JobID(rawValue: other)))
        let second = try await pages.enqueue("some.job", "{}", .tenant("blue"), .after(JobID(rawValue: first)))
        let third = try await pages.enqueue("some.job", "{}", .tenant("blue"), .after(batch))
        let token = try #require(pages.tokens["tenant"])
        for (job, why) in [
            (first, "It waits for the success of a job of another tenant."),
            (second, "It waits for the success of job \(first), which is awaiting."),
            (third, "It waits for the success of a batch."),
        ] {
            let story = await pages.store.call(token, "GET", "/api/v1/jobs/\(job)").json
            #expect(story["why"] as? String == why)
            #expect(try await pages.page("/jobs/\(job)", as: "tenant").text.contains(why))
        }
        #expect(try await pages.page("/jobs/\(first)").text.contains("job \(other), which is enqueued"))
        try await pages.close()
    }

    @Test func `a list of failed jobs gathers what fills its page, and more where its filter leaves jobs out`()
        async throws
    {
        let pages = try PageStore()
        var failed: [SequenceNumber] = []
        for index in 0..<12 {
            try await pages.enqueue("some.job", "{}", .queue("bad"))
            if let job = try await pages.fail(queue: "bad", "error no \(index);") { failed.append(job) }
        }
        try await pages.engine.wait(for: DashboardFollower.self, through: try pages.engine.read { try $0.last })
        func directory(_ filter: JobFilter) -> JobDirectory {
            JobDirectory(store: pages.engine.present, engine: pages.engine, filter: filter)
        }
        let all = directory(JobFilter(states: [.failed]))
        let known = try #require(try all.known(below: nil, atMost: 4))
        #expect(known.ids == Array(failed.suffix(4).reversed()) && !known.isWhole)
        #expect(try all.page(below: nil, limit: 3).jobs.map(\.sequence) == Array(failed.suffix(3).reversed()))
        let oldest = try directory(JobFilter(states: [.failed], text: "error no 0;")).page(below: nil, limit: 1)
        #expect(oldest.jobs.map(\.sequence) == [failed[0]])
        #expect(oldest.next == nil)
        try await pages.close()
    }

    @Test func `a search that finds little is broken off and says so`() async throws {
        let pages = try PageStore()
        let listing = try pages.engine.walk(JobFilter(name: "absent")).page(below: nil, limit: 10, rowsMax: 0)
        #expect(listing.jobs.isEmpty)
        var jobs: [JobRequest] = []
        for _ in 0..<5_000 { jobs.append(JobRequest("some.job", arguments: [])) }
        try await pages.engine.enqueue(jobs)
        let cut = try pages.engine.walk(JobFilter(name: "absent")).page(below: nil, limit: 10, rowsMax: 1_000)
        #expect(cut.isCut)
        #expect(cut.looked < 3_000)
        for filter in [JobFilter(text: "absent"), JobFilter(tags: ["absent"])] {
            let directory = JobDirectory(store: pages.engine.present, engine: nil, filter: filter)
            let listing = try directory.page(below: nil, limit: 10)
            #expect(listing.isCut && listing.looked < 2 * directory.rowsMax)
        }
        let page = try await pages.page("/jobs?text=absent")
        #expect(page.text.contains("were looked at"))
        let next = try #require(PageTests.nextPage(in: page.text))
        #expect(try await pages.page(next).status == 200)
        var pagesSeen = 1
        var target: String? = next
        while let place = target, pagesSeen < 10 {
            pagesSeen += 1
            target = PageTests.nextPage(in: try await pages.page(place).text)
        }
        #expect(target == nil && pagesSeen > 2)
        try await pages.close()
    }

    @Test func `somebody of a tenant sees that one's jobs and no others`() async throws {
        let pages = try PageStore()
        let own = try await pages.enqueue("some.job", "{}", .queue("shared"), .tenant("blue"))
        let other = try await pages.enqueue("some.job", "{}", .queue("shared"), .tenant("red"))
        #expect(PageTests.jobs(in: try await pages.page("/jobs", as: "tenant").text) == [own])
        #expect(try await pages.page("/jobs?tenant=red", as: "tenant").status == 403)
        #expect(try await pages.page("/jobs/\(own)", as: "tenant").status == 200)
        #expect(try await pages.page("/jobs/\(other)", as: "tenant").status == 404)
        #expect(try await pages.page("/jobs/\(other)/log", as: "tenant").status == 404)
        for verb in ["cancel", "requeue", "delete"] {
            #expect(try await pages.post("/jobs/\(other)/\(verb)", as: "tenant").status == 404)
        }
        let chosen = [("job", "\(other).enqueued"), ("action", "cancel")]
        #expect(try await pages.post("/jobs/selection", chosen, as: "tenant")["location"]?.contains("done=0") == true)
        #expect(try pages.engine.state(of: JobID(rawValue: other)) == .enqueued)
        for target in ["/queues", "/batches", "/recurring", "/processes", "/log", "/audit", "/storage"] {
            #expect(try await pages.page(target, as: "tenant").status == 403, "\(target)")
        }
        #expect(try await !pages.page("/", as: "tenant").text.contains("tile"))
        try await pages.close()
    }

    static func jobs(in text: String) -> [SequenceNumber] {
        text.matches(of: /<td class="number"><a href="\/jobs\/(\d+)">/).compactMap { SequenceNumber($0.1) }
    }

    @Test func `queues come a page at a time, each of them once, in the order of their names`() async throws {
        let pages = try PageStore { $0.pageSize = 4 }
        let names = (1...10).map { "queue.\($0)" }
        for name in names { try await pages.enqueue("some.job", "{}", .queue(name)) }
        _ = try await pages.post("/queues/queue.9/pause")
        var target: String? = "/queues"
        var found: [[String]] = []
        while let next = target, found.count < 5 {
            let page = try await pages.page(next).text
            // Of all queues, whichever are on the page.
            #expect(page.contains(Texts.resumeEveryQueue))
            // It comes and goes as queues are paused and resumed.
            #expect(page.contains("id=\"all-queues\" data-live"))
            found.append(page.matches(of: /href="\/queues\/([a-z0-9.]+)"/).map { String($0.1) })
            target = PageTests.nextPage(in: page)
        }
        #expect(found.map(\.count) == [4, 4, 2])
        #expect(found.flatMap { $0 } == names.sorted())
        #expect(try await pages.page("/queues?after=zzz").text.contains(Texts.noFurtherQueues))
        try await pages.close()
    }

    static func nextPage(in text: String) -> String? {
        guard let found = text.firstMatch(of: /href="([^"]+)" rel="next"/) else { return nil }
        return String(found.1).replacing("&amp;", with: "&")
    }
}
