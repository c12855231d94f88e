import DaybookLog
import DaybookModel
import Testing

@Suite struct `A list of who waits for a limit` {
    private func list(
        _ limited: LimitedLog, _ scope: LimitScope, after cursor: String? = nil, limit: Int = 100
    ) throws -> WaitList {
        try #require(
            try limited.storage.read { try WaitList(scope, after: cursor, limit: limit, at: .second(1), in: $0) })
    }

    @Test func `is in the order in which they come forward, page by page`() throws {
        let limited = try LimitedLog()
        try limited.limit(.keys("tenant"), .concurrency(1))
        let running = try limited.enqueue("acme")
        let low = try (0..<4).map { _ in try limited.enqueue("acme") }
        let high = try limited.enqueue("acme") { $0.priority = 5 }
        let other = try limited.enqueue("acme") { $0.queue = "mail" }
        let claimed = try limited.claimAll()
        #expect(claimed.map(\.job) == [high])
        let all = try list(limited, .key("tenant:acme"))
        #expect((all.use.held, all.use.waiting) == (1, 6))
        #expect(all.jobs.map(\.place) == Array(1...6))
        #expect(all.jobs.map(\.job.sequence) == [running] + low + [other])
        #expect(all.next == nil)
        var pages: [SequenceNumber] = []
        var cursor: String?
        repeat {
            let page = try list(limited, .key("tenant:acme"), after: cursor, limit: 4)
            #expect(page.jobs.first?.place == pages.count + 1)
            pages += page.jobs.map(\.job.sequence)
            cursor = page.next
        } while cursor != nil
        #expect(pages == all.jobs.map(\.job.sequence))
        // It is the order in which they really come.
        var came: [SequenceNumber] = []
        var last = claimed
        while let one = last.first {
            try limited.finish(one)
            last = try limited.claimAll()
            came += last.map(\.job)
        }
        #expect(came == pages)
        #expect(try list(limited, .key("tenant:acme")).jobs.isEmpty)
    }

    @Test func `of a group has the keys for which somebody waits`() throws {
        let limited = try LimitedLog()
        try limited.limit(.keys("tenant"), .concurrency(1))
        for tenant in ["a", "b", "c", "a", "c", "c"] { try limited.enqueue(tenant) }
        _ = try limited.claimAll()
        let found = try list(limited, .keys("tenant"))
        #expect(found.keys.map(\.scope) == ["key:tenant:a", "key:tenant:c"])
        #expect(found.keys.map(\.use.waiting) == [1, 2])
        let first = try list(limited, .keys("tenant"), limit: 1)
        #expect(first.keys.map(\.scope) == ["key:tenant:a"])
        #expect(
            try list(limited, .keys("tenant"), after: first.next, limit: 1).keys.map(\.scope) == ["key:tenant:c"])
    }

    @Test func `of a queue has what is ready in it, if the queue is full`() throws {
        let limited = try LimitedLog()
        try limited.limit(.queue("default"), .concurrency(1))
        let jobs = try (0..<4).map { number in try limited.enqueue { $0.priority = number == 3 ? 1 : -1 } }
        #expect(try list(limited, .queue("default")).jobs.isEmpty)
        #expect(try limited.claimAll().map(\.job) == [jobs[3]])
        let found = try list(limited, .queue("default"), limit: 2)
        #expect(found.jobs.map(\.job.sequence) == Array(jobs[..<2]))
        let next = try list(limited, .queue("default"), after: found.next, limit: 2)
        #expect(next.jobs.map(\.job.sequence) == [jobs[2]])
        #expect(next.jobs.map(\.place) == [3])
    }

    @Test func `says when the window opens, and refuses a cursor that is none`() throws {
        let limited = try LimitedLog()
        try limited.limit(.job("mail"), .rate(1, per: .seconds(60)))
        for _ in 0..<2 { try limited.enqueue { $0.name = "mail" } }
        _ = try limited.claimAll()
        #expect(try list(limited, .job("mail")).opens == .second(60))
        for bad in ["x", "1-2", "0-1-2", "1-2-18446744073709551615", "-1-2-3"] {
            let found = try limited.storage.read { log in
                try WaitList(.job("mail"), after: bad, limit: 1, at: .second(1), in: log)
            }
            #expect(found == nil, "\(bad)")
        }
    }
}
