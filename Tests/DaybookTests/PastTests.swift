import DaybookModel
import Testing

@testable import Daybook

@Suite struct `The engine's past` {
    @Test func `is told as of any event, whatever has come since`() async throws {
        try await withStoreFolder { folder in
            let engine = try JobEngine.open(folder, program: "test") { $0.register("mail") { _, _ in } }
            let job = try await engine.enqueue("mail", arguments: Array("{}".utf8), [.delay(.seconds(3_600))]).id
            let then = job.rawValue
            let live = try engine.read { try LedgerDump(live: $0).text() }
            _ = try await engine.cancel(job, reason: "not any more")
            let past = try engine.replay(atEvent: then)
            #expect(past.sequence == then)
            #expect(try past.canonicalText() == live)
            #expect(try past.job(job)?.state == .scheduled)
            #expect(try past.jobs(JobFilter(states: [.scheduled])).map(\.id) == [job])
            #expect(try past.queues().first?[.scheduled] == 1)
            #expect(try past.timeline(of: job).count == 1)
            #expect(try past.why(job).hasPrefix("It is not due yet"))
            #expect(try engine.why(job).contains("cancelled"))
            #expect(try engine.timeline(of: job).count == 2)
            try await engine.close()
        }
    }
}
