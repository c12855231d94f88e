import Daybook
import DaybookModel
import Testing

@testable import DaybookDashboard

@Suite struct `What was erased` {
    private let canary = "canary-5b17"

    @Test func `is said to be so on pages and in the API, and is not there`() async throws {
        let store = try TestStore(encryption: .perTenant)
        let argument = Array("\"\(canary)\"".utf8)
        let job = try await store.engine.enqueue(
            "nothing", arguments: argument, [.tenant("acme"), .delay(.seconds(3_600))])
        let nightly = RecurringJob(
            "nightly", "nothing", arguments: argument, .every(.seconds(3_600)), [.job(.tenant("acme"))])
        try await store.engine.recurring.set(nightly)
        let paths = ["/jobs/\(job.id)", "/recurring/nightly"]
        for path in paths { #expect(await store.ask("GET", path).text.contains(canary)) }

        try store.engine.erase(tenant: "acme")
        for path in paths {
            let page = await store.ask("GET", path)
            #expect(page.status == 200 && !page.text.contains(canary) && page.text.contains("Cannot be read: erased."))
            let answer = await store.ask("GET", "/api/v1" + path)
            #expect(answer.status == 200 && !answer.text.contains(canary), "\(answer.text)")
            #expect(answer.json["closed"] as? String == "erased", "\(answer.text)")
            #expect(answer.json["closedBecause"] as? String == "erased")
        }
        try await store.close()
    }
}
