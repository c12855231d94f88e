import Foundation
import Testing

@testable import Daybook
@testable import DaybookDashboard

@Suite struct `A worker elsewhere` {
    private let type = [("content-type", "application/json")]

    private func claim(_ store: TestStore, _ body: String = "{\"wait\":\"0s\"}") async throws -> [Int] {
        let claims = await store.ask("POST", "/api/v1/claims", type, body).json["claims"] as? [[String: Any]]
        return try #require(claims).compactMap { $0["token"] as? Int }
    }

    @Test func `ends its run with an error of any length, which is cut where a character ends`() async throws {
        let store = try TestStore()
        _ = await store.ask("POST", "/api/v1/jobs", type, "{\"name\":\"a\",\"attempts\":1}")
        let token = try #require(try await claim(store).first)
        let (error, kind) = ("x" + String(repeating: "é", count: 200_000), String(repeating: "K", count: 1_000))
        let answer = await store.ask(
            "POST", "/api/v1/claims/\(token)/fail", type, "{\"error\":\"\(error)\",\"errorType\":\"\(kind)\"}")
        #expect(answer.status == 200, "\(answer.text)")
        let job = try #require((await store.ask("GET", "/api/v1/jobs").json["jobs"] as? [[String: Any]])?.first)
        #expect(job["state"] as? String == "failed")
        let found = await store.ask("GET", "/api/v1/jobs/\(try #require(job["job"] as? Int))").json
        #expect(found["error"] as? String == String(error.prefix(1 + (64 << 9) - 1)) + " … (cut)")
        #expect(found["errorType"] as? String == String(kind.prefix(200)) + " … (cut)")
        #expect(try await claim(store).isEmpty)
        try await store.close()
    }

    @Test func `is somebody who runs jobs, to the problems and to the reason of a job`() async throws {
        let store = try TestStore()
        let made = await store.ask("POST", "/api/v1/jobs", type, "{\"name\":\"a\",\"queue\":\"mail\"}").json
        let job = try #require(made["job"] as? Int)
        func standing() async -> (isProblem: Bool, why: String) {
            let concerns = await store.ask("GET", "/api/v1/status").json["concerns"] as? [[String: Any]] ?? []
            let why = await store.ask("GET", "/api/v1/jobs/\(job)").json["why"] as? String
            return (concerns.contains { $0["text"] as? String == Texts.nobodyWorks }, why ?? "")
        }
        // What this process does for itself runs nobody's jobs.
        try await store.engine.performOperations()
        try await store.engine.performLogChecks()
        var now = await standing()
        #expect(now.isProblem && now.why == "It is ready, and no process has the store open to run it.")
        #expect(try await claim(store, "{\"queues\":[\"other\"],\"wait\":\"0s\"}").isEmpty)
        now = await standing()
        #expect(!now.isProblem && now.why == "It is the next of its queue mail and waits for a free worker.")
        try await store.close()
    }

    @Test func `is there while he asks or runs something, and for a minute after that`() {
        let workers = WorkersElsewhere()
        func areThere(_ second: Int64) -> Bool { workers.areThere(at: Instant(microseconds: second * 1_000_000)) }
        #expect(!areThere(0))
        workers.begin()
        workers.begin()
        #expect(areThere(1_000))
        workers.end(at: Instant(microseconds: 1_000_000_000))
        #expect(areThere(100_000))
        workers.end(at: Instant(microseconds: 2_000_000_000))
        #expect(areThere(2_000) && areThere(2_060) && !areThere(2_061))
        // The clock was put back.
        #expect(!areThere(1_999))
    }

    @Test func `holds its run in sight for as long as it lasts`() async throws {
        let store = try TestStore()
        _ = await store.ask("POST", "/api/v1/jobs", type, "{\"name\":\"a\"}")
        let token = try #require(try await claim(store).first)
        let late = Instant(microseconds: 9_000_000_000_000_000)
        #expect(store.engine.elsewhere.areThere(at: late))
        #expect(await store.ask("POST", "/api/v1/claims/\(token)/succeed", type, "{}").status == 200)
        #expect(!store.engine.elsewhere.areThere(at: late))
        try await store.close()
    }
}
