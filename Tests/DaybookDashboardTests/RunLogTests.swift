import Daybook
import DaybookLog
import DaybookModel
import Testing

@testable import DaybookDashboard

/// What runs logged is there to the last line, however many events it came in.
struct RunLogTests {
    /// A job that is running, and has said so many lines, each in an event of its own.
    private func running(_ pages: PageStore, lines: Int, perEvent: Int = 1) async throws -> SequenceNumber {
        let job = try await pages.enqueue("talker", "{}", .queue("talk"))
        let claim = Claim(process: pages.engine.process, worker: 1, queues: ["talk"], slots: 1)
        guard case .claimed(let claimed) = try await pages.engine.perform(.claim(claim)), let run = claimed.first else {
            Issue.record("there is nothing to claim")
            return 0
        }
        let actor = Actor.process(pages.engine.process, worker: 1)
        let reference = RunReference(job: run.job, token: run.token, attempt: 1, actor: actor)
        var said = 0
        while said < lines {
            let texts = (said..<min(lines, said + perEvent)).map { "line \($0) of it" }
            said += texts.count
            let logged = Logged(
                level: UInt64(LogLine.Level.info.rawValue), howMany: UInt64(texts.count), salt: 1, lines: texts)
            _ = try await pages.engine.perform(.note(Box(RunNote(reference, logged: logged))))
        }
        return job
    }

    private func bytes(_ response: DashboardResponse) async throws -> String {
        guard case .stream(let stream) = response.body else { return response.text }
        var bytes: [UInt8] = []
        for try await piece in stream { bytes += piece }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func `the file has every line, the first one first`() async throws {
        let pages = try PageStore()
        let job = try await running(pages, lines: 1_300)
        let text = try await bytes(try await pages.page("/jobs/\(job)/log.txt"))
        let lines = text.split(separator: "\n")
        #expect(lines.count == 1_300)
        for (index, line) in lines.enumerated() where !line.hasSuffix("line \(index) of it") {
            Issue.record("line \(index) is \(line)")
            break
        }
        let file = RunLogFile(
            storage: pages.engine.present, job: job,
            last: try #require(try pages.engine.present.job(JobID(rawValue: job))).record.last)
        let (some, isCut) = try file.places(eventsMax: 10)
        #expect(some.count == 10 && isCut)
        try await pages.close()
    }

    @Test func `pages and the API lead to every line, each of them once`() async throws {
        let pages = try PageStore()
        let job = try await running(pages, lines: 1_730, perEvent: 7)
        var target: String? = "/jobs/\(job)/log"
        var found: [Int] = []
        while let next = target, found.count < 3_000 {
            let page = try await pages.page(next).text
            found = page.matches(of: /line (\d+) of it/).compactMap { Int($0.1) } + found
            target = PageTests.nextPage(in: page)
        }
        #expect(found == Array(0..<1_730))

        let token = try #require(pages.tokens["operator"])
        var cursor: String? = ""
        found = []
        while let place = cursor {
            let query = "limit=333" + (place.isEmpty ? "" : "&cursor=\(place)")
            let json = await pages.store.call(token, "GET", "/api/v1/jobs/\(job)/log?\(query)").json
            let lines = try #require(json["lines"] as? [[String: Any]])
            let texts = lines.compactMap { $0["text"] as? String }
            found = texts.compactMap { Int($0.split(separator: " ")[1]) } + found
            cursor = json["next"] as? String
        }
        #expect(found == Array(0..<1_730))
        for bad in ["x", "1", "0.1", "1.-1", "1.1.1", "99999999999999999999.0"] {
            #expect(try await pages.page("/jobs/\(job)/log?before=\(bad)").status == 400, "\(bad)")
        }
        let other = try await pages.enqueue("quiet")
        #expect(try await pages.page("/jobs/\(job)/log?before=\(other - 1).0").status == 200)
        #expect(try await pages.page("/jobs/\(other)/log?before=\(job).0").status == 400)
        try await pages.close()
    }

    @Test func `a search marks what it finds and leads from match to match, also to other pages`() async throws {
        let pages = try PageStore()
        let job = try await running(pages, lines: 1_200, perEvent: 50)
        let page = try await pages.page("/jobs/\(job)/log?find=LINE+1199").text
        #expect(page.contains("<mark>line 1199</mark> of it"))
        #expect(page.contains("line 1198 of it"), "a search leaves no line out")
        #expect(page.contains("Found in 1 line"))
        let filtered = try await pages.page("/jobs/\(job)/log?text=line+1199").text
        #expect(!filtered.contains("line 1198 of it") && filtered.contains("1 of"))

        let here = try await pages.page("/jobs/\(job)/log?find=line+119").text
        #expect(here.matches(of: /id="(line-[0-9.]+)" class="hit"/).count == 10)
        let steps = here.matches(of: /href="#(line-[0-9.]+)"/)
        #expect(steps.count == 18 && steps.allSatisfy { here.contains("id=\"\($0.1)\"") })
        let far = try await pages.page("/jobs/\(job)/log?find=line+17+").text
        #expect(far.contains(Texts.noMatchHere(Texts.olderMatch)) && !far.contains(Texts.matchesHere(0)))
        let link = try #require(far.firstMatch(of: /href="([^"]+)" data-older>Next older match/)?.1)
        let older = try await pages.page(String(link.prefix { $0 != "#" }).replacing("&amp;", with: "&")).text
        #expect(older.contains("<mark>line 17 </mark>of it"))
        let all = try await pages.page("/jobs/\(job)/log?find=line+1").text
        let down = try #require(all.firstMatch(of: /href="([^"]+)" data-older>Next older match/)?.1)
        let below = try await pages.page(String(down.prefix { $0 != "#" }).replacing("&amp;", with: "&")).text
        #expect(below.contains("data-newer>Next newer match"))
        try await pages.close()
    }

    @Test func `a filter that finds nothing looks at a bounded stretch and says so`() async throws {
        let pages = try PageStore()
        let job = try await running(pages, lines: 60_000, perEvent: 1_000)
        let page = try await pages.page("/jobs/\(job)/log?text=absent").text
        #expect(page.contains("were looked at"))
        let next = try #require(PageTests.nextPage(in: page))
        #expect(try await !pages.page(next).text.contains("were looked at"))
        try await pages.close()
    }

    @Test func `ten thousand lines and more make no page slow or large`() async throws {
        let pages = try PageStore()
        let job = try await running(pages, lines: 12_000, perEvent: 400)
        let clock = ContinuousClock()
        var size = 0
        let took = try await clock.measure { size = try await pages.page("/jobs/\(job)/log").byteCount }
        #expect(size < 200 << 10)
        // A debug build on a busy machine; what it guards against took minutes.
        #expect(took < .seconds(5))
        try await pages.close()
    }
}
