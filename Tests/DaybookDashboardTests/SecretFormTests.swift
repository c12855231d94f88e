import Daybook
import DaybookModel
import Testing

@testable import DaybookDashboard

/// Forms come with marks in place of what is secret, and are sent back.
struct SecretFormTests {
    private static let owned = #"{"cards":[{"no":1,"pin":"canary-one"},{"no":2,"pin":[70707]}],"note":"by canary-one"}"#

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    /// A recurring job with secrets within, and one by each way of changing it.
    private func change(
        _ pages: PageStore, _ arguments: String, over way: String
    ) async throws -> DashboardResponse {
        guard way == "form" else {
            let admin = try #require(pages.tokens["admin"])
            return await pages.store.call(
                admin, "PUT", "/api/v1/recurring/fill", "{\"name\":\"wallet.fill\",\"args\":\(arguments)}")
        }
        return try await pages.post(
            "/recurring",
            [
                ("id", "fill"), ("name", "wallet.fill"), ("schedule", "0 2 * * *"), ("zone", "UTC"),
                ("arguments", arguments),
            ])
    }

    @Test(arguments: ["form", "program"])
    func `whoever changes what he is shown of a recurring job's arguments leaves its secrets as they were`(
        _ way: String
    ) async throws {
        let pages = try PageStore()
        var job = RecurringJob(
            "fill", "wallet.fill", arguments: Array(SecretFormTests.owned.utf8), try Schedule("0 2 * * *"))
        job.set.job.secret = ["pin"]
        try await pages.engine.recurring.set(job)
        func now() throws -> RecurringStatus { try #require(try pages.engine.recurring.one("fill")) }
        let shown = text(try now().shownArguments)
        #expect(shown == #"{"cards":[{"no":1,"pin":"•••"},{"no":2,"pin":"•••"}],"note":"by •••"}"#)
        #expect(
            try await change(pages, shown.replacing("\"no\":2", with: "\"no\": 3"), over: way).status
                == (way == "form" ? 303 : 200))
        #expect(text(try now().arguments) == SecretFormTests.owned.replacing("\"no\":2", with: "\"no\": 3"))
        let before = try now().arguments
        for unclear in [
            // There was no third card, no mark in that text, and no such field.
            shown.replacing("],", with: #",{"no":3,"pin":"•••"}],"#), shown.replacing("by •••", with: "of •••"),
            shown.replacing("\"note\"", with: "\"pin\":\"\\u2022••\",\"note\""), "\"•••\"",
            // Elements that have changed places, and one that is left of two: whose secrets would be meant?
            #"{"cards":[{"no": 3,"pin":"•••"},{"no":1,"pin":"•••"}],"note":""}"#,
            #"{"cards":[{"no":3,"pin":"•••"}],"note":""}"#,
        ] {
            let answer = try await change(pages, unclear, over: way)
            #expect(answer.status == 400, "\(unclear): \(answer.status)")
            #expect(answer.text.contains(Secrets.mark), "\(unclear): \(answer.text)")
            #expect(try now().arguments == before, "\(unclear)")
        }
        let anew = #"{"cards":[{"no":3,"pin":"canary-new"}],"note":""}"#
        #expect(try await change(pages, anew, over: way).status == (way == "form" ? 303 : 200))
        #expect(text(try now().arguments) == anew)
        try await pages.close()
    }
}
