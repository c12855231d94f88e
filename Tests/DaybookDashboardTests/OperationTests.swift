import Daybook
import DaybookLog
import DaybookModel
import Foundation
import Testing

@testable import DaybookDashboard

struct OperationTests {
    private func ask(
        _ pages: PageStore, _ path: String, _ body: String, as role: String = "operator"
    ) async throws -> DashboardResponse {
        await pages.store.call(try #require(pages.tokens[role]), "POST", "/api/v1/operations\(path)", body)
    }

    /// Starts one and waits for its end.
    private func operate(
        _ pages: PageStore, _ path: String, _ body: String
    ) async throws -> (id: SequenceNumber, totals: OperationTotals?) {
        let answer = try await ask(pages, path, body)
        #expect(answer.status == 201, "\(answer.text)")
        let id = SequenceNumber(try #require(answer.json["operation"] as? Int))
        return (id, try await pages.engine.end(of: id, within: .seconds(60)))
    }

    private func count(_ pages: PageStore, _ state: JobState, queue: String = "mail") throws -> Int {
        try pages.engine.queues().first { $0.name == queue }?[state] ?? 0
    }

    @Test func `everything that matches a filter is cancelled, as one job with progress, and nothing else`()
        async throws
    {
        let pages = try PageStore()
        let jobs = OperationRun.pageSize * 2 + 3
        _ = try await pages.engine.enqueue(
            (0..<jobs).map { _ in JobRequest("some.job", arguments: [], [.queue("mail")]) })
        let other = try await pages.enqueue("some.job", "{}", .queue("other"))
        let (id, totals) = try await operate(
            pages, "", "{\"action\":\"cancel\",\"queue\":\"mail\",\"reason\":\"not wanted\"}")
        #expect(totals == OperationTotals(matched: jobs, done: jobs))
        #expect(try count(pages, .cancelled) == jobs)
        #expect(try pages.engine.state(of: JobID(rawValue: other)) == .enqueued)
        let event = try #require(try pages.store.events(.cancelled).first)
        #expect(event.actor.person == "operator")
        #expect(event.body == .cancelled(reason: "not wanted (operation \(id))"))
        #expect(try pages.engine.state(of: JobID(rawValue: id)) == .succeeded)
        let page = try await pages.page("/operations")
        #expect(page.text.contains("not wanted"))
        #expect(page.text.contains("Undo"))
        #expect(try await pages.page("/jobs/\(id)").text.contains("&quot;done&quot;: \(jobs)"))
        try await pages.close()
    }

    @Test func `an operation is found among any number of newer jobs, without a look at them`() async throws {
        let pages = try PageStore()
        try await pages.enqueue("some.job", "{}", .queue("mail"))
        let (id, _) = try await operate(
            pages, "", "{\"action\":\"cancel\",\"queue\":\"mail\",\"reason\":\"not wanted\"}")
        let many = 3 * OperationDirectory.newestMax
        try await pages.engine.enqueue((0..<many).map { _ in JobRequest("some.job", arguments: []) })
        try await pages.engine.wait(for: DashboardFollower.self, through: try pages.engine.lastEvent)
        let near = try pages.engine.present.operations(
            below: nil, limit: 10, rowsMax: OperationDirectory.newestMax)
        #expect(near.found.isEmpty && near.next != nil)
        #expect(try await pages.page("/operations").text.contains("not wanted"))
        // Of one whose job is gone there is nothing to show.
        _ = try await pages.engine.perform(.delete(job: id, reason: "", actor: .system))
        #expect(try await !pages.page("/operations").text.contains("not wanted"))
        try await pages.close()
    }

    @Test func `a tenant's list is as full as it can be, whoever else has operated since`() async throws {
        let pages = try PageStore { $0.pageSize = 2 }
        func operate(as role: String, _ reason: String) async throws {
            let body = "{\"action\":\"cancel\",\"queue\":\"mail\",\"reason\":\"\(reason)\"}"
            #expect(try await ask(pages, "", body, as: role).status == 201)
        }
        for number in 1...3 {
            try await operate(as: "tenant", "own \(number)")
            for _ in 0..<3 { try await operate(as: "operator", "other") }
        }
        try await pages.engine.wait(for: DashboardFollower.self, through: try pages.engine.lastEvent)
        let first = try await pages.page("/operations", as: "tenant").text
        #expect(first.contains("own 3") && first.contains("own 2") && !first.contains("own 1"))
        let next = try await pages.page(try #require(PageTests.nextPage(in: first)), as: "tenant").text
        #expect(next.contains("own 1") && !next.contains("own 2") && !next.contains("other"))
        #expect(PageTests.nextPage(in: next) == nil)
        try await pages.close()
    }

    @Test func `a cancellation is taken back, but not of jobs that have moved on`() async throws {
        let pages = try PageStore()
        let ready = try await pages.enqueue("some.job", "{}", .queue("mail"))
        let late = try await pages.enqueue(
            "some.job", "{}", .queue("mail"), .at(try Instant(iso8601: "2099-01-01T00:00:00Z")))
        let moved = try await pages.enqueue("some.job", "{}", .queue("mail"))
        let (id, _) = try await operate(
            pages, "", "{\"action\":\"cancel\",\"jobs\":[\(ready),\(late),\(moved)]}")
        #expect(try count(pages, .cancelled) == 3)
        #expect(try await pages.post("/jobs/\(moved)/requeue").status == 303)
        let (undo, totals) = try await operate(pages, "/\(id)/undo", "{\"reason\":\"a mistake\"}")
        #expect(totals?.done == 2)
        #expect(totals?.refused == ["it has run since, or somebody has moved it": 1])
        #expect(try pages.engine.state(of: JobID(rawValue: ready)) == .enqueued)
        #expect(try pages.engine.job(JobID(rawValue: late))?.due == (try Instant(iso8601: "2099-01-01T00:00:00Z")))
        #expect(try pages.engine.state(of: JobID(rawValue: moved)) == .enqueued)
        let waits = try await pages.enqueue("some.job", "{}", .queue("mail"), .after(JobID(rawValue: ready)))
        let (second, _) = try await operate(pages, "", "{\"action\":\"cancel\",\"jobs\":[\(waits)]}")
        #expect(
            try await operate(pages, "/\(second)/undo", "{}").totals?.refused == ["it waited for other jobs": 1])
        #expect(try await ask(pages, "/\(undo)/undo", "{}").status == 409)
        #expect(try await ask(pages, "/\(ready)/undo", "{}").status == 404)
        try await pages.close()
    }

    @Test func `jobs whose cancellation is taken back are ready in the order in which they were`() async throws {
        let pages = try PageStore()
        let jobs = try await pages.engine.enqueue(
            (0..<OperationRun.pageSize + 50).map { _ in JobRequest("some.job", arguments: [], [.queue("mail")]) })
        // One of them is older than its place: it was taken up anew.
        let moved = jobs[OperationRun.pageSize]
        try await pages.engine.cancel(moved.id)
        try await pages.engine.requeue(moved.id)
        func ready() throws -> [SequenceNumber] {
            let jobs = try pages.engine.jobs(JobFilter(states: [.enqueued], queue: "mail"), limit: 1_000)
            return jobs.sorted { $0.record.readyKey < $1.record.readyKey }.map(\.sequence)
        }
        let before = try ready()
        #expect(before.count == jobs.count && before.last == moved.id.rawValue)
        let (id, _) = try await operate(pages, "", "{\"action\":\"cancel\",\"queue\":\"mail\"}")
        #expect(try ready().isEmpty)
        let (_, totals) = try await operate(pages, "/\(id)/undo", "{}")
        #expect(totals?.done == jobs.count)
        #expect(try ready() == before)
        try await pages.close()
    }

    @Test func `an operation is taken back once, and says by which`() async throws {
        let pages = try PageStore()
        for _ in 0..<2 { try await pages.enqueue("some.job", "{}", .queue("mail")) }
        let (id, _) = try await operate(pages, "", "{\"action\":\"delete\",\"queue\":\"mail\"}")
        let (undo, totals) = try await operate(pages, "/\(id)/undo", "")
        #expect(totals?.done == 2)
        let again = try await ask(pages, "/\(id)/undo", "")
        #expect(again.status == 409 && again.text.contains("by operation \(undo)"), "\(again.text)")
        let token = try #require(pages.tokens["operator"])
        let list = await pages.store.call(token, "GET", "/api/v1/operations").json
        let shown = try #require((list["operations"] as? [[String: Any]])?.last)
        #expect(shown["canBeUndone"] as? Bool == false && shown["undoneBy"] as? Int == Int(undo))
        let page = try await pages.page("/operations").text
        #expect(page.contains("Taken back by \(undo)") && !page.contains("/operations/\(id)/undo"))
        try await pages.close()
    }

    @Test func `an operation says which jobs it meant, and how many there were`() async throws {
        let pages = try PageStore()
        for _ in 0..<3 { try await pages.enqueue("some.job", "{}", .queue("mail"), .tags("vip")) }
        let filter = #""states":["enqueued"],"queue":"mail","tags":["vip"],"createdBefore":"2099-01-01T00:00:00Z""#
        _ = try await operate(pages, "", "{\"action\":\"cancel\",\(filter)}")
        _ = try await operate(pages, "", "{\"action\":\"requeue\",\"queue\":\"mail\",\"search\":\"4711-canary\"}")
        _ = try await operate(pages, "", "{\"action\":\"delete\",\"queue\":\"mail\"}")
        let page = try await pages.page("/operations").text
        let which = "state enqueued, queue mail, tag vip, enqueued before 2099-01-01T00:00:00Z"
        #expect(page.contains("cancel 3 jobs of \(which)"))
        #expect(page.contains("requeue 0 jobs of state failed, queue mail, a text") && !page.contains("canary"))
        #expect(page.contains("delete 3 jobs of queue mail<"))
        #expect(try await pages.page("/jobs?queue=daybook.operations").text.contains("cancel jobs of \(which)"))
        try await pages.close()
    }

    @Test func `an operation whose filter takes many words is begun all the same`() async throws {
        let pages = try PageStore()
        let long = String(repeating: "q", count: 120)
        let filter = "\"queue\":\"\(long)\",\"name\":\"\(long)\",\"tags\":[\"\(long)\"]"
        #expect(try await operate(pages, "", "{\"action\":\"cancel\",\(filter)}").totals?.matched == 0)
        try await pages.close()
    }

    @Test func `jobs that are none are named as such`() async throws {
        let pages = try PageStore()
        let job = try await pages.enqueue("some.job", "{}", .queue("mail"))
        #expect(try await ask(pages, "", "{\"action\":\"cancel\",\"jobs\":[777777,777778]}").status == 404)
        let (_, totals) = try await operate(pages, "", "{\"action\":\"cancel\",\"jobs\":[\(job),777777,777778]}")
        #expect(totals?.matched == 3 && totals?.done == 1)
        #expect(totals?.refused == ["there is no such job": 2])
        try await pages.close()
    }

    @Test func `jobs are put off together, and put back`() async throws {
        let pages = try PageStore()
        let first = try await pages.enqueue("some.job", "{}", .queue("mail"))
        let body = "{\"action\":\"reschedule\",\"queue\":\"mail\",\"at\":\"2099-01-01T00:00:00Z\"}"
        let (id, totals) = try await operate(pages, "", body)
        #expect(totals?.done == 1)
        #expect(try pages.engine.state(of: JobID(rawValue: first)) == .scheduled)
        #expect(try await operate(pages, "/\(id)/undo", "{}").totals?.done == 1)
        #expect(try pages.engine.state(of: JobID(rawValue: first)) == .enqueued)
        let (gone, _) = try await operate(pages, "", "{\"action\":\"delete\",\"jobs\":[\(first)]}")
        #expect(try pages.engine.state(of: JobID(rawValue: first)) == nil)
        // What is deleted stays so; its work is put in again as another job, once.
        #expect(try await operate(pages, "/\(gone)/undo", "{}").totals == OperationTotals(matched: 1, done: 1))
        #expect(try await ask(pages, "/\(gone)/undo", "{}").status == 409)
        #expect(try count(pages, .enqueued) == 1)
        #expect(try pages.engine.state(of: JobID(rawValue: first)) == nil)
        try await pages.close()
    }

    @Test func `a deletion is not taken back of jobs that had ended`() async throws {
        let pages = try PageStore()
        try await pages.enqueue("some.job", "{}", .queue("mail"))
        let ended = try #require(try await pages.succeed(queue: "mail"))
        let (gone, _) = try await operate(pages, "", "{\"action\":\"delete\",\"jobs\":[\(ended)]}")
        let totals = try await operate(pages, "/\(gone)/undo", "{}").totals
        #expect(totals?.done == 0)
        #expect(totals?.refused == ["it had ended before; what happened to it is still shown": 1])
        try await pages.close()
    }

    /// What a process has done that dies in the midst of its first page.
    private func performHalfAPage(of wanted: Daybook.Operation, _ run: RemoteRun, _ pages: PageStore) async throws {
        let operation = OperationRun(pages.engine, run)
        let found = try await run.context.step("found-0") { try operation.find(wanted, from: nil) }
        _ = try await operation.act(wanted, on: Array(found.jobs.prefix(OperationRun.pageSize / 2)))
    }

    @Test func `an operation that a process left undone goes on in the next`() async throws {
        let pages = try PageStore()
        let jobs = OperationRun.pageSize + 5
        _ = try await pages.engine.enqueue(
            (0..<jobs).map { _ in JobRequest("some.job", arguments: [], [.queue("mail")]) })
        // As a process would that died behind its first page: claimed, written down, half of it done, given back.
        let cancelAll = Daybook.Operation(.cancel, on: JobFilter(queue: "mail"), reason: "all", by: "ann")
        let id = try await pages.engine.start(cancelAll)
        var runs = Runnable()
        runs.add(Operation.jobName, Runnable.anyVersion)
        let run = try #require(
            try await pages.engine.claimForOthers(
                upTo: 1, of: [Operation.queue], runs: runs, by: nil, waiting: .zero
            ).first)
        try await performHalfAPage(of: cancelAll, run, pages)
        _ = try await run.giveUp(reason: "the process died")
        #expect(try count(pages, .cancelled) == OperationRun.pageSize / 2)
        // A dashboard that opens comes for it.
        let next = try Dashboard(pages.engine, DashboardOptions())
        let totals = try await pages.engine.end(of: id, within: .seconds(60))
        #expect(totals == OperationTotals(matched: jobs, done: jobs))
        #expect(try count(pages, .cancelled) == jobs)
        #expect(try pages.store.events(.cancelled).count == jobs)
        await next.stop()
        try await pages.close()
    }

    @Test func `nobody acts on more than he may, and nobody puts operations among other jobs`() async throws {
        let pages = try PageStore()
        let mine = try await pages.enqueue("some.job", "{}", .queue("mail"), .tenant("blue"))
        let others = try await pages.enqueue("some.job", "{}", .queue("mail"), .tenant("red"))
        let tenant = try #require(pages.tokens["tenant"])
        let answer = await pages.store.call(
            tenant, "POST", "/api/v1/operations", "{\"action\":\"cancel\",\"queue\":\"mail\"}")
        let id = SequenceNumber(try #require(answer.json["operation"] as? Int))
        #expect(try await pages.engine.end(of: id, within: .seconds(60))?.done == 1)
        #expect(try pages.engine.state(of: JobID(rawValue: mine)) == .cancelled)
        #expect(try pages.engine.state(of: JobID(rawValue: others)) == .enqueued)
        let chosen = await pages.store.call(
            tenant, "POST", "/api/v1/operations", "{\"action\":\"cancel\",\"jobs\":[\(others)]}")
        #expect(chosen.status == 404)
        #expect(try pages.engine.state(of: JobID(rawValue: others)) == .enqueued)
        for body in [
            "{}", "{\"action\":\"cancel\"}", "{\"action\":\"undo\",\"queue\":\"mail\"}",
            "{\"action\":\"reschedule\",\"queue\":\"mail\"}", "{\"action\":\"cancel\",\"jobs\":[\"x\"]}",
            "{\"action\":\"cancel\",\"jobs\":[1],\"queue\":\"mail\"}",
        ] { #expect(try await ask(pages, "", body).status == 400, "\(body)") }
        #expect(try await ask(pages, "", "{\"action\":\"cancel\",\"queue\":\"mail\"}", as: "viewer").status == 403)
        let admin = try #require(pages.tokens["admin"])
        for (path, body) in [
            ("jobs", "{\"name\":\"daybook.operation\",\"queue\":\"daybook.operations\"}"),
            ("claims", "{\"queues\":[\"daybook.operations\"],\"wait\":\"0s\"}"),
        ] {
            #expect(await pages.store.call(admin, "POST", "/api/v1/\(path)", body).status == 400, "\(path)")
        }
        try await pages.close()
    }

    @Test func `workers on all queues leave operations alone`() async throws {
        let pages = try PageStore()
        // A dashboard that has just opened looks whether there are any, and would do this one.
        pages.store.dashboard.operations.stop()
        let id = try await pages.engine.start(
            Operation(.cancel, on: JobFilter(queue: "mail"), reason: "", by: "ann"))
        let found = try await pages.engine.claimForOthers(
            upTo: 10, of: nil, runs: .everything, by: nil, waiting: .zero)
        #expect(found.isEmpty)
        #expect(try pages.engine.state(of: JobID(rawValue: id)) == .enqueued)
        // Nor does anybody who waits for the end of the work wait for them.
        try await pages.engine.waitUntilDrained()
        try await pages.close()
    }
}
