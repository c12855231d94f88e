import DaybookLog
import DaybookModel
import Testing

/// A log in memory, a clock that a test moves, and what was started when.
private final class Rated {
    let storage = MemoryStorage()
    private(set) var writer: LogWriter
    let process: SequenceNumber
    var now = 0.0
    private(set) var starts: [Double] = []

    struct Unexpected: Error {}

    init(_ scope: LimitScope, _ limit: Limit) throws {
        writer = try LogWriter.opened(storage)
        let started = ProcessStarted(processID: 1, host: "h", user: "u", program: "p", boot: "b")
        guard case .done(let process) = try writer.perform(.startProcess(Box(started))) else { throw Unexpected() }
        self.process = process
        try self.limit(scope, limit)
    }

    func limit(_ scope: LimitScope, _ limit: Limit?) throws {
        guard case .done = try perform(.limit(scope, limit, reason: "", actor: .person("ann"))) else {
            throw Unexpected()
        }
    }

    @discardableResult
    func perform(_ command: Command) throws -> Answer { try writer.perform(command, at: now) }

    func enqueue(_ count: Int, _ change: (inout Created) -> Void = { _ in }) throws {
        for _ in 0..<count {
            var created = Created.example()
            created.tenant = "acme"
            change(&created)
            guard case .created = try perform(.enqueue(created)) else { throw Unexpected() }
        }
    }

    /// A turn as the engine makes it: what has opened, then claims, on and on while one brings another forward.
    @discardableResult
    func claim(_ slots: Int = 100) throws -> [Claimed] {
        _ = try writer.turn(now: .second(now)) { try $0.releaseDue(limit: 100) }
        var all: [Claimed] = []
        while all.count < slots {
            let before = try storage.read { try $0.last }
            let wanted = Claim(process: process, queues: nil, slots: slots - all.count)
            guard case .claimed(let claimed) = try perform(.claim(wanted)) else { throw Unexpected() }
            all += claimed
            guard try storage.read({ try $0.last }) > before else { break }
        }
        starts += all.map { _ in now }
        return all
    }

    func finish(_ claimed: Claimed) throws {
        try perform(
            .finish(
                job: claimed.job, token: claimed.token, .succeeded(Succeeded(ranMicroseconds: 1)),
                actor: .process(process)))
    }

    /// When somebody has to look again, in seconds of the test's clock.
    func opens() throws -> Double? {
        let instant = try writer.turn(now: .second(now)) { turn in
            _ = try turn.perform(.claim(Claim(process: process, queues: nil, slots: 0)))
            return try turn.nextOpening()
        }
        return instant.map { Double($0.microseconds - Instant.second(0).microseconds) / 1e6 }
    }

    /// Another process takes over: nothing is known but what stands in the store.
    func restart() { writer = LogWriter(storage) }

    func equalsReplay() throws -> Bool {
        let replay = Replay(storage)
        try replay.advance(to: .sequence(try storage.read { try $0.last }))
        return try replay.dump.text() == storage.liveDump()
    }

    func rows(_ table: String) throws -> Int {
        try storage.liveDump().split(separator: "\n").filter { $0.contains("\"table\":\"\(table)\"") }.count
    }
}

@Suite struct `A limit by rate` {
    static let scopes: [LimitScope] = [.key("tenant:acme"), .keys("tenant"), .job("mail"), .queue("default")]

    @Test(arguments: scopes)
    func `lets so many start in a window, and the next when it has passed`(scope: LimitScope) throws {
        let rated = try Rated(scope, .rate(3, per: .seconds(60)))
        rated.now = 10
        try rated.enqueue(7)
        #expect(try rated.claim().count == 3)
        rated.restart()
        rated.now = 59.9
        #expect(try rated.claim().isEmpty)
        #expect(try rated.opens() == 60)
        rated.now = 60
        #expect(try rated.claim().count == 3)
        #expect(try rated.opens() == 120)
        rated.now = 500
        #expect(try rated.claim().count == 1)
        #expect(try rated.opens() == nil)
        #expect(try rated.equalsReplay())
    }

    @Test func `of a queue wakes nobody who claims no more, and is not forgotten over another queue`() throws {
        let rated = try Rated(.queue("default"), .rate(1, per: .seconds(60)))
        rated.now = 10
        try rated.enqueue(3)
        try rated.enqueue(1) { $0.queue = "other" }
        let opens = try rated.writer.turn(now: .second(rated.now)) { turn in
            for queue in ["default", "default", "other"] {
                _ = try turn.perform(.claim(Claim(process: rated.process, queues: [queue], slots: 5)))
            }
            return try turn.nextOpening()
        }
        #expect(opens == .second(60))
        let later = try rated.writer.turn(now: .second(90)) { try $0.nextOpening() }
        #expect(later == nil)
    }

    @Test func `counts each run, and not what was given back before anybody began on it`() throws {
        let rated = try Rated(.key("tenant:acme"), .rate(2, per: .seconds(60)))
        try rated.enqueue(4)
        let first = try rated.claim()
        #expect(first.count == 2)
        try rated.perform(
            .release(job: first[0].job, token: first[0].token, reason: "no slot", actor: .process(rated.process)))
        #expect(try rated.claim().count == 1)
        try rated.finish(first[1])
        #expect(try rated.claim().isEmpty)
        #expect(try rated.equalsReplay())
    }

    @Test func `stands beside a limit of how many run at once`() throws {
        let rated = try Rated(.key("tenant:acme"), .concurrency(2).rate(3, per: .seconds(60)))
        try rated.enqueue(5)
        let first = try rated.claim()
        #expect(first.count == 2)
        for one in first { try rated.finish(one) }
        #expect(try rated.claim().count == 1)
        rated.now = 60
        #expect(try rated.claim().count == 1)
        #expect(try rated.equalsReplay())
    }

