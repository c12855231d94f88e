import Daybook
import DaybookLog
import DaybookModel
import Foundation
import Testing

@testable import DaybookDashboard

@Suite struct `The page of the log` {
    private func call(
        _ pages: PageStore, _ method: String, _ path: String, as role: String = "operator"
    ) async throws -> DashboardResponse {
        await pages.store.call(try #require(pages.tokens[role]), method, "/api/v1/\(path)")
    }

    @Test func `finds events by a text that whoever asks may see`() async throws {
        let pages = try PageStore()
        let job = try await pages.enqueue("mail.send", "{\"to\":\"ada\"}", .queue("mail"))
        _ = try await pages.fail(queue: "mail", "No route to Zanzibar")
        _ = try await pages.post("/queues/mail/pause", [("reason", "the DISK is full")])
        let cell = "/log/\(job)\""
        #expect(try await pages.page("/log").text.contains(cell))
        let found = try await pages.page("/log?text=disk").text
        #expect(found.contains("queue paused") && !found.contains(cell))
        #expect(try await pages.page("/log?text=nothing-like-it").text.contains("There are no such events."))
        let list = try #require(try await call(pages, "GET", "events?search=DISK").json["events"] as? [[String: Any]])
        #expect(list.map { $0["kind"] as? String } == ["queuePaused"])
        let ofJob = try await call(pages, "GET", "events?job=\(job)&kind=failed").json["events"] as? [[String: Any]]
        #expect(ofJob?.count == 1)
        #expect(try await call(pages, "GET", "events?kind=nonsense").status == 400)
        let first = try await call(pages, "GET", "events?job=\(job)&limit=1").json
        #expect((first["events"] as? [[String: Any]])?.count == 1)
        let next = try #require(first["next"] as? Int)
        let rest = try await call(pages, "GET", "events?job=\(job)&after=\(next)").json
        #expect((rest["events"] as? [[String: Any]])?.count == 2 && rest["next"] == nil)
        let file = try await pages.page("/api/v1/export/log?text=disk")
        #expect(file.status == 200)
        try await pages.close()
    }

    @Test func `has the log checked as a job, and says what was found, when and by whom`() async throws {
        let pages = try PageStore()
        try await pages.enqueue("some.job")
        #expect(try await pages.page("/log").text.contains("Nobody has had the log verified"))
        #expect(try await pages.post("/log-verify", [("next", "/log")], as: "viewer").status == 403)
        let job = SequenceNumber(try #require(try await call(pages, "POST", "log/verify").json["job"] as? Int))
        while true {
            let last = try pages.engine.lastEvent
            if try pages.engine.state(of: JobID(rawValue: job))?.isFinished == true { break }
            _ = try await pages.engine.waitForCommit(after: last)
        }
        let page = try await pages.page("/log").text
        #expect(page.contains("Whole") && page.contains("by operator") && page.contains("events 1 to"), "\(page)")
        let answer = try await call(pages, "GET", "log").json
        let check = try #require((answer["checks"] as? [[String: Any]])?.first)
        #expect(check["verdict"] as? String == "good" && check["actor"] as? String == "person:operator")
        #expect(check["last"] as? Int ?? 0 >= Int(job) && answer["head"] is String)
        #expect(try await pages.post("/log-verify", [("next", "/log")]).status == 303)
        // Nobody else does it in its place, and says what he likes.
        let body = "{\"queues\":[\"\(LogCheck.queue)\"],\"wait\":\"0s\"}"
        let worker = try #require(pages.tokens["admin"])
        #expect(await pages.store.call(worker, "POST", "/api/v1/claims", body).status == 400)
        try await pages.close()
    }

    @Test func `lists checkpoints with their signer, and whether the log goes on from them`() async throws {
        let path = NSTemporaryDirectory() + "daybook-checkpoints-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        var options = EngineOptions()
        options.addressSpaceBytes = 1 << 30
        defer { try? FileManager.default.removeItem(atPath: "\(path).key") }
        let secret = Data("\(String(repeating: "ab", count: 32))\n".utf8)
        try #require(
            FileManager.default.createFile(
                atPath: "\(path).key", contents: secret, attributes: [.posixPermissions: 0o600]))
        let key = try CheckpointKey.file("\(path).key")
        options.checkpoints(every: .seconds(3_600), to: path, signedBy: key)
        let folder = NSTemporaryDirectory() + "daybook-dashboard-\(UUID().uuidString)"
        let engine = try JobEngine.open(folder, options: options) { $0.register("nothing") { _, _ in } }
        let dashboard = try Dashboard(engine)
        let taken = try #require(try CheckpointText.take(of: engine.present, now: .epoch, signedBy: key))
        let signer = try #require(taken.signer)
        var wrong = taken.checkpoint
        wrong.root = wrong.head
        for text in [taken, CheckpointText(wrong, at: .epoch, signedBy: nil)] {
            try LooseFile.append(line: text.line, to: path)
        }
        func ask(_ target: String) async -> DashboardResponse {
            await dashboard.respond(
                to: DashboardRequest(
                    method: "GET", target: target, fields: [HTTPField("host", "localhost")], body: [],
                    source: "127.0.0.1", isFromLoopback: true))
        }
        let page = await ask("/log").text
        #expect(page.contains(path) && page.contains("The log goes on from it"), "\(page)")
        #expect(page.contains("The log does not go on from it") && page.contains(signer))
        let list = try #require(await ask("/api/v1/log").json["checkpoints"] as? [[String: Any]])
        // The engine writes one by itself, before these or after.
        #expect(list.contains { $0["goesOn"] as? Bool == false && $0["signer"] == nil })
        #expect(list.contains { $0["goesOn"] as? Bool == true && $0["signer"] as? String == signer })
        await dashboard.stop()
        try await engine.close()
        try FileManager.default.removeItem(atPath: folder)
    }
}
