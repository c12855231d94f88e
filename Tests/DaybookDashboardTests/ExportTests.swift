import Daybook
import DaybookModel
import Foundation
import Testing

@testable import DaybookDashboard

struct ExportTests {
    /// The whole of a streamed answer, and its largest piece.
    private func read(_ response: DashboardResponse) async throws -> (text: String, largest: Int) {
        guard case .stream(let stream) = response.body else { return (response.text, response.text.utf8.count) }
        var (bytes, largest): ([UInt8], Int) = ([], 0)
        for try await piece in stream {
            largest = max(largest, piece.count)
            bytes += piece
        }
        return (String(decoding: bytes, as: UTF8.self), largest)
    }

    private func export(
        _ pages: PageStore, _ list: String, as role: String = "admin"
    ) async throws -> (response: DashboardResponse, text: String, largest: Int) {
        let token = try #require(pages.tokens[role])
        let response = await pages.store.call(token, "GET", "/api/v1/export/\(list)")
        let (text, largest) = try await read(response)
        return (response, text, largest)
    }

    @Test func `recurring jobs come with all that they have, and one group by itself`() async throws {
        let pages = try PageStore()
        let options: [RecurringOption] = [
            .group("mail"), .jitter(.seconds(10)), .misfire(.each(max: 7)), .lateAfter(.seconds(5)), .starts(.epoch),
        ]
        let schedule = try Schedule("0 2 29 2 *")
        try await pages.engine.recurring.set(RecurringJob("report", "job", arguments: [], schedule, options))
        try await pages.engine.recurring.set(RecurringJob("other", "job", arguments: [], nil))
        try await pages.engine.recurring.pause("report", reason: "holidays", by: "ann")
        let all = try await export(pages, "recurring").text.split(separator: "\r\n")
        #expect(all.count == 3)
        let end = "automatic,7,5000000,10000000,1970-01-01T00:00:00.000000Z,,person:ann,holidays,,,"
        #expect(all[1].hasSuffix(end), "\(all)")
        #expect(all[2].hasSuffix("byHand,,60000000,0,,,,,,,"), "\(all)")
        let group = try await export(pages, "recurring?group=mail").text.split(separator: "\r\n")
        #expect(group.count == 2 && group[1] == all[1])
        try await pages.close()
    }

    @Test func `every list is to be had as CSV and as JSON`() async throws {
        let pages = try PageStore()
        try await pages.enqueue("mail.send", "{\"to\":\"secret-ada\"}", .queue("mail"), .tags("blue"))
        try await pages.engine.recurring.set(
            RecurringJob("report.nightly", "report", arguments: [], try Schedule("0 2 29 2 *")))
        _ = try await pages.engine.recurring.trigger("report.nightly", by: "ann")
        let batch = NewBatch(name: "import", isOpen: true, jobs: [], actor: .system)
        _ = try await pages.engine.perform(.batch(Box(.create(batch))))
        _ = try await pages.post("/queues/mail/pause")
        try await pages.engine.wait(for: DashboardFollower.self, through: try pages.engine.lastEvent)
        for (list, said) in [
            ("jobs", "mail.send"), ("jobs?queue=mail&tag=blue", "mail.send"), ("queues", "mail"),
            ("recurring", "report.nightly"), ("recurring/report.nightly/history", "fired"), ("batches", "import"),
            ("processes", "daybook"), ("audit", "queuePaused"), ("log", "created"), ("log?kind=created", "created"),
        ] {
            let mark = list.contains("?") ? "&" : "?"
            let csv = try await export(pages, list)
            #expect(csv.response.status == 200, "\(list)")
            #expect(csv.response["content-type"]?.hasPrefix("text/csv") == true)
            #expect(csv.response["content-disposition"]?.hasPrefix("attachment") == true)
            #expect(csv.text.contains(said), "\(list): \(csv.text)")
            #expect(!csv.text.contains("secret-ada"))
            let lines = csv.text.split(separator: "\r\n")
            let json = try await export(pages, "\(list)\(mark)format=json")
            let rows = try #require(try JSONSerialization.jsonObject(with: Data(json.text.utf8)) as? [[String: Any]])
            #expect(rows.count == lines.count - 1, "\(list)")
            let columns = Set(lines[0].split(separator: ",").map(String.init))
            #expect(rows.allSatisfy { columns.isSuperset(of: $0.keys) })
        }
        #expect(try await export(pages, "jobs?format=xls").response.status == 400)
        #expect(try await export(pages, "jobs?search=secret", as: "viewer").response.status == 403)
        #expect(try await export(pages, "audit", as: "viewer").response.status == 403)
        try await pages.close()
    }

