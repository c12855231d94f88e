import DaybookLog
import DaybookModel
import Testing

@Suite struct `A limit` {
    @Test func `of a key lets so many run, and the next when one has ended, in the same turn`() throws {
        let limited = try LimitedLog()
        try limited.limit(.keys("tenant"), .concurrency(2))
        let jobs = try (0..<5).map { _ in try limited.enqueue("acme") }
        let first = try limited.claimAll()
        #expect(first.map(\.job) == Array(jobs[..<2]))
        #expect(try limited.claimAll().isEmpty)
        #expect(try limited.record(jobs[2])?.waitsForLimit == true)
        try limited.finish(first[0])
        #expect(try limited.claimAll().map(\.job) == [jobs[2]])
        #expect(try limited.state("key:tenant:acme").waiting == 2)
        // What waits from the start costs no event.
        #expect(try limited.events(.limited) == 0)
        #expect(try limited.equalsReplay())
    }

    @Test func `of a queue or a name lets so many run`() throws {
        for scope in [LimitScope.queue("default"), .job("mail")] {
            let limited = try LimitedLog()
            try limited.limit(scope, .concurrency(2))
            for _ in 0..<5 { try limited.enqueue() }
            let claimed = try limited.claimAll()
            #expect(claimed.count == 2, "\(scope)")
            try limited.finish(claimed[0])
            #expect(try limited.claimAll().count == 1, "\(scope)")
            #expect(try limited.equalsReplay())
        }
    }

    @Test(arguments: [Limit.concurrency(1), .rate(1, per: .seconds(60))])
    func `of a queue is not used up by jobs in front that only other processes can run`(_ limit: Limit) throws {
        let limited = try LimitedLog()
        try limited.limit(.queue("default"), limit)
        let other = ProcessStarted(processID: 2, host: "h", user: "u", program: "p", boot: "b", runs: ["mail"])
        _ = try limited.writer.perform(.startProcess(Box(other)))
        for _ in 0..<3 { try limited.enqueue() }
        let own = try (0..<2).map { _ in try limited.enqueue { $0.name = "own" } }
        let claim = Claim(process: limited.process, queues: nil, slots: 4, runs: Runnable(["own"]))
        var claimed: [Claimed] = []
        if case .claimed(let got) = try limited.writer.perform(.claim(claim)) { claimed = got }
        #expect(claimed.map(\.job) == [own[0]])
    }

    @Test func `of one key goes before that of its group`() throws {
        let limited = try LimitedLog()
        try limited.limit(.keys("tenant"), .concurrency(1))
        try limited.limit(.key("tenant:acme"), .concurrency(3))
        for tenant in ["acme", "other"] { for _ in 0..<5 { try limited.enqueue(tenant) } }
        #expect(try limited.claimAll().count == 4)
    }

    @Test func `that is set while jobs run counts those that run`() throws {
        let limited = try LimitedLog()
        for _ in 0..<6 { try limited.enqueue("acme") }
        let running = try limited.claim(2)
        try limited.limit(.key("tenant:acme"), .concurrency(3))
        #expect(try limited.claimAll().count == 1)
        try limited.finish(running[0])
        #expect(try limited.claimAll().count == 1)
        #expect(try limited.equalsReplay())
    }

    @Test func `that is raised or taken away lets more through at once`() throws {
        let limited = try LimitedLog()
        try limited.limit(.keys("tenant"), .concurrency(1))
        for _ in 0..<10 { try limited.enqueue("acme") }
        #expect(try limited.claimAll().count == 1)
        try limited.limit(.keys("tenant"), .concurrency(3))
        #expect(try limited.claimAll().count == 2)
        try limited.limit(.keys("tenant"), nil)
        #expect(try limited.claimAll().count == 7)
        #expect(try limited.equalsReplay())
    }

    @Test func `that keeps order holds the lane while its first job waits for another run`() throws {
        let limited = try LimitedLog()
        try limited.limit(.key("account:7"), .serial)
        let jobs = try (0..<3).map { _ in try limited.enqueue { $0.limitKeys = ["account:7"] } }
        try limited.finish(try limited.claimAll()[0], .snoozed(microseconds: 1_000_000))
        #expect(try limited.claimAll().isEmpty)
        _ = try limited.writer.turn(now: .second(5)) { try $0.releaseDue(limit: 10) }
        let again = try limited.claimAll()
        #expect(again.map(\.job) == [jobs[0]])
        try limited.finish(again[0])
        #expect(try limited.claimAll().map(\.job) == [jobs[1]])
        #expect(try limited.equalsReplay())
    }

    @Test func `that keeps order keeps it also while the next of the lane waits for another limit`() throws {
        let limited = try LimitedLog()
        try limited.limit(.key("lane:1"), .serial)
        try limited.limit(.job("rare"), .concurrency(1))
        let other = try limited.enqueue { $0.name = "rare" }
        let jobs = try (0..<3).map { _ in
            try limited.enqueue { ($0.name, $0.limitKeys) = ("rare", ["lane:1"]) }
        }
        // All were let through when they came, and the first of the lane finds no room any more.
        let first = try limited.claimAll()
        #expect(first.map(\.job) == [other])
        #expect(try limited.events(.limited) == 1)
        try limited.finish(first[0])
        for job in jobs {
            let next = try limited.claimAll()
            #expect(next.map(\.job) == [job])
            try limited.finish(next[0])
        }
        #expect(try limited.state("key:lane:1").held == 0)
        #expect(try limited.equalsReplay())
    }

