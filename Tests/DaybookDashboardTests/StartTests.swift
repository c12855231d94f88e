import DaybookModel
import Testing

@testable import Daybook
@testable import DaybookDashboard

struct StartTests {
    private func form(_ text: String, secret: [String] = []) -> ArgumentForm {
        ArgumentForm(Array(text.utf8), secret: secret)
    }

    @Test func `a form is made of arguments, and what it sends is arguments again`() throws {
        let fields = try #require(
            form("{\"to\":\"ada\",\"count\":3,\"fast\":true,\"list\":[1],\"pin\":\"x\"}", secret: ["pin"]).fields)
        #expect(fields.map(\.name) == ["to", "count", "fast", "list", "pin"])
        #expect(fields.map(\.kind) == [.text, .number, .flag, .json, .text])
        #expect(fields.map(\.value) == ["ada", "3", "true", "[1]", ""])
        #expect(form("[1]").fields == nil)
        let sent = FormValues(pairs: fields.map { ("arg.\($0.kind.rawValue).\($0.name)", $0.value) })
        let arguments = try ArgumentForm.arguments(sent)
        #expect(
            String(decoding: arguments, as: UTF8.self)
                == "{\"to\":\"ada\",\"count\":3,\"fast\":true,\"list\":[1],\"pin\":\"\"}")
        for bad in [("arg.number.count", "many"), ("arg.json.list", "["), ("arg.colour.x", "1"), ("arg.x", "1")] {
            #expect(throws: RouteFailure.self) { try ArgumentForm.arguments(FormValues(pairs: [bad])) }
        }
    }

    @Test func `a job is started by hand, from a form that is like the last of its kind`() async throws {
        let pages = try PageStore()
        try await pages.enqueue("nothing", "{\"to\":\"ada\",\"pin\":\"canary\"}", .secret("pin"))
        #expect(try await pages.page("/start").text.contains("/start/nothing"))
        let page = try await pages.page("/start/nothing").text
        #expect(page.contains("name=\"arg.text.to\" value=\"ada\""))
        #expect(!page.contains("canary"))
        let answer = try await pages.post(
            "/start",
            [
                ("name", "nothing"), ("arg.text.to", "bob"), ("arg.text.pin", "canary-two"), ("secret", "pin"),
                ("queue", "mail"), ("priority", "5"),
            ])
        #expect(answer.status == 303)
        let id = try #require(answer["location"]?.split(separator: "/").last.flatMap { SequenceNumber($0) })
        let created = try #require(try pages.engine.present.creation(of: id)).value
        #expect(String(decoding: created.arguments, as: UTF8.self) == "{\"to\":\"bob\",\"pin\":\"canary-two\"}")
        #expect(created.queue == "mail")
        #expect(created.priority == 5)
        #expect(created.actor.person == "operator")
        #expect(try await !pages.page("/jobs/\(id)").text.contains("canary-two"))
        #expect(try await pages.page("/start", as: "viewer").status == 403)
        #expect(try await pages.post("/start", [("name", "nothing"), ("args", "{")]).status == 400)
        #expect(try await pages.post("/start", [("name", "x"), ("queue", "daybook.operations")]).status == 400)
        let admin = try #require(pages.tokens["admin"])
        #expect(await pages.store.call(admin, "GET", "/api/v1/registered").text.contains("\"nothing\""))
        try await pages.close()
    }

    private struct Pay: Job {
        static let jobName = "pay"
        static let example = Pay(amount: 7)
        var amount: Int
        func run(_ context: JobContext) -> Int { amount }
    }

    private struct Wrong: Job {
        static let jobName = "wrong"
        static let example = 7
        func run(_ context: JobContext) {}
    }

    @Test func `an example counts with a question mark and without one`() async throws {
        let store = try TestStore(register: { $0.register(Pay.self) })
        let page = await store.ask("GET", "/start/pay")
        #expect(page.text.contains("name=\"arg.number.amount\" value=\"7\""), "\(page.text)")
        try await store.close()
    }

    @Test func `an example that is none of its type is refused where it is registered`() throws {
        var registry = JobRegistry()
        registry.register(Wrong.self)
        let error = #expect(throws: RegistrationError.self) { try registry.check() }
        #expect("\(error as Any)".contains("make it a Wrong"))
    }

    @Test func `limits and recurring jobs are set over the API, rates and all`() async throws {
        let pages = try PageStore()
        let admin = try #require(pages.tokens["admin"])
        func ask(_ method: String, _ path: String, _ body: String) async -> DashboardResponse {
            await pages.store.call(admin, method, "/api/v1/\(path)", body)
        }
        let set = "{\"scope\":\"queue:mail\",\"concurrency\":3,\"rate\":\"100/1m\",\"sliding\":true}"
        #expect(await ask("POST", "limits", set).status == 200)
        let found = await ask("GET", "limits", "").text
        #expect(found.contains("\"scope\":\"queue:mail\",\"concurrency\":3"))
        #expect(found.contains("\"rate\":100,\"rateMicroseconds\":60000000,\"sliding\":true"))
        for bad in [
            "{}", "{\"scope\":\"queue:mail\"}", "{\"scope\":\"mail\",\"serial\":true}",
            "{\"scope\":\"queue:mail\",\"rate\":\"often\"}",
        ] { #expect(await ask("POST", "limits", bad).status == 400, "\(bad)") }
        #expect(await ask("POST", "limits/remove", "{\"scope\":\"queue:mail\"}").status == 200)
        #expect(await ask("GET", "limits", "").text.contains("\"limits\":[]"))
        let rate = [("kind", "name"), ("scope", "some.job"), ("rate", "5/10s")]
        #expect(try await pages.post("/limits", rate).status == 303)
        #expect(try await pages.page("/queues").text.contains("name:some.job"))

        let job = "{\"name\":\"report\",\"schedule\":\"0 2 29 2 *\",\"args\":{\"to\":\"ada\"},\"attempts\":3}"
        #expect(await ask("PUT", "recurring/report.nightly", job).status == 200)
        #expect(
            await ask("PUT", "recurring/report.nightly", "{\"name\":\"report\",\"schedule\":\"0 3 * * *\"}").status
                == 200)
        let status = try #require(try pages.engine.recurring.one("report.nightly"))
        #expect(status.schedule == "0 3 * * *")
        #expect(status.set.job.attempts == 3)
        #expect(String(decoding: status.arguments, as: UTF8.self) == "{\"to\":\"ada\"}")
        #expect(
            await ask("PUT", "recurring/report.nightly", "{\"name\":\"report\",\"schedule\":\"soon\"}").status == 400)
        try await pages.close()
    }
}
