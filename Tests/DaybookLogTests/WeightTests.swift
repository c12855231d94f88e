import DaybookLog
import DaybookModel
import Testing

@Suite struct `A weight` {
    /// How many of each tenant's jobs are among so many starts, one after the other.
    private func starts(_ count: Int, of tenants: [String], in limited: LimitedLog) throws -> [String: Int] {
        var owners: [SequenceNumber: String] = [:]
        // The first tenant's jobs are all there before those of the next.
        for tenant in tenants { for _ in 0..<count { owners[try limited.enqueue(tenant)] = tenant } }
        var starts: [String: Int] = [:]
        for _ in 0..<count {
            for one in try limited.claim(1) {
                starts[owners[one.job]!, default: 0] += 1
                try limited.finish(one)
            }
        }
        return starts
    }

    @Test func `gives a key so many turns while others have one`() throws {
        let limited = try LimitedLog()
        try limited.limit(.keys("tenant"), .concurrency(100))
        try limited.limit(.key("tenant:large"), .concurrency(100).weight(3))
        let starts = try starts(400, of: ["small", "large", "other"], in: limited)
        #expect(starts.values.reduce(0, +) == 400)
        // Three of five turns, but for the jobs that were there before all had begun to take turns.
        #expect(abs(starts["large"]! - 240) <= 3, "\(starts)")
        #expect(abs(starts["small"]! - 80) <= 3, "\(starts)")
        #expect(abs(starts["other"]! - 80) <= 3, "\(starts)")
        #expect(try limited.events(.limited) == 0)
        #expect(try limited.equalsReplay())
    }

    @Test func `alone makes keys take turns and limits nothing`() throws {
        let limited = try LimitedLog()
        try limited.limit(.keys("tenant"), .weight(1))
        for _ in 0..<20 { try limited.enqueue("large") }
        let small = try limited.enqueue("small")
        #expect(try limited.claim(2).map(\.job).contains(small))
        #expect(try limited.claimAll().count == 19)
        #expect(try limited.equalsReplay())
    }

    @Test func `lets nobody come forward for whom there is no slot`() throws {
        let limited = try LimitedLog()
        try limited.limit(.keys("tenant"), .concurrency(2).weight(5))
        for _ in 0..<10 { try limited.enqueue("acme") }
        for _ in 0..<5 {
            let claimed = try limited.claimAll()
            #expect(claimed.count == 2)
            for one in claimed { try limited.finish(one) }
        }
        #expect(try limited.claimAll().isEmpty)
        #expect(try limited.events(.limited) == 0)
        #expect(try limited.equalsReplay())
    }

    @Test func `that is raised brings more forward at once, and taken away it leaves one`() throws {
        let limited = try LimitedLog()
        try limited.limit(.key("tenant:acme"), .weight(1))
        for _ in 0..<10 { try limited.enqueue("acme") }
        #expect(try limited.state("key:tenant:acme").waiting == 9)
        try limited.limit(.key("tenant:acme"), .weight(4))
        #expect(try limited.state("key:tenant:acme").waiting == 6)
        try limited.limit(.key("tenant:acme"), nil)
        #expect(try limited.claimAll().count == 10)
        #expect(try limited.state("key:tenant:acme").waiting == 0)
        #expect(try limited.equalsReplay())
    }

    @Test func `of nothing, of too much, of a queue or of what keeps its order is refused`() throws {
        let limited = try LimitedLog()
        for (scope, limit) in [
            (LimitScope.key("a:b"), Limit.weight(0)), (.key("a:b"), .weight(101)), (.queue("mail"), .weight(2)),
            (.queue("mail"), .concurrency(2).weight(2)), (.key("a:b"), .serial.weight(2)),
        ] {
            guard case .refused(let refusal) = try limited.limit(scope, limit) else {
                Issue.record("\(limit) of \(scope) was taken")
                continue
            }
            #expect(refusal.code == .badOption)
        }
    }
}
