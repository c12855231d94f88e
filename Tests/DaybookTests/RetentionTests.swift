import DaybookLog
import DaybookModel
import Synchronization
import Testing

@testable import Daybook

@Suite struct `retention in an engine` {
    private static let day = 86_400.0

    private func withEngine(
        _ options: EngineOptions = EngineOptions(), _ body: (JobEngine, VirtualTime, String) async throws -> Void
    ) async throws {
        try await withStoreFolder { folder in
            let time = VirtualTime()
            let engine = try JobEngine.open(
                folder, program: "test", options: options, host: .real(), clock: time.clock
            ) { $0.register("mail") { _, _ in } }
            try await body(engine, time, folder)
            try await engine.close()
        }
    }

    @Test func `finished jobs leave by themselves, unfinished and held ones stay`() async throws {
        try await withEngine { engine, time, _ in
            var jobs: [JobID] = []
            for _ in 0..<600 { jobs.append(try await engine.enqueue("mail", arguments: []).id) }
            for job in jobs.dropLast(2) { _ = try await engine.cancel(job, reason: "") }
            try await engine.retention.hold(.job(jobs[3]), reason: "case 12")
            time.advance(by: 7 * Self.day - 1)
            _ = try await engine.perform(.look)
            #expect(try engine.record(jobs[0]) != nil)
            time.advance(by: 2)
            try await engine.wait { try jobs.filter { try engine.record($0) != nil }.count == 3 }
            #expect(try jobs.filter { try engine.record($0) != nil } == [jobs[3], jobs[598], jobs[599]])
            #expect(try engine.events(of: jobs[0]).last?.body.kind == EventKind.purged.rawValue)
            try await engine.retention.release(.job(jobs[3]))
            time.advance(by: 2)
            try await engine.wait { try engine.record(jobs[3]) == nil }
            // What ends long after it was created is kept for as long as any other.
            _ = try await engine.cancel(jobs[598], reason: "")
            time.advance(by: 6.9 * Self.day)
            _ = try await engine.perform(.look)
            #expect(try engine.record(jobs[598]) != nil)
            time.advance(by: 0.2 * Self.day)
            try await engine.wait { try engine.record(jobs[598]) == nil }
            #expect(try engine.record(jobs[599]) != nil)
        }
    }

    @Test func `rules of the program are written down once, and hold at once`() async throws {
        var options = EngineOptions()
        options.retention = .rules(.keep(.cancelled, for: .seconds(60)), .keepForEver(.tenant("acme")))
        try await withStoreFolder { folder in
            let time = VirtualTime()
            for opening in 0..<2 {
                let engine = try JobEngine.open(
                    folder, program: "test", options: options, host: .real(), clock: time.clock
                ) { _ in }
                let rules = try engine.retention.rules()
                #expect(rules.map(\.scope) == [.cancelled, .tenant("acme")])
                #expect(rules.map(\.period) == [.seconds(60), nil])
                if opening == 0 {
                    let job = try await engine.enqueue("mail", arguments: []).id
                    _ = try await engine.cancel(job, reason: "")
                    time.advance(by: 61)
                    try await engine.wait { try engine.record(job) == nil }
                }
                let set = try engine.storage.loggedEvents(from: 1, limit: 1_000).filter {
                    $0.1.body.kind == EventKind.retentionSet.rawValue
                }
                #expect(set.count == 2)
                try await engine.close()
            }
        }
    }

    @Test func `an engine that is told not to leaves them, and run takes them out`() async throws {
        var options = EngineOptions()
        options.retention = .off
        try await withEngine(options) { engine, time, _ in
            let job = try await engine.enqueue("mail", arguments: []).id
            _ = try await engine.cancel(job, reason: "")
            time.advance(by: 30 * Self.day)
            for _ in 0..<5 { _ = try await engine.perform(.look) }
            #expect(try engine.record(job) != nil)
            #expect(try await engine.retention.run() == 1)
            #expect(try engine.record(job) == nil)
        }
    }

    @Test func `a job whose creation was archived runs with its arguments`() async throws {
        try await withStoreFolder { folder in
            let seen = SeenArguments()
            let engine = try JobEngine.open(folder, program: "test") {
                $0.register("mail") { arguments, _ in seen.add(arguments) }
            }
            let first = try await engine.enqueue("mail", arguments: Array("\"first\"".utf8)).id
            for _ in 0..<400 { _ = try await engine.perform(.pauseQueue("other", reason: "", actor: .system)) }
            let archive = try #require(try await engine.archive(before: .event(300)))
            #expect(archive.first == 1 && archive.last == 299 && archive.state == .there)
            #expect(try engine.archives() == [archive])
            #expect(try await engine.archive(before: .event(300)) == nil)
            try await engine.working {
                try await engine.wait { try engine.record(first)?.state == .succeeded }
            }
            #expect(seen.all == ["\"first\""])
            #expect(try engine.timeline(of: first).first?.kind == .created)
            try await engine.close()
        }
    }
}

/// What handlers were given, from any thread.
private final class SeenArguments: Sendable {
    private let texts = Mutex<[String]>([])

    var all: [String] { texts.withLock { $0 } }
    func add(_ arguments: [UInt8]) { texts.withLock { $0.append(String(decoding: arguments, as: UTF8.self)) } }
}
