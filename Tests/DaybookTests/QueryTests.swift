import DaybookModel
import Testing

@testable import Daybook

@Suite struct `Looking at a store` {
    private struct Trouble: Error, CustomStringConvertible {
        var description: String { "the Mailbox is full" }
    }

    private func withEngine(_ body: (JobEngine) async throws -> Void) async throws {
        try await withStoreFolder { folder in
            let engine = try JobEngine.open(folder, program: "test") { registry in
                registry.register("mail") { _, _ in }
                registry.register("bad") { _, _ in throw Trouble() }
            }
            try await body(engine)
            try await engine.close()
        }
    }

    private func enqueue(_ engine: JobEngine, _ name: String, _ text: String, _ options: JobOption...) async throws
        -> JobID
    {
        try await engine.enqueue(name, arguments: Array(text.utf8), options).id
    }

    @Test func `lists jobs by queue, name, tag, tenant and text, the newest first`() async throws {
        try await withEngine { engine in
            let first = try await enqueue(engine, "mail", #"{"to":"Ada"}"#, .tags("urgent", "vip"), .tenant("acme"))
            let second = try await enqueue(engine, "mail", "{}", .queue("slow"), .tags("urgent"), .key("order:17"))
            let third = try await enqueue(engine, "other", "{}")
            func found(_ filter: JobFilter) throws -> [JobID] { try engine.jobs(filter).map(\.id) }
            #expect(try found(JobFilter()) == [third, second, first])
            #expect(try found(JobFilter(queue: "slow")) == [second])
            #expect(try found(JobFilter(name: "mail")) == [second, first])
            #expect(try found(JobFilter(tags: ["urgent", "vip"])) == [first])
            #expect(try found(JobFilter(tenant: "acme")) == [first])
            #expect(try found(JobFilter(text: "aDA")) == [first])
            #expect(try found(JobFilter(text: "ORDER:17")) == [second])
            #expect(try found(JobFilter(states: [.failed])) == [])
        }
    }

    @Test func `tells what a job is given, its tags and its last error`() async throws {
        try await withEngine { engine in
            let job = try await enqueue(
                engine, "bad", #"{"to":"Ada","pin":7}"#, .tags("vip"), .tenant("acme"), .attempts(1), .secret("pin"))
            try await engine.working { try await engine.wait { try engine.state(of: job) == .failed } }
            let details = try #require(try engine.details(of: job))
            #expect(details.summary.state == .failed && details.tags == ["vip"] && details.tenant == "acme")
            #expect(details.lastError == JobDetails.LastError(type: "Trouble", text: "the Mailbox is full"))
            #expect(String(decoding: details.arguments, as: UTF8.self) == #"{"to":"Ada","pin":7}"#)
            let shown = String(decoding: details.shownArguments, as: UTF8.self)
            #expect(shown.contains("Ada") && !shown.contains("7") && details.closed == nil)
            // What another has put in its place is what the next run gets.
            let replaced = try await enqueue(engine, "mail", "1", .key("k"), .delay(.seconds(3_600)))
            _ = try await enqueue(engine, "mail", "2", .key("k"), .onConflict(.replace))
            #expect(try engine.details(of: replaced)?.arguments == Array("2".utf8))
            #expect(try engine.details(of: replaced)?.lastError == nil)
            #expect(try engine.details(of: JobID(rawValue: 1)) == nil)
        }
    }

    @Test func `pages by the last one's id, whatever is enqueued meanwhile`() async throws {
        try await withEngine { engine in
            var made: [JobID] = []
            for _ in 0..<25 { made.append(try await enqueue(engine, "mail", "{}")) }
            var seen: [JobID] = []
            var page = try engine.jobs(limit: 10)
            while let last = page.last {
                seen += page.map(\.id)
                _ = try await enqueue(engine, "mail", "{}")
                page = try engine.jobs(before: last.id, limit: 10)
            }
            #expect(seen == made.reversed())
        }
    }

    @Test func `finds a job by its last error, tells its timeline, and counts it`() async throws {
        try await withEngine { engine in
            let good = try await enqueue(engine, "mail", "{}")
            let bad = try await enqueue(engine, "bad", "{}", .attempts(1))
            try await engine.working { try await engine.waitUntilDrained() }
            #expect(try engine.jobs(JobFilter(text: "mailbox is")).map(\.id) == [bad])
            #expect(try engine.job(bad)?.state == .failed)
            let events = try engine.timeline(of: bad)
            #expect(events.first?.kind == .created && events.last?.kind == .failed)
            #expect(events.map(\.sequence) == events.map(\.sequence).sorted())
            #expect(events.last?.run?.error == "the Mailbox is full")
            #expect(events.allSatisfy { $0.job == bad })
            #expect(events.first?.creation?.name == "bad")
            let counts = try #require(try engine.queues().first { $0.name == "default" })
            #expect(counts[.succeeded] == 1 && counts[.failed] == 1 && counts[.enqueued] == 0)
            #expect(try engine.timeline(of: good).last?.kind == .succeeded)
            #expect(try engine.timeline(of: JobID(rawValue: 99)).isEmpty)
        }
    }

    @Test func `follows what happens from where it is told, and goes on from there`() async throws {
        try await withEngine { engine in
            let first = try await enqueue(engine, "mail", "{}")
            var iterator = engine.events().makeAsyncIterator()
            var kinds: [EventKind?] = []
            var cursor: SequenceNumber = 0
            while let event = try await iterator.next() {
                kinds.append(event.kind)
                cursor = event.sequence
                if event.job == first { break }
            }
            #expect(kinds == [.genesis, .processStarted, .created])
            async let next = engine.events(after: cursor).first { _ in true }
            let second = try await enqueue(engine, "mail", "{}")
            #expect(try await next?.job == second)
        }
    }

    @Test func `ends the sequence when the engine is closed`() async throws {
        try await withStoreFolder { folder in
            let engine = try JobEngine.open(folder, program: "test")
            let count = Task {
                var count = 0
                for try await _ in engine.events() { count += 1 }
                return count
            }
            try await engine.close()
            // What is there may be read, or not, before the end: that it ends is what counts.
            _ = try? await count.value
        }
    }
}
