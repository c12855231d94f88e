import Daybook
import DaybookModel
import Testing

@testable import DaybookDashboard

/// Forms come with marks in place of what is secret, and are sent back.
struct SecretFormTests {
    private struct FillWallet: JobArguments {
        static let jobName = "wallet.fill"
        static let secretFields: Set<String> = ["pin", "isOpen"]
        static let example: FillWallet? = FillWallet(
            owner: "Ada", isOpen: false, card: Card(label: "first", pin: "canary-one"), note: "by canary-one")
        var owner: String
        var isOpen: Bool
        var card: Card
        var note: String

        struct Card: Codable, Sendable {
            var label: String
            var pin: String
        }
    }

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
                ("id", "fill"), ("name", "wallet.fill"), ("schedule", "0 2 29 2 *"), ("zone", "UTC"),
                ("arguments", arguments),
            ])
    }

    @Test(arguments: ["form", "program"])
    func `whoever changes what he is shown of a recurring job's arguments leaves its secrets as they were`(
        _ way: String
    ) async throws {
        let pages = try PageStore()
        var job = RecurringJob(
            "fill", "wallet.fill", arguments: Array(SecretFormTests.owned.utf8), try Schedule("0 2 29 2 *"))
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

    @Test func `a form to start a job shows no secret of an example, at any depth, and takes no mark for one`()
        async throws
    {
        let store = try TestStore(register: { $0.register(FillWallet.self) { _, _ in } })
        let page = await store.ask("GET", "/start/wallet.fill")
        #expect(page.status == 200)
        #expect(!page.text.contains("canary"))
        #expect(page.text.contains("first") && page.text.contains(Secrets.mark))
        let sent = [
            ("cookie", try #require(page.cookie)), ("content-type", "application/x-www-form-urlencoded"),
            ("accept", "text/html"),
        ]
        let token = try #require(page.formToken)
        func start(_ card: String, _ more: [(String, String)] = []) async -> DashboardResponse {
            let fields = [
                ("csrf", token), ("name", "wallet.fill"), ("secret", "pin"), ("secret", "isOpen"),
                ("arg.text.owner", "Bob"), ("arg.flag.isOpen", "true"), ("arg.json.card", card),
            ]
            return await store.ask("POST", "/start", sent, PageStore.form(fields + more))
        }
        for (card, more) in [
            (#"{"label":"typed","pin":"•••"}"#, [("arg.text.note", "")]),
            (#"{"label":"typed","pin":"new"}"#, [("arg.text.note", "by •••")]),
        ] {
            let answer = await start(card, more)
            #expect(answer.status == 400, "\(card)")
            #expect(answer.text.contains("typed"))
        }
        // What comes back after a slip has no secret in it, wherever it was typed.
        for (card, more, isShown) in [
            (#"{"label":"typed","pin":"canary-two"}"#, [("arg.text.note", "canary-two")], true),
            (#"{"label":"typed","pin":"canary-two""#, [("arg.text.note", "")], false),
            (#"{"label":"typed","pin":"1"}"#, [("more", #"{"pin":"canary-two"}"#)], true),
            (#"{"label":"typed","pin":"1"}"#, [("more", #"{"pin":"canary-two"#)], true),
        ] {
            let answer = await start(card, more + [("priority", "high")])
            #expect(answer.status == 400, "\(card)")
            #expect(!answer.text.contains("canary"), "\(card) \(more)")
            #expect(answer.text.contains("typed") == isShown, "\(card) \(more)")
            #expect(answer.text.contains("Bob") && answer.text.contains("high"))
        }
        // Behind a new recurring job there is nothing either.
        for (pin, status) in [(Secrets.mark, 400), ("canary-two", 200)] {
            let answer = await store.ask(
                "PUT", "/api/v1/recurring/new", [("content-type", "application/json")],
                "{\"name\":\"wallet.fill\",\"schedule\":\"0 2 29 2 *\",\"args\":{\"card\":{\"pin\":\"\(pin)\"}}}")
            #expect(answer.status == status, "\(answer.text)")
        }
        let made = await start(#"{"label":"typed","pin":"canary-two"}"#, [("arg.text.note", "canary-two")])
        #expect(made.status == 303, "\(made.text)")
        try await store.close()
    }

    @Test func `a form to start a job by its newest one takes the kinds of fields and not what is secret`()
        async throws
    {
        let pages = try PageStore()
        try await pages.enqueue(
            "nothing", #"{"to":"ada","pin":987654,"card":{"pin":"canary"},"isSafe":false}"#, .secret("pin", "isSafe"))
        let page = try await pages.page("/start/nothing").text
        #expect(!page.contains("canary") && !page.contains("987654"))
        #expect(page.contains("name=\"arg.number.pin\" value=\"\""))
        #expect(!page.contains("value=\"false\" selected"))
        try await pages.close()
    }
}
