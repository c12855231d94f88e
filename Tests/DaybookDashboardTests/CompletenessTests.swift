import Daybook
import DaybookLog
import DaybookModel
import Foundation
import Testing

@testable import DaybookDashboard

/// What pages do, programs can do.
@Suite struct `The API has` {
    private func call(
        _ pages: PageStore, _ method: String, _ path: String, _ body: String = "", as role: String = "operator"
    ) async throws -> DashboardResponse {
        await pages.store.call(try #require(pages.tokens[role]), method, "/api/v1/\(path)", body)
    }

    @Test func `batches that are made, filled, sealed and listed`() async throws {
        let pages = try PageStore()
        let outer = try #require(
            try await call(pages, "POST", "batches", "{\"name\":\"import\"}").json["batch"] as? Int)
        let made = try await call(pages, "POST", "batches", "{\"in\":\(outer)}")
        #expect(made.status == 201)
        let batch = try #require(made.json["batch"] as? Int)
        var jobs: [Int] = []
        for _ in 0..<3 {
            let job = try await call(pages, "POST", "jobs", "{\"name\":\"row\",\"batch\":\(batch)}")
            jobs.append(try #require(job.json["job"] as? Int))
        }
        let page = try await call(pages, "GET", "batches/\(batch)/jobs?limit=2").json
        let next = try #require(page["next"] as? Int)
        let rest = try await call(pages, "GET", "batches/\(batch)/jobs?cursor=\(next)").json
        let listed = [page, rest].flatMap { $0["jobs"] as? [[String: Any]] ?? [] }.compactMap { $0["job"] as? Int }
        #expect(listed == jobs && rest["next"] == nil)
        #expect(try await call(pages, "GET", "batches/\(batch)").json["state"] as? String == "open")
        #expect(try await call(pages, "POST", "batches/\(batch)/seal").status == 200)
        #expect(try await call(pages, "GET", "batches/\(batch)").json["state"] as? String == "running")
        #expect(try await call(pages, "POST", "batches/\(batch)/seal").status == 409)
        #expect(try await call(pages, "POST", "batches/999999/seal").status == 404)
        #expect(try await call(pages, "GET", "batches/999999/jobs").status == 404)
        for path in ["batches", "batches/\(batch)/seal"] {
            #expect(try await call(pages, "POST", path, as: "viewer").status == 403)
            #expect(try await call(pages, "POST", path, as: "tenant").status == 403)
        }
        try await pages.close()
    }

    @Test func `what people did, page by page`() async throws {
        let pages = try PageStore()
        for reason in ["one", "two"] { _ = try await pages.post("/queues/mail/pause", [("reason", reason)]) }
        try await pages.engine.wait(for: DashboardFollower.self, through: try pages.engine.lastEvent)
        let first = try await call(pages, "GET", "audit?limit=1").json
        let event = try #require((first["events"] as? [[String: Any]])?.first)
        #expect(event["kind"] as? String == "queuePaused" && event["canBeUndone"] as? String == "queues")
        let next = try #require(first["next"] as? Int)
        let second = try await call(pages, "GET", "audit?cursor=\(next)&person=operator").json
        #expect((second["events"] as? [[String: Any]])?.first?["detail"] as? String != event["detail"] as? String)
        #expect(try await call(pages, "GET", "audit", as: "viewer").status == 403)
        try await pages.close()
    }

    @Test func `the store's sizes, views and steps of the clock`() async throws {
        let pages = try PageStore()
        try await pages.engine.wait(for: DashboardFollower.self, through: try pages.engine.lastEvent)
        let storage = try await call(pages, "GET", "storage").json
        #expect(storage["fileSizeBytes"] as? Int ?? 0 > 0 && (storage["tables"] as? [Any])?.isEmpty == false)
        #expect((storage["views"] as? [[String: Any]])?.first?["name"] as? String == "dashboard")
        #expect(try await call(pages, "GET", "storage", as: "tenant").status == 403)
        #expect(try await pages.page("/storage").text.contains("No clock of a process has stepped"))
        try await pages.close()
    }

    @Test func `why a job is not running, what it waits for and who waits for it`() async throws {
        let pages = try PageStore()
        let parent = try await pages.enqueue("some.job")
        let child = try await pages.enqueue("some.job", "{}", .after(JobID(rawValue: parent)))
        let one = try await call(pages, "GET", "jobs/\(parent)").json
        let children = one["children"] as? [[String: Any]]
        #expect(children?.compactMap { $0["job"] as? Int } == [Int(child)] && one["why"] is String)
        let other = try await call(pages, "GET", "jobs/\(child)").json
        let parents = try #require(other["parents"] as? [[String: Any]])
        #expect(parents.first?["job"] as? Int == Int(parent) && parents.first?["state"] as? String == "enqueued")
        #expect((other["why"] as? String)?.contains("job \(parent)") == true)
        try await pages.close()
    }

    @Test func `one time for a job, and no other`() async throws {
        let pages = try PageStore()
        let both = "{\"name\":\"some.job\",\"delay\":\"5m\",\"at\":\"2099-01-01T00:00:00Z\"}"
        #expect(try await call(pages, "POST", "jobs", both).status == 400)
        #expect(try await call(pages, "POST", "jobs/bulk", "{\"jobs\":[\(both)]}").status == 400)
        try await pages.close()
    }

    private struct Report: Job {
        static let jobName = "report.build"
        static let options: [JobOption] = [.queue("reports")]
        func run(_ context: JobContext) async throws {}
    }

    @Test func `the queue of a type that is registered`() async throws {
        let folder = NSTemporaryDirectory() + "daybook-dashboard-\(UUID().uuidString)"
        var options = EngineOptions()
        options.addressSpaceBytes = 1 << 30
        let engine = try JobEngine.open(folder, options: options) { $0.register(Report.self) }
        let dashboard = try Dashboard(engine)
        func queue(_ body: String) async throws -> String? {
            let answer = await dashboard.respond(
                to: DashboardRequest(
                    method: "POST", target: "/api/v1/jobs",
                    fields: [HTTPField("host", "localhost"), HTTPField("content-type", "application/json")],
                    body: Array(body.utf8), source: "127.0.0.1", isFromLoopback: true))
            let job = SequenceNumber(try #require(answer.json["job"] as? Int, "\(answer.text)"))
            return try engine.job(JobID(rawValue: job))?.queue
        }
        #expect(try await queue("{\"name\":\"report.build\",\"args\":{}}") == "reports")
        #expect(try await queue("{\"name\":\"report.build\",\"args\":{},\"queue\":\"mail\"}") == "mail")
        #expect(try await queue("{\"name\":\"other.job\"}") == "default")
        func recurring(_ id: String, _ body: String) async throws -> String? {
            let answer = await dashboard.respond(
                to: DashboardRequest(
                    method: "PUT", target: "/api/v1/recurring/\(id)",
                    fields: [HTTPField("host", "localhost"), HTTPField("content-type", "application/json")],
                    body: Array(body.utf8), source: "127.0.0.1", isFromLoopback: true))
            #expect(answer.status == 200, "\(answer.text)")
            return try engine.recurring.one(id)?.queue
        }
        #expect(try await recurring("typed", "{\"name\":\"report.build\",\"args\":{}}") == "reports")
        #expect(try await recurring("own", "{\"name\":\"report.build\",\"queue\":\"mail\"}") == "mail")
        #expect(try await recurring("own", "{\"name\":\"report.build\",\"description\":\"x\"}") == "mail")
        #expect(try await recurring("other", "{\"name\":\"other.job\"}") == "default")
        await dashboard.stop()
        try await engine.close()
        try FileManager.default.removeItem(atPath: folder)
    }

    @Test func `operations and limits as files`() async throws {
        let pages = try PageStore()
        try await pages.enqueue("some.job", "{}", .queue("mail"))
        let id = try #require(
            try await call(pages, "POST", "operations", "{\"action\":\"cancel\",\"queue\":\"mail\"}")
                .json["operation"] as? Int)
        _ = try await pages.engine.end(of: SequenceNumber(id), within: .seconds(60))
        _ = try await call(pages, "POST", "limits", "{\"scope\":\"queue:mail\",\"rate\":\"100/1m\"}")
        let operations = try await PageBytes.text(of: call(pages, "GET", "export/operations"))
        #expect(operations.contains("operation,action,") && operations.contains("\(id),cancel,"), "\(operations)")
        let limits = try await PageBytes.text(of: call(pages, "GET", "export/limits?format=json"))
        #expect(limits.contains("\"rate\":\"100/1m\"") && limits.contains("queue:mail"), "\(limits)")
        for (page, list) in [("/operations", "operations"), ("/queues", "limits")] {
            #expect(try await pages.page(page).text.contains("/api/v1/export/\(list)?"), "\(page)")
        }
        try await pages.close()
    }
}

enum PageBytes {
    /// All of an answer that comes in pieces.
    static func text(of response: DashboardResponse) async throws -> String {
        guard case .stream(let stream) = response.body else { return response.text }
        var bytes: [UInt8] = []
        for try await piece in stream { bytes += piece }
        return String(decoding: bytes, as: UTF8.self)
    }
}
