import DaybookLog
import DaybookModel
import Testing

/// A log in memory, one worker process for all queues, and who was started in which order.
private struct Turns {
    let limited: LimitedLog
    private(set) var started: [SequenceNumber] = []
    private(set) var running: [Claimed] = []
    private var now = 1.0

    init(_ scope: LimitScope, _ limit: Limit) throws {
        limited = try LimitedLog()
        try limited.limit(scope, limit)
    }

    /// All of them have the name and the keys about which these tests set limits.
    @discardableResult
    func enqueue(
        _ queue: String, _ count: Int = 1, _ change: (inout Created) -> Void = { _ in }
    ) throws -> [SequenceNumber] {
        try (0..<count).map { _ in
            try limited.enqueue(at: now) {
                $0.queue = queue
                $0.limitKeys = ["account:7"]
                change(&$0)
            }
        }
    }

    /// A second later: what has opened, then claims, on and on while one brings another forward.
    mutating func claim(_ slots: Int) throws {
        now += 1
        _ = try limited.writer.turn(now: .second(now)) { try $0.releaseDue(limit: 100) }
        while running.count < slots {
            let before = try limited.storage.read { try $0.last }
            let wanted = Claim(process: limited.process, queues: nil, slots: slots - running.count)
            guard case .claimed(let claimed) = try limited.writer.perform(.claim(wanted), at: now) else { return }
            running += claimed
            started += claimed.map(\.job)
            guard try limited.storage.read({ try $0.last }) > before else { return }
        }
    }

    mutating func endFirst() throws {
        guard !running.isEmpty else { return }
        let first = running.removeFirst()
        _ = try limited.writer.perform(
            .finish(
                job: first.job, token: first.token, .succeeded(Succeeded(ranMicroseconds: 1)),
                actor: .process(limited.process)), at: now)
    }

    /// All that is left runs to its end.
    mutating func drain(_ slots: Int) throws {
        try claim(slots)
        while !running.isEmpty {
            try endFirst()
            try claim(slots)
        }
    }

    func waiting(for scope: LimitScope, page: Int = 100) throws -> [SequenceNumber] {
        var found: [SequenceNumber] = []
        var cursor: String?
        repeat {
            let list = try #require(
                try limited.storage.read { try WaitList(scope, after: cursor, limit: page, at: .second(now), in: $0) })
            #expect(list.jobs.map(\.place) == Array((found.count + 1)..<(found.count + 1 + list.jobs.count)))
            found += list.jobs.map(\.job.sequence)
            cursor = list.next
        } while cursor != nil
        return found
    }

    func why(_ job: SequenceNumber) throws -> String {
        try limited.storage.read { log in
            try JobExplanation(of: job, in: log) { .unknown }.sentence
        }
    }
}

@Suite struct `Jobs of several queues under one limit` {
    private static let account = LimitScope.key("account:7")

    /// Which queue the store knows first, and who goes on coming, must not matter.
    @Test(
        arguments: [
            (account, Limit.concurrency(1)), (account, .serial), (account, .concurrency(2)),
            (.keys("account"), .concurrency(1)), (.job("mail"), .concurrency(1)), (.job("mail"), .serial),
            (account, .rate(1, per: .seconds(1))), (account, .concurrency(2).weight(2)),
        ] as [(LimitScope, Limit)])
    func `go by their age, and the oldest do not wait for ever`(scope: LimitScope, limit: Limit) throws {
        for first in ["a", "b"] {
            var turns = try Turns(scope, limit)
            // The store knows this queue first.
            let old = try turns.enqueue(first, 4) { $0.name = "mail" }
            try turns.enqueue("z", 10) { $0.name = "mail" }
            for _ in 0..<16 {
                try turns.claim(5)
                try turns.enqueue("z", 2) { $0.name = "mail" }
                try turns.endFirst()
            }
            // Each queue has one in front before the first slot is taken, and with more slots those start at once.
            let late = turns.started.prefix(old.count + 2)
            #expect(old.allSatisfy(late.contains), "\(scope.text) \(limit.words): \(turns.started)")
            if limit.concurrency == 1 || limit.rate != nil {
                #expect(turns.started == turns.started.sorted(), "\(scope.text) \(limit.words)")
            }
            #expect(try turns.limited.equalsReplay())
        }
    }

    @Test func `go by their age, when what ends has one more limit for which somebody waits`() throws {
        var turns = try Turns(Self.account, .concurrency(1))
        try turns.limited.limit(.keys("tenant"), .concurrency(2))
        let old = try turns.enqueue("a", 3)
        try turns.enqueue("z", 8) { $0.tenant = "acme" }
        for _ in 0..<10 {
            try turns.claim(5)
            try turns.enqueue("z") { ($0.tenant, $0.limitKeys) = ("acme", []) }
            try turns.enqueue("z") { $0.tenant = "acme" }
            try turns.endFirst()
        }
        #expect(old.allSatisfy(turns.started.prefix(12).contains), "\(turns.started)")
        #expect(try turns.limited.equalsReplay())
    }

    /// What ends frees a slot of the tenant, too, and whoever comes forward for that is in the queue of the younger.
    @Test func `go by their age, when the place of one of them is taken`() throws {
        var turns = try Turns(Self.account, .concurrency(1))
        try turns.limited.limit(.keys("tenant"), .concurrency(2))
        let first = try turns.enqueue("z") { $0.tenant = "acme" }
        try turns.claim(1)
        let other = try turns.enqueue("z") { ($0.tenant, $0.limitKeys) = ("acme", []) }
        try turns.claim(2)
        let older = try turns.enqueue("a")
        let younger = try turns.enqueue("z")
        let third = try turns.enqueue("z") { ($0.tenant, $0.limitKeys) = ("acme", []) }
        try turns.claim(5)
        #expect(turns.started == first + other)
        try turns.endFirst()
        try turns.claim(5)
        #expect(turns.started == first + other + older + third)
        try turns.drain(5)
        #expect(turns.started == first + other + older + third + younger)
        #expect(try turns.limited.equalsReplay())
    }