    /// Whichever of the two limits a job comes under first, and whether or not the other one is ever full.
    @Test(arguments: [Limit.concurrency(1), .concurrency(2), .concurrency(5), .weight(1), .rate(100, per: .seconds(1))])
    func `that keeps order keeps it beside any limit of its tenant`(_ beside: Limit) throws {
        let limited = try LimitedLog()
        try limited.limit(.keys("account"), .serial)
        try limited.limit(.keys("tenant"), beside)
        // One of another tenant stands in the lane, too: who is before it and who behind is not said.
        let jobs = try (0..<6).map { number in
            try limited.enqueue(number == 3 ? "other" : "acme") { $0.limitKeys = ["account:7"] }
        }
        var order: [SequenceNumber] = []
        for _ in jobs {
            let next = try limited.claimAll()
            #expect(next.count == 1)
            order += next.map(\.job)
            for one in next { try limited.finish(one) }
        }
        #expect(order.filter { $0 != jobs[3] } == jobs.filter { $0 != jobs[3] })
        #expect(order.contains(jobs[3]))
        #expect(try limited.state("key:account:7").held == 0)
        #expect(try limited.equalsReplay())
    }

    @Test func `that keeps order goes by age where two of a lane stand ready, each for another limit`() throws {
        let limited = try LimitedLog()
        try limited.limit(.keys("account"), .serial)
        try limited.limit(.keys("tenant"), .concurrency(5))
        let first = try limited.enqueue("acme") { $0.limitKeys = ["account:7"] }
        let run = try limited.claimAll()
        #expect(run.map(\.job) == [first])
        let second = try limited.enqueue("acme") { $0.limitKeys = ["account:7"] }
        // The second waits for the lane. The first stands ready again and has the turn of its tenant, so the third
        // waits for that, and is let through when it is taken.
        try limited.giveBack(run[0])
        let third = try limited.enqueue("acme") { $0.limitKeys = ["account:7"] }
        let again = try limited.claim(1)
        #expect(again.map(\.job) == [first])
        try limited.finish(again[0])
        for job in [second, third] {
            let next = try limited.claimAll()
            #expect(next.map(\.job) == [job])
            for one in next { try limited.finish(one) }
        }
        #expect(try limited.equalsReplay())
    }

    @Test func `that keeps order holds nobody up behind one that turns out to be too late`() throws {
        let limited = try LimitedLog()
        try limited.limit(.keys("account"), .serial)
        try limited.limit(.keys("tenant"), .concurrency(1))
        let first = try limited.enqueue { $0.limitKeys = ["account:7"] }
        let other = try limited.enqueue("acme")
        let running = try limited.claimAll()
        #expect(running.map(\.job) == [first, other])
        let now = try #require(try limited.record(first)).since
        try limited.enqueue { ($0.limitKeys, $0.expires) = (["account:7"], now) }
        let last = try limited.enqueue("acme") { $0.limitKeys = ["account:7"] }
        // The one that is late stands ready for the lane, then the last for its tenant; one claim looks at both.
        for one in running { try limited.finish(one) }
        #expect(try limited.claimAll().map(\.job) == [last])
        #expect(try limited.equalsReplay())
    }

    @Test func `that keeps order lets nobody into a lane that its next job begins to keep in the same claim`() throws {
        let limited = try LimitedLog()
        try limited.limit(.key("lane:1"), .serial)
        try limited.limit(.job("rare"), .concurrency(1))
        let other = try limited.enqueue { ($0.name, $0.priority) = ("rare", 9) }
        let first = try limited.enqueue { ($0.name, $0.priority, $0.limitKeys) = ("rare", 5, ["lane:1"]) }
        // Of another priority it stands in the ready index besides.
        let second = try limited.enqueue { $0.limitKeys = ["lane:1"] }
        let claimed = try limited.claimAll()
        #expect(claimed.map(\.job) == [other])
        #expect(try limited.state("key:lane:1").held == 1)
        try limited.finish(claimed[0])
        let next = try limited.claimAll()
        #expect(next.map(\.job) == [first])
        try limited.finish(next[0])
        #expect(try limited.claimAll().map(\.job) == [second])
        #expect(try limited.equalsReplay())
    }

    @Test func `that keeps order lets go of the lane when the next of it is put off by a person`() throws {
        let limited = try LimitedLog()
        try limited.limit(.key("lane:1"), .serial)
        try limited.limit(.job("rare"), .concurrency(1))
        let other = try limited.enqueue { $0.name = "rare" }
        let first = try limited.enqueue { ($0.name, $0.limitKeys) = ("rare", ["lane:1"]) }
        let second = try limited.enqueue { $0.limitKeys = ["lane:1"] }
        #expect(try limited.claimAll().map(\.job) == [other])
        #expect(try limited.state("key:lane:1").held == 1)
        _ = try limited.writer.perform(
            .reschedule(job: first, until: .second(1_000), expected: nil, reason: "", actor: .person("ann")))
        #expect(try limited.claimAll().map(\.job) == [second])
        #expect(try limited.equalsReplay())
    }

