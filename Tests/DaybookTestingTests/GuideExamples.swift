// What stands between the marks below stands in a page of Docs, too: `DocumentTests` compares them.

import Daybook
import DaybookTesting
import Foundation
import Synchronization
import Testing

// In Guide.md:
struct OutboxRow: Sendable {
    var number: Int
    var request, job, arguments: String
}

protocol Outbox: Sendable {
    /// SELECT number, request, job, arguments FROM outbox WHERE failed_because IS NULL ORDER BY number LIMIT 500
    func waiting() async throws -> [OutboxRow]
    /// DELETE FROM outbox WHERE number IN (…)
    func delete(_ rows: [OutboxRow]) async throws
    /// UPDATE outbox SET failed_because = … WHERE number = …
    func setAside(_ row: OutboxRow, because: String) async throws
}

extension JobEngine {
    func empty(_ outbox: some Outbox) async throws {
        while case let rows = try await outbox.waiting(), !rows.isEmpty {
            do {
                try await enqueue(rows.map(request))  // one commit: all of them, or none
                try await outbox.delete(rows)
            } catch let refusal as Refusal where refusal.isOfAJob {
                for row in rows { try await enqueue(row, of: outbox) }
            }
        }
    }

    private func enqueue(_ row: OutboxRow, of outbox: some Outbox) async throws {
        do {
            try await enqueue([request(row)])
            try await outbox.delete([row])
        } catch let refusal as Refusal where refusal.isOfAJob {
            try await outbox.setAside(row, because: refusal.description)
        }
    }

    private func request(_ row: OutboxRow) -> JobRequest {
        JobRequest(row.job, arguments: Array(row.arguments.utf8), [.requestID(row.request)])
    }
}

extension Refusal {
    /// Of others no row is the cause, and the next time may be better.
    var isOfAJob: Bool { code != .diskFull && code != .outdated }
}
// Until here.

private final class Table: Outbox {
    struct Row {
        var row: OutboxRow
        var failedBecause: String?
    }

    let rows: Mutex<[Row]>
    let looks = Mutex(0)

    init(_ rows: [OutboxRow]) { self.rows = Mutex(rows.map { Row(row: $0) }) }

    func waiting() -> [OutboxRow] {
        looks.withLock { $0 += 1 }
        return rows.withLock { rows in rows.filter { $0.failedBecause == nil }.map(\.row).prefix(500) }.map { $0 }
    }

    func delete(_ gone: [OutboxRow]) {
        let numbers = Set(gone.map(\.number))
        rows.withLock { rows in rows.removeAll { numbers.contains($0.row.number) } }
    }

    func setAside(_ row: OutboxRow, because: String) {
        rows.withLock { rows in
            for index in rows.indices where rows[index].row.number == row.number {
                rows[index].failedBecause = because
            }
        }
    }
}

@Suite struct `The outbox of the guide` {
    private func row(_ number: Int, job: String = "receipt.send") -> OutboxRow {
        OutboxRow(number: number, request: "order-\(1000 - number)", job: job, arguments: "{\"order\":\(number)}")
    }

    @Test func `goes in the order in which rows were written, some hundred in one commit, and each once`() async throws
    {
        let test = try TestEngine { _ in }
        let table = Table((1...700).map { row($0) })
        try await test.engine.empty(table)
        #expect(table.rows.withLock { $0.isEmpty })
        #expect(table.looks.withLock { $0 } == 3)
        // What was enqueued and not deleted, because the program died between the two, is there already.
        try await test.engine.empty(Table((600...700).map { row($0) }))
        let jobs = try test.engine.jobs(limit: 2_000)
        #expect(jobs.count == 700)
        let orders = try jobs.reversed().map { job in
            String(decoding: try #require(test.engine.timeline(of: job.id).first?.creation).arguments, as: UTF8.self)
        }
        #expect(orders == (1...700).map { "{\"order\":\($0)}" })
    }

    @Test func `sets aside what is refused, and what stands behind it goes on`() async throws {
        let test = try TestEngine { _ in }
        let table = Table([row(1), row(2, job: "no name\n"), row(3)])
        try await test.engine.empty(table)
        #expect(try test.engine.jobs().count == 2)
        let left = table.rows.withLock { $0 }
        #expect(left.map(\.row.number) == [2])
        #expect(left.first?.failedBecause?.isEmpty == false)
    }
}

@Test func `an instant comes from a text and from a date`() throws {
    let date = Date(timeIntervalSince1970: 1_796_119_200)
    // In Guide.md:
    let opening = try Instant(iso8601: "2026-12-01T09:00:00+01:00")
    let closing = Instant(microseconds: Int64((date.timeIntervalSince1970 * 1_000_000).rounded()))
    let again = Date(timeIntervalSince1970: Double(closing.microseconds) / 1_000_000)
    // Until here.
    #expect(opening.iso8601() == "2026-12-01T08:00:00Z")
    #expect(again == date)
    #expect(closing.microseconds == 1_796_119_200_000_000)
}

@Test func `failed jobs are found with their errors and arguments`() async throws {
    let test = try TestEngine { $0.register(DeliverOrder.self) }
    let engine = test.engine
    let job = try await engine.enqueue(DeliverOrder(order: 7), .attempts(1))
    try await test.drain()
    let printed = Mutex<[String]>([])
    func print(_ id: JobID, _ error: String, _ arguments: String) {
        printed.withLock { $0.append("\(id) \(error.isEmpty) \(arguments)") }
    }
    // In Guide.md:
    var page = try engine.jobPage(JobFilter(states: [.failed]), limit: 100)
    while true {
        for job in page.jobs {
            guard let details = try engine.details(of: job.id) else { continue }
            let error = details.lastError.map { "\($0.type): \($0.text)" } ?? ""
            print(job.id, error, String(decoding: details.shownArguments, as: UTF8.self))
        }
        guard let next = page.next else { break }
        page = try engine.jobPage(JobFilter(states: [.failed]), before: next, limit: 100)
    }
    // Until here.
    #expect(printed.withLock { $0 } == ["\(job.id) false {\"order\":7}"])
}