    @Test func `on more keys than are kept in memory counts each, and leaves nothing behind`() throws {
        let rated = try Rated(.keys("tenant"), .concurrency(1).rate(2, per: .seconds(60)))
        let keys = 4_200
        _ = try rated.writer.turn(now: .second(0)) { turn in
            for key in 0..<keys {
                var created = Created.example()
                created.tenant = "t\(key)"
                _ = try turn.perform(.enqueue(Box(created), onConflict: .existing))
            }
        }
        try rated.enqueue(3)
        let claimed = try rated.claim(keys + 3)
        #expect(claimed.count == keys + 1)
        for one in claimed.suffix(2) { try rated.finish(one) }
        #expect(try rated.claim().count == 1)
        #expect(try rated.equalsReplay())
    }

    @Test func `that is taken away or raised holds up nobody any more`() throws {
        let rated = try Rated(.keys("tenant"), .rate(1, per: .seconds(3_600)))
        try rated.enqueue(10)
        #expect(try rated.claim().count == 1)
        try rated.limit(.keys("tenant"), .rate(4, per: .seconds(3_600)))
        #expect(try rated.claim().count == 3)
        try rated.limit(.keys("tenant"), nil)
        #expect(try rated.claim().count == 6)
        #expect(try rated.equalsReplay())
    }

    @Test(
        arguments: [
            (.rate(1, per: .seconds(86_400)), nil), (.rate(1, per: .seconds(86_400)), .rate(2, per: .seconds(86_400))),
            (.concurrency(1), nil), (.concurrency(1), .concurrency(2)),
        ] as [(Limit, Limit?)])
    func `of a group that is taken away or raised is so for any number of keys`(_ old: Limit, _ new: Limit?) throws {
        let rated = try Rated(.keys("tenant"), old)
        rated.now = 7_200
        for number in 0..<1_200 { try rated.enqueue(2) { $0.tenant = "t\(number)" } }
        #expect(try rated.claim(3_000).count == 1_200)
        try rated.limit(.keys("tenant"), new)
        // Nor does it matter what the clock does meanwhile.
        rated.now = 3_600
        var count = 0
        for _ in 0..<10 { count += try rated.claim(3_000).count }
        #expect(count == 1_200)
        #expect(try rated.equalsReplay())
    }

    @Test(arguments: [Limit.Rate.Window.fixed, .sliding])
    func `does not hold up anybody for an hour because the clock was set back by one`(_ window: Limit.Rate.Window)
        throws
    {
        let rated = try Rated(.key("tenant:acme"), .rate(1, per: .seconds(60), window))
        rated.now = 7_200
        try rated.enqueue(3)
        #expect(try rated.claim().count == 1)
        rated.now = 3_600
        #expect(try rated.claim().count == 1)
        rated.now += 64
        #expect(try rated.claim().count == 1)
        #expect(try rated.equalsReplay())
    }

    @Test func `leaves nothing behind of keys that are done with`() throws {
        let rated = try Rated(.keys("tenant"), .rate(5, per: .seconds(1)))
        for number in 0..<200 {
            rated.now += 1
            try rated.enqueue(1) { $0.tenant = "t\(number)" }
            for one in try rated.claim() { try rated.finish(one) }
        }
        #expect(rated.starts.count == 200)
        #expect(try rated.rows("limits") < 60)
        #expect(try rated.equalsReplay())
    }

    /// Any stretch of the window's length is looked at, wherever it begins.
    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func `that slides is never exceeded in any stretch, and strands nobody`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let count = Int.random(in: 1...6, using: &random)
        let length = Double(Int.random(in: 2...50, using: &random))
        let limit = Limit.rate(count, per: .seconds(length), .sliding)
        let rated = try Rated([.key("tenant:acme"), .queue("default")].randomElement(using: &random)!, limit)
        for _ in 0..<150 {
            rated.now += Double.random(in: 0...length / 3, using: &random)
            try rated.enqueue(Int.random(in: 0...2, using: &random))
            for one in try rated.claim(Int.random(in: 1...8, using: &random)) { try rated.finish(one) }
        }
        var looks = 0
        while let opens = try rated.opens(), looks < 1_000 {
            looks += 1
            rated.now = max(rated.now, opens)
            for one in try rated.claim() { try rated.finish(one) }
        }
        let starts = rated.starts
        for (index, start) in starts.enumerated() where index >= count {
            #expect(
                start - starts[index - count] >= length - 1e-6, "seed \(seed): start \(index) of \(count) in \(length)")
        }
        let left = try rated.storage.read { log in
            try (1...(try log.last)).filter { try Books.storedJob($0, in: log)?.state.isFinished == false }.count
        }
        #expect(left == 0, "seed \(seed)")
        #expect(try rated.equalsReplay())
    }

    @Test func `of nothing, or in no time, is refused`() throws {
        let rated = try Rated(.queue("default"), .concurrency(1))
        for limit in [
            Limit.rate(0, per: .seconds(1)), .rate(-1, per: .seconds(1)), .rate(1, per: .zero),
            .rate(1, per: .seconds(-5)),
            .rate(1, per: .seconds(1e12)), .rate(2_000_000, per: .seconds(1)),
            Limit(concurrency: nil, keepsOrder: false),
        ] {
            guard case .refused = try rated.perform(.limit(.queue("q"), limit, reason: "", actor: .system)) else {
                Issue.record("\(limit) was taken")
                continue
            }
        }
    }
}
