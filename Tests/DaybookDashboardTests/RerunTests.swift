import Daybook
import DaybookModel
import Testing

@testable import DaybookDashboard

/// Work that somebody has done once more.
struct RerunTests {
    private func again(_ job: SequenceNumber, _ pages: PageStore) async throws -> SequenceNumber {
        let token = try #require(pages.tokens["operator"])
        let answer = await pages.store.call(
            token, "POST", "/api/v1/jobs/\(job)/requeue", "{\"reason\":\"the file was lost\"}")
        let made = SequenceNumber(try #require(answer.json["job"] as? Int, "\(answer.text)"))
        try await pages.engine.wait(for: DashboardFollower.self, through: made)
        return made
    }

    private func succeeded(_ pages: PageStore) async throws -> SequenceNumber {
        try await pages.enqueue("some.job", "{}", .queue("mail"))
        return try #require(try await pages.succeed(queue: "mail"))
    }

    private func reruns(of job: SequenceNumber, _ pages: PageStore, _ query: String = "") async throws -> [Int]? {
        let token = try #require(pages.tokens["viewer"])
        let answer = await pages.store.call(token, "GET", "/api/v1/jobs/\(job)\(query)")
        return (answer.json["reruns"] as? [[String: Any]])?.compactMap { $0["job"] as? Int }
    }

    @Test func `a job says which others do its work once more, the newest first`() async throws {
        let pages = try PageStore()
        let (first, other) = (try await succeeded(pages), try await succeeded(pages))
        #expect(try await reruns(of: first, pages) == nil)
        let made = [try await again(first, pages), try await again(first, pages)]
        #expect(try await reruns(of: first, pages) == [Int(made[1]), Int(made[0])])
        #expect(try await reruns(of: first, pages, "?at=\(made[0])") == [Int(made[0])])
        #expect(try await reruns(of: other, pages) == nil)
        let page = try await pages.page("/jobs/\(first)", as: "viewer").text
        let fact = try #require(page.firstMatch(of: /Done once more by<\/dt><dd>(.*?)<\/dd>/))
        #expect(made.allSatisfy { fact.1.contains("/jobs/\($0)\"") })
        // One that has been deleted leads nowhere.
        #expect(try await pages.post("/jobs/\(made[1])/delete").status == 303)
        #expect(try await reruns(of: first, pages) == [Int(made[0])])
        try await pages.close()
    }

    @Test func `who had it done, and why, stands in the audit, and what was merely enqueued does not`() async throws {
        let pages = try PageStore()
        let job = try await succeeded(pages)
        let token = try #require(pages.tokens["operator"])
        let enqueued = await pages.store.call(token, "POST", "/api/v1/jobs", "{\"name\":\"plain\"}")
        #expect(enqueued.status == 201)
        let made = try await again(job, pages)
        for target in ["/audit", "/audit?person=operator", "/api/v1/export/audit"] {
            let text = try await pages.page(target).told
            #expect(text.contains("job \(job) once more: the file was lost"), "\(target)")
            #expect(!text.contains("plain"), "\(target)")
        }
        // Whoever may not read what jobs were given is told that it was done.
        let found = await pages.store.call(try #require(pages.tokens["auditor"]), "GET", "/api/v1/audit").json
        let event = try #require((found["events"] as? [[String: Any]])?.first { $0["seq"] as? Int == Int(made) })
        #expect(event["detail"] as? String == "some.job, queue mail, job \(job) once more")
        #expect(event["actor"] as? String == "person:operator")
        try await pages.close()
    }

    @Test func `a deletion that is taken back stands in the audit`() async throws {
        let pages = try PageStore()
        let job = try await pages.enqueue("some.job", "{}", .queue("mail"))
        let token = try #require(pages.tokens["operator"])
        let gone = await pages.store.call(token, "DELETE", "/api/v1/jobs/\(job)").json["event"] as? Int ?? 0
        let undo = await pages.store.call(token, "POST", "/api/v1/undo/jobs/\(gone)", "{\"reason\":\"a slip\"}")
        let made = SequenceNumber(try #require(undo.json["job"] as? Int, "\(undo.text)"))
        try await pages.engine.wait(for: DashboardFollower.self, through: made)
        let text = try await pages.page("/audit").text
        #expect(text.contains("in the place of job \(job): a slip"))
        try await pages.close()
    }
}

extension DashboardResponse {
    /// All that it says, if it is short.
    fileprivate var told: String {
        get async throws {
            guard case .stream(let stream) = body else { return text }
            var bytes: [UInt8] = []
            for try await piece in stream { bytes += piece }
            return String(decoding: bytes, as: UTF8.self)
        }
    }
}
