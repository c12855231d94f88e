import DaybookModel
import Testing

@testable import Daybook
@testable import DaybookLog

@Suite struct `the walk that finds jobs whose time is over` {
    private let storage = MemoryStorage()

    private func jobsLeft() throws -> Int {
        var count = 0
        try storage.read { log in
            try RowKey.number(0).withBytes { start in
                try log.scan(.jobs, from: start) { _, _ in
                    count += 1
                    return true
                }
            }
        }
        return count
    }

    @Test func `comes back to jobs behind the place where a round had enough`() throws {
        let writer = LogWriter(storage)
        func perform(_ commands: [Command], at seconds: Int64) throws {
            try writer.turn(now: Instant(microseconds: seconds * 1_000_000)) { turn in
                for command in commands { _ = try turn.perform(command) }
            }
        }
        let genesis = Genesis(identity: Array(repeating: 1, count: 16), format: 1, program: "test")
        _ = try writer.turn(now: .epoch) { try $0.record(Event(time: .epoch, body: .genesis(Box(genesis)))) }
        let rule = RetentionCommand.keep(.everything, 2_000_000, reason: "", actor: .system)
        let job = Box(Created(name: "mail", queue: "default", attempts: 1, salt: 0, arguments: []))
        // More than one stretch of the walk, of which only the first is about to empty.
        try perform(
            [.retention(Box(rule))] + (0..<9_000).map { _ in .enqueue(job, onConflict: .existing) }, at: 0)
        var jobs: [SequenceNumber] = []
        try storage.read { log in
            try RowKey.number(0).withBytes { start in
                try log.scan(.jobs, from: start) { key, _ in
                    jobs.append(RowKey(key).first)
                    return jobs.count < 2_700
                }
            }
        }
        func cancel(_ range: Range<Int>, at seconds: Int64) throws {
            try perform(
                jobs[range].map { .cancel(job: $0, expected: nil, reason: "", actor: .system) }, at: seconds)
        }
        var rounds = try #require(RetentionRounds(.standard, storage, process: 1))
        func look(at seconds: Int64) throws {
            for _ in 0..<100 { try perform(rounds.look(now: Instant(microseconds: seconds * 1_000_000)), at: seconds) }
        }
        try cancel(0..<100, at: 1)
        try look(at: 4)
        #expect(try jobsLeft() == 8_900)
        // More than a round takes.
        try cancel(100..<2_600, at: 4)
        try cancel(2_600..<2_700, at: 6)
        try look(at: 7)
        #expect(try jobsLeft() == 6_400)
        try look(at: 12)
        #expect(try jobsLeft() == 6_300)
    }
}
