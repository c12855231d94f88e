import Daybook
import DaybookLog
import DaybookModel
import Testing

@testable import DaybookDashboard

struct SecretTests {
    private struct ChargeCard: JobArguments {
        static let jobName = "card.charge"
        static let secretFields: Set<String> = ["number", "pin"]
        static let options: [JobOption] = [.queue("cards"), .displayName("Card {number} of {name}"), .attempts(1)]
        var name: String
        var number: String
        var pin: Int
    }

    private static let secrets = ["4111-canary", "987654"]

    /// A job with secrets that has quoted them wherever a run can.
    private func made() async throws -> (PageStore, SequenceNumber) {
        let pages = try PageStore()
        let handle = try await pages.engine.enqueue(ChargeCard(name: "Ada", number: "4111-canary", pin: 987_654))
        let runs = try await pages.engine.claimForOthers(
            upTo: 1, of: ["cards"], runs: .everything, by: "worker", waiting: .zero)
        let run = try #require(runs.first)
        run.log(.info, "charging 4111-canary with 987654")
        run.progress(0.5, "asked the bank of 4111-canary")
        _ = try await run.fail(
            "CardError.4111-canary", "4111-canary was refused, pin 987654", ranMicroseconds: 5, isFinal: true)
        return (pages, handle.id.rawValue)
    }

    @Test func `nobody is shown a secret, whatever he may, on any page, in the API, in metrics or in exports`()
        async throws
    {
        let (pages, job) = try await made()
        let then = try pages.engine.lastEvent
        for role in ["admin", "operator", "viewer"] {
            let token = try #require(pages.tokens[role])
            for path in [
                "/", "/jobs", "/jobs?state=failed", "/jobs/\(job)", "/jobs/\(job)?at=\(then)", "/jobs/\(job)/log",
                "/api/v1/status", "/api/v1/statistics",
                "/jobs/\(job)/log.txt", "/log", "/audit", "/processes", "/metrics", "/api/v1/jobs/\(job)",
                "/api/v1/jobs/\(job)/log", "/api/v1/jobs", "/api/v1/events",
            ] {
                let answer =
                    path.hasPrefix("/api") || path == "/metrics"
                    ? await pages.store.call(token, "GET", path) : try await pages.page(path, as: role)
                for secret in SecretTests.secrets {
                    #expect(!answer.text.contains(secret), "\(role) \(path)")
                }
            }
        }
        let shown = try await pages.page("/jobs/\(job)", as: "admin").text
        #expect(shown.contains("Ada"))
        #expect(shown.contains(Secrets.mark))
        #expect(shown.contains("was refused, pin \(Secrets.mark)"))
        // What cannot be seen cannot be guessed by searching for it.
        #expect(try await !pages.page("/jobs?text=4111-can", as: "admin").text.contains("card.charge"))
        #expect(try await pages.page("/jobs?text=ada", as: "admin").text.contains("Ada"))
        try await pages.close()
    }