    @Test func `a long list comes in small pieces, each job once`() async throws {
        let pages = try PageStore()
        let count = 3 * ExportPage.rowsMax + 7
        _ = try await pages.engine.enqueue((0..<count).map { _ in JobRequest("some.job", arguments: []) })
        let csv = try await export(pages, "jobs")
        let ids = csv.text.split(separator: "\r\n").dropFirst().map { $0.prefix { $0 != "," } }
        #expect(ids.count == count)
        #expect(Set(ids).count == count)
        #expect(csv.largest < 100 << 10)
        let json = try await export(pages, "jobs?format=json")
        #expect((try JSONSerialization.jsonObject(with: Data(json.text.utf8)) as? [Any])?.count == count)
        #expect(json.largest < 200 << 10)
        try await pages.close()
    }

    @Test func `a batch's jobs are a list, each once and in their order`() async throws {
        let pages = try PageStore()
        let batch = try await pages.engine.openBatch("import")
        let count = ExportPage.rowsMax + 7
        _ = try await pages.engine.enqueue(
            (0..<count).map { _ in JobRequest("row.import", arguments: [], [.batch(batch)]) })
        try await pages.enqueue("other.job")
        let list = "batches/\(batch.id)/jobs"
        let rows = try await export(pages, list, as: "viewer").text.split(separator: "\r\n").dropFirst()
        let ids = rows.compactMap { Int($0.prefix { $0 != "," }) }
        #expect(ids.count == count && ids == Set(ids).sorted())
        #expect(rows.allSatisfy { $0.contains(",row.import,") })
        #expect(try await pages.page("/batches/\(batch.id)").text.contains("/api/v1/export/\(list)?format=csv"))
        #expect(try await export(pages, "batches/\(batch.id)1/jobs").response.status == 404)
        #expect(try await export(pages, list, as: "tenant").response.status == 403)
        try await pages.close()
    }

    @Test func `no cell is a formula`() async throws {
        let pages = try PageStore()
        let texts = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\u{FF1D}1", "=HYPERLINK(\"http://evil\")"]
        for (index, text) in texts.enumerated() {
            var job = RecurringJob("report.\(index)", "report", arguments: [], try Schedule("0 2 29 2 *"))
            job.set.description = text
            try await pages.engine.recurring.set(job)
        }
        let lines = try await export(pages, "recurring").text.split(separator: "\r\n").dropFirst()
        #expect(lines.count == texts.count)
        for line in lines { #expect(line.contains(",\"'"), "\(line)") }
        try await pages.close()
    }

    @Test func `a tenant exports his own jobs and no others`() async throws {
        let pages = try PageStore()
        try await pages.enqueue("mine.job", "{}", .tenant("blue"))
        try await pages.enqueue("others.job", "{}", .tenant("red"))
        let csv = try await export(pages, "jobs", as: "tenant")
        #expect(csv.text.contains("mine.job"))
        #expect(!csv.text.contains("others.job"))
        for list in ["queues", "batches", "log", "audit", "recurring", "processes"] {
            #expect(try await export(pages, list, as: "tenant").response.status == 403, "\(list)")
        }
        try await pages.close()
    }
}