    @Test func `of two lanes lets neither wait for the other`() throws {
        let limited = try LimitedLog()
        for lane in ["lane:1", "lane:2"] { try limited.limit(.key(lane), .serial) }
        try limited.limit(.job("rare"), .concurrency(1))
        let jobs = try (0..<8).map { index in
            try limited.enqueue {
                $0.name = index % 3 == 0 ? "common" : "rare"
                $0.limitKeys = index % 2 == 0 ? ["lane:1", "lane:2"] : ["lane:2", "lane:1"]
            }
        }
        var ended: Set<SequenceNumber> = []
        while ended.count < jobs.count {
            let claimed = try limited.claimAll()
            try #require(!claimed.isEmpty, "after \(ended.count) of \(jobs.count)")
            for one in claimed {
                try limited.finish(one)
                ended.insert(one.job)
            }
        }
        for lane in ["lane:1", "lane:2"] { #expect(try limited.state("key:\(lane)").held == 0) }
        #expect(try limited.equalsReplay())
    }

    @Test func `gives a slot back when its job is cancelled, given back or parked`() throws {
        let limited = try LimitedLog()
        try limited.limit(.keys("tenant"), .concurrency(1))
        let jobs = try (0..<4).map { _ in try limited.enqueue("acme") }
        #expect(try limited.claimAll().count == 1)
        _ = try limited.writer.perform(.cancel(job: jobs[0], expected: nil, reason: "", actor: .system))
        _ = try limited.writer.perform(.cancel(job: jobs[1], expected: nil, reason: "", actor: .system))
        let third = try limited.claimAll()
        #expect(third.map(\.job) == [jobs[2]])
        try limited.finish(third[0], .parked(reason: "nobody knows it"))
        #expect(try limited.claimAll().map(\.job) == [jobs[3]])
        #expect(try limited.equalsReplay())
    }

    @Test func `makes keys take turns, whatever their number of jobs`() throws {
        let limited = try LimitedLog()
        try limited.limit(.keys("tenant"), .concurrency(100))
        for _ in 0..<500 { try limited.enqueue("large") }
        let small = Set(try (0..<10).map { _ in try limited.enqueue("small") })
        var started: [SequenceNumber] = []
        while !small.isSubset(of: started) {
            let claimed = try limited.claim(1)
            started += claimed.map(\.job)
            for one in claimed { try limited.finish(one) }
        }
        // Its fair turn is twenty starts: every other one.
        #expect(started.count <= 21)
    }

    @Test func `does not keep a job of another queue or priority behind one that nobody takes`() throws {
        let limited = try LimitedLog()
        try limited.limit(.keys("tenant"), .concurrency(1))
        try limited.enqueue("acme") { $0.queue = "paused" }
        _ = try limited.writer.perform(.pauseQueue("paused", reason: "", actor: .system))
        try limited.enqueue("acme") { $0.priority = -5 }
        let urgent = try limited.enqueue("acme") { $0.priority = 5 }
        #expect(try limited.claimAll().map(\.job) == [urgent])
    }

    @Test func `leaves nothing behind of keys that are done with`() throws {
        let limited = try LimitedLog()
        try limited.limit(.keys("tenant"), .concurrency(1))
        for number in 0..<50 { try limited.enqueue("t\(number % 25)") }
        while case let claimed = try limited.claimAll(), !claimed.isEmpty {
            for one in claimed { try limited.finish(one) }
        }
        let dump = try limited.storage.liveDump().split(separator: "\n")
        #expect(dump.filter { $0.contains("\"table\":\"limits\"") }.count == 1)
        #expect(dump.allSatisfy { !$0.contains("\"table\":\"limitWaits\"") })
    }

    @Test func `of nothing, or of less, is refused, and so is one that is about nothing`() throws {
        let limited = try LimitedLog()
        for count in [0, -1, 2_000_000] {
            guard case .refused = try limited.limit(.queue("default"), .concurrency(count)) else {
                Issue.record("a limit of \(count) was taken")
                continue
            }
        }
        for scope in [LimitScope.queue(""), .key("a b"), .keys("a:b"), .job("*")] {
            guard case .refused = try limited.limit(scope, .concurrency(1)) else {
                Issue.record("a limit of \(scope) was taken")
                continue
            }
        }
        guard case .refused = try limited.limit(.queue("default"), nil) else {
            Issue.record("a limit that is not there was taken away")
            return
        }
    }

    /// Random commands, with a count of their own of who runs.
    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `is never exceeded by one, and strands nobody`(seed: UInt64) throws {
        var oracle = try LimitOracle(seed: seed)
        try oracle.run(rounds: 400)
    }
}