    @Test func `what a run quotes is not even in the log, but for the arguments, which a worker gets whole`()
        async throws
    {
        let (pages, job) = try await made()
        for event in try pages.engine.timeline(of: JobID(rawValue: job)) {
            if let run = event.run { #expect(!"\(run.errorType) \(run.error)".contains("canary")) }
        }
        #expect(try await pages.post("/jobs/\(job)/requeue", as: "admin").status == 303)
        let worker = try #require(pages.tokens["worker"])
        let claim = await pages.store.call(
            worker, "POST", "/api/v1/claims", "{\"queues\":[\"cards\"],\"wait\":\"0s\"}")
        #expect(claim.text.contains("4111-canary"))
        try await pages.close()
    }

    @Test(arguments: [true, false]) func `no word with which a run ends quotes a secret, in time or too late`(
        isInForce: Bool
    ) async throws {
        let pages = try PageStore()
        let worker = try #require(pages.tokens["worker"])
        let handle = try await pages.engine.enqueue(ChargeCard(name: "Ada", number: "4111-canary", pin: 987_654))
        let claim = await pages.store.call(
            worker, "POST", "/api/v1/claims", "{\"queues\":[\"cards\"],\"wait\":\"0s\"}")
        let token = try #require((claim.json["claims"] as? [[String: Any]])?.first?["token"] as? Int)
        if !isInForce { #expect(try await pages.post("/jobs/\(handle.id)/cancel", as: "admin").status == 303) }
        let end = await pages.store.call(
            worker, "POST", "/api/v1/claims/\(token)/fail",
            #"{"error":"4111-canary is no card","errorType":"E 4111-canary"}"#)
        #expect(end.status == (isInForce ? 200 : 409))
        for (path, part) in [("/api/v1/jobs/\(handle.id)", Secrets.mark), ("/api/v1/events", "E \(Secrets.mark)")] {
            let text = await pages.store.call(try #require(pages.tokens["admin"]), "GET", path).text
            #expect(text.contains(part) && !text.contains("canary"), "\(path)")
        }
        try await pages.close()
    }

    @Test func `a job by name says what is secret itself, and a recurring one keeps its secrets when it is changed`()
        async throws
    {
        let pages = try PageStore()
        let admin = try #require(pages.tokens["admin"])
        let made = await pages.store.call(
            admin, "POST", "/api/v1/jobs",
            #"{"name":"some.job","args":{"key":"canary-key","of":[{"key":"canary-two"}]},"secret":["key"]}"#
        )
        let job = try #require(made.json["job"] as? Int)
        let text = await pages.store.call(admin, "GET", "/api/v1/jobs/\(job)").text
        #expect(text.contains("{\"key\":\"\(Secrets.mark)\",\"of\":[{\"key\":\"\(Secrets.mark)\"}]}"))
        let charge = ChargeCard(name: "Ada", number: "4111-canary", pin: 987_654)
        try await pages.engine.recurring.set(try RecurringJob("charge", charge, try Schedule("0 2 29 2 *")))
        #expect(try await !pages.page("/recurring/charge").text.contains("4111-canary"))
        #expect(try await !pages.page("/recurring/charge/edit").text.contains("4111-canary"))
        let status = try #require(try pages.engine.recurring.one("charge"))
        let form = [
            ("id", "charge"), ("name", "card.charge"), ("schedule", "0 3 * * *"), ("zone", "UTC"),
            ("arguments", String(decoding: status.shownArguments, as: UTF8.self)),
        ]
        #expect(try await pages.post("/recurring", form).status == 303)
        let changed = try #require(try pages.engine.recurring.one("charge"))
        #expect(changed.schedule == "0 3 * * *")
        #expect(changed.arguments == status.arguments)
        try await pages.close()
    }

    @Test func `arguments that replace others are shown in their place, without what is secret in them`() async throws {
        let pages = try PageStore()
        let admin = try #require(pages.tokens["admin"])
        func enqueue(_ more: String) async throws -> Int {
            let answer = await pages.store.call(
                admin, "POST", "/api/v1/jobs", "{\"name\":\"some.job\",\"key\":\"k\",\(more)}")
            return try #require(answer.json["job"] as? Int, "\(answer.text)")
        }
        let job = try await enqueue(#""args":{"pin":"first","to":"ada"}"#)
        #expect(
            try await enqueue(#""onConflict":"replace","secret":["pin"],"args":{"pin":"canary","to":"bob"}"#) == job)
        let api = await pages.store.call(admin, "GET", "/api/v1/jobs/\(job)").text
        #expect(api.contains("{\"pin\":\"\(Secrets.mark)\",\"to\":\"bob\"}"), "\(api)")
        let page = try await pages.page("/jobs/\(job)", as: "admin").text
        #expect(page.contains("bob") && !page.contains("canary"))
        try await pages.close()
    }
}