    @Test func `of one queue go by their age, when a window lets several turns come forward`() throws {
        var turns = try Turns(Self.account, .rate(1, per: .seconds(1)).weight(3))
        // The oldest of all, and ready after most of the others.
        let late = try turns.enqueue("a") { $0.due = .second(3.5) }
        let jobs = try turns.enqueue("a", 7)
        for _ in 0..<8 {
            try turns.claim(5)
            try turns.endFirst()
        }
        #expect(turns.started == jobs[..<2] + late + jobs[2...])
        #expect(try turns.limited.equalsReplay())
    }

    @Test func `of a lane go by their age, whenever they come due, and under another limit besides`() throws {
        var turns = try Turns(Self.account, .serial)
        try turns.limited.limit(.keys("tenant"), .concurrency(2))
        let oldest = try turns.enqueue("a") { ($0.tenant, $0.due) = ("acme", .second(3.5)) }
        let older = try turns.enqueue("a") { ($0.tenant, $0.due) = ("acme", .second(1.5)) }
        let others = try turns.enqueue("b", 2)
        let jobs = try turns.enqueue("a", 3) { $0.tenant = "acme" }
        let expired = try turns.enqueue("a") { $0.expires = .second(4) }
        for _ in 0..<9 {
            try turns.claim(1)
            try turns.endFirst()
        }
        #expect(turns.started.filter { !others.contains($0) } == older + oldest + jobs)
        #expect(try turns.limited.storage.read { try Books.storedJob(expired[0], in: $0)?.state } == .cancelled)
        #expect(try turns.limited.equalsReplay())
    }

    @Test func `of a lane that change places expire all the same`() throws {
        let limited = try LimitedLog()
        try limited.limit(Self.account, .serial)
        let older = try limited.enqueue { ($0.limitKeys, $0.due) = (["account:7"], .second(5)) }
        let younger = try limited.enqueue { ($0.limitKeys, $0.expires) = (["account:7"], .second(9)) }
        _ = try limited.writer.turn(now: .second(6)) { try $0.releaseDue(limit: 10) }
        #expect(try limited.claimAll().map(\.job) == [older])
        _ = try limited.writer.turn(now: .second(10)) { try $0.releaseDue(limit: 10) }
        #expect(try limited.storage.read { try Books.storedJob(younger, in: $0)?.state } == .cancelled)
        #expect(try limited.equalsReplay())
    }

    /// It would wait for one lane while it has another.
    @Test func `of a lane do not change places with one that has a lane already`() throws {
        let limited = try LimitedLog()
        try limited.limit(.key("own"), .serial)
        try limited.limit(Self.account, .concurrency(5))
        let older = try limited.enqueue { ($0.limitKeys, $0.due) = (["account:7"], .second(10)) }
        let younger = try limited.enqueue { $0.limitKeys = ["own", "account:7"] }
        try limited.finish(try limited.claimAll()[0], .snoozed(microseconds: 1_000_000))
        _ = try limited.writer.turn(now: .second(5)) { try $0.releaseDue(limit: 10) }
        try limited.limit(Self.account, .serial)
        _ = try limited.writer.turn(now: .second(20)) { try $0.releaseDue(limit: 10) }
        let first = try limited.claimAll()
        #expect(first.map(\.job) == [younger])
        try limited.finish(first[0])
        #expect(try limited.claimAll().map(\.job) == [older])
        #expect(try limited.equalsReplay())
    }

    /// A worker for one job at a time takes what stands in front, and each queue has one there.
    @Test func `take turns where a worker takes one at a time`() throws {
        var turns = try Turns(Self.account, .concurrency(1))
        let a = try turns.enqueue("a", 4)
        let z = try turns.enqueue("z", 4)
        for _ in 0..<8 {
            try turns.claim(1)
            try turns.endFirst()
        }
        #expect(turns.started == zip(a, z).flatMap { [$0, $1] })
        #expect(try turns.limited.equalsReplay())
    }

    /// The list and the answer to why foretell what happens: the highest priority first, then the oldest.
    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `start in the order in which the list has them`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let limit = [Limit.concurrency(1), .serial, .rate(1, per: .seconds(1))].randomElement(using: &random)!
        var turns = try Turns(Self.account, limit)
        for _ in 0..<30 {
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                try turns.enqueue(["c", "a", "b"].randomElement(using: &random)!) {
                    $0.priority = Int16.random(in: -1...1, using: &random)
                }
            }
            try turns.claim(50)
            if Bool.random(using: &random) { try turns.endFirst() }
        }
        try turns.drain(50)
        for _ in 0..<40 { try turns.enqueue(["c", "a", "b"].randomElement(using: &random)!) }
        for _ in 0..<10 { try turns.enqueue("b") { $0.priority = 1 } }
        try turns.claim(50)
        let list = try turns.waiting(for: Self.account, page: Int.random(in: 1...60, using: &random))
        #expect(list.count == 49, "seed \(seed)")
        #expect(try turns.why(list[20]).contains("it is number 21 of 49 that wait"), "seed \(seed)")
        let before = turns.started.count
        try turns.drain(50)
        #expect(Array(turns.started[before...]) == list, "seed \(seed), \(limit.words)")
        #expect(try turns.limited.equalsReplay(), "seed \(seed)")
    }
}
