import Daybook
import DaybookLog
import DaybookModel
import Testing

@testable import DaybookDashboard

@Suite struct `An error of the engine` {
    @Test func `that says how things stand in the way is told as a conflict`() {
        let failure = RouteFailure(LogError(.refused, "A legal hold is in the way; release it first."))
        #expect(failure.status == 409)
        #expect(failure.sentence == "A legal hold is in the way; release it first.")
        #expect(failure.code == .log(.refused))
    }

    @Test(arguments: [
        (LogError.Code.diskFull, 507), (.badInput, 400), (.notFound, 404), (.refused, 409),
    ])
    func `is told with its code if it is about what was asked for`(code: LogError.Code, status: Int) {
        let failure = RouteFailure(LogError(code, "What it says."))
        #expect(failure.status == status && failure.code == .log(code))
        #expect(failure.sentence == "What it says." && failure.words == "What it says.")
    }

    @Test(arguments: [
        LogError.Code.damaged, .upgraded, .unusable, .headMoved, .unknownOutcome, .keyRefused, .stopped,
    ])
    func `is told to nobody if it went wrong inside`(code: LogError.Code) {
        let failure = RouteFailure(LogError(code, "canary"))
        #expect(failure.status == 503 && failure.code == nil)
        #expect(!failure.sentence.contains("canary") && !failure.words.contains("canary"))
    }

    @Test func `keeps its code on the way to a page`() {
        let refusal = RouteFailure(Refusal(.wrongState, "It has moved on."))
        #expect(refusal.status == 409 && refusal.code == .refusal(.wrongState))
        #expect(refusal.words == Texts.problem(.refusal(.wrongState), "It has moved on."))
        #expect(RouteFailure.notFound.code == nil)
        #expect(RouteFailure(RouteFailure.notFound) == .notFound)
    }

    @Test func `is on a page what the catalogue says of it`() async throws {
        let pages = try PageStore()
        let job = try await pages.enqueue("some.job")
        _ = try await pages.post("/jobs/\(job)/cancel")
        let again = try await pages.post("/jobs/\(job)/cancel")
        #expect(again.status == 409)
        #expect(again.text.contains("note bad"), "\(again.text)")
        try await pages.close()
    }
}
