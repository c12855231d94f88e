import DaybookLog
import DaybookModel
import Testing

/// Two processes on one log, each of which can run what the other cannot. Both write.
private final class SharedQueue {
    let storage = MemoryStorage()
    let writer: LogWriter
    let otherWriter: LogWriter
    let process: SequenceNumber
    let other: SequenceNumber

    struct Unexpected: Error {}
    struct Claims: Equatable {
        var jobs: [Claimed] = []
        var wasCut = false
        var looksAgain: Instant?
    }

    init() throws {
        writer = try LogWriter.opened(storage)
        otherWriter = LogWriter(storage)
        process = try SharedQueue.start(writer, runs: SharedQueue.own)
        other = try SharedQueue.start(otherWriter, runs: ["theirs"])
    }

    static let own = ["mine", "rare"]

    private static func start(_ writer: LogWriter, runs names: [String]) throws -> SequenceNumber {
        let started = ProcessStarted(processID: 1, host: "h", user: "u", program: "p", boot: "b", runs: names)
        guard case .done(let process) = try writer.perform(.startProcess(Box(started))) else { throw Unexpected() }
        return process
    }

    @discardableResult
    func enqueue(
        _ name: String, _ count: Int = 1, by writer: LogWriter? = nil, priority: Int16 = 0, queue: String = "default",
        lane: String? = nil
    ) throws -> [SequenceNumber] {
        try (writer ?? self.writer).turn(now: .second(1)) { turn in
            try (0..<count).map { _ in
                var created = Created.example(name, queue: queue)
                created.priority = priority
                created.limitKeys = lane.map { [$0] } ?? []
                guard case .created(let job) = try turn.perform(.enqueue(created)) else { throw Unexpected() }
                return job
            }
        }
    }

    func claim(_ slots: Int = 1, at second: Double = 1, queues: [String]? = nil) throws -> Claims {
        try claim(slots, at: second, writer, process, SharedQueue.own, queues)
    }

    func claim(at second: Double = 1, names: [String]) throws -> Claims {
        try claim(1, at: second, writer, process, names, nil)
    }

    func claimByOther(_ slots: Int = 1, at second: Double = 1) throws -> Claims {
        try claim(slots, at: second, otherWriter, other, ["theirs"], nil)
    }

    private func claim(
        _ slots: Int, at second: Double, _ writer: LogWriter, _ process: SequenceNumber, _ names: [String],
        _ queues: [String]?
    ) throws -> Claims {
        try writer.turn(now: .second(second)) { turn in
            let claim = Claim(process: process, queues: queues, slots: slots, runs: Runnable(names))
            guard case .claimed(let jobs) = try turn.perform(.claim(claim)) else { throw Unexpected() }
            return Claims(jobs: jobs, wasCut: turn.claimWasCut, looksAgain: turn.claimLooksAgain)
        }
    }

    /// As the engine does: again while a claim was cut.
    func claimOn(_ slots: Int = 1, at second: Double = 1, queues: [String]? = nil) throws -> Claims {
        var all = Claims()
        for _ in 0..<100 {
            let next = try claim(slots - all.jobs.count, at: second, queues: queues)
            all.jobs += next.jobs
            (all.wasCut, all.looksAgain) = (next.wasCut, next.looksAgain)
            guard next.wasCut, all.jobs.count < slots else { return all }
        }
        return all
    }

    /// A job of this process's that stands among thousands of others, once it is claimed and all has been looked at.
    func claimBetweenOthers() throws -> Claimed {
        try enqueue("theirs", 1_700)
        let mine = try enqueue("mine")
        try enqueue("theirs", 1_700)
        guard let claimed = try claimOn(2).jobs.first, [claimed.job] == mine else { throw Unexpected() }
        return claimed
    }

    func succeed(_ claimed: Claimed) throws {
        let outcome = Outcome.succeeded(Succeeded(ranMicroseconds: 1))
        try writer.perform(.finish(job: claimed.job, token: claimed.token, outcome, actor: .system))
    }

    func giveBack(_ claimed: Claimed, by writer: LogWriter? = nil) throws {
        try (writer ?? self.writer).perform(
            .release(job: claimed.job, token: claimed.token, reason: "no slot", actor: .system))
    }
}

@Suite struct `A queue with jobs that only another process can run` {
    @Test func `is looked through to its end, a thousand jobs a turn`() throws {
        let shared = try SharedQueue()
        try shared.enqueue("theirs", 3_500)
        let mine = try shared.enqueue("mine")
        for _ in 0..<3 { #expect(try shared.claim() == .init(wasCut: true)) }
        #expect(try shared.claim().jobs.map(\.job) == mine)
    }

    @Test func `is not looked through again while nobody else writes`() throws {
        let shared = try SharedQueue()
        try shared.enqueue("theirs", 3_500)
        #expect(try shared.claimOn() == .init())
        #expect(try shared.claim(at: 100) == .init())
        for priority: Int16 in [0, 9, -9] {
            let mine = try shared.enqueue("mine", priority: priority)
            #expect(try shared.claim().jobs.map(\.job) == mine, "priority \(priority)")
        }
        try shared.enqueue("theirs", 600)
        let behind = try shared.enqueue("mine")
        #expect(try shared.claim().jobs.map(\.job) == behind)
    }

    @Test func `has what this process gave back found at once`() throws {
        let shared = try SharedQueue()
        let claimed = try shared.claimBetweenOthers()
        try shared.giveBack(claimed)
        #expect(try shared.claim().jobs.map(\.job) == [claimed.job])
    }

    @Test func `has what another process gave back found within a second`() throws {
        let shared = try SharedQueue()
        let claimed = try shared.claimBetweenOthers()
        try shared.giveBack(claimed, by: shared.otherWriter)
        #expect(try shared.claim() == .init(looksAgain: .second(2)))
        #expect(try shared.claim(at: 1.9) == .init(looksAgain: .second(2)))
        #expect(try shared.claimOn(at: 2).jobs.map(\.job) == [claimed.job])
    }

    @Test func `is looked at from its front then, however often it is claimed from`() throws {
        let shared = try SharedQueue()
        let claimed = try shared.claimBetweenOthers()
        try shared.giveBack(claimed, by: shared.otherWriter)
        for index in 1...500 {
            try shared.otherWriter.perform(.pauseQueue("queue\(index)", reason: "", actor: .person("ann")))
            #expect(try shared.claim(at: 1 + Double(index) / 1_000).jobs.isEmpty)
        }
        #expect(try shared.claimOn(at: 2.1).jobs.map(\.job) == [claimed.job])
    }

    @Test func `is not claimed from without end where more claim for themselves than can be remembered`() throws {
        let shared = try SharedQueue()
        try shared.enqueue("theirs", 1_500)
        var cut = 0
        for _ in 0..<4 {
            cut = 0
            for index in 0..<100 where try shared.claim(names: ["other.\(index)"]).wasCut { cut += 1 }
        }
        #expect(cut == 0)
        #expect(try shared.claim(names: ["other.99"]).looksAgain == .second(2))
        // Those that claim no more make room.
        let behind = try shared.enqueue("rare.1")
        #expect(try shared.claim(at: 60, names: ["rare.1"]).wasCut)
        #expect(try shared.claim(at: 60, names: ["rare.1"]).jobs.map(\.job) == behind)
    }

    @Test func `has its front looked at whenever another process has written`() throws {
        let shared = try SharedQueue()
        try shared.enqueue("theirs", 100)
        let mine = try shared.enqueue("mine")
        try shared.enqueue("theirs", 3_000)
        let claimed = try #require(try shared.claimOn(2).jobs.first)
        try shared.giveBack(claimed, by: shared.otherWriter)
        #expect(try shared.claim().jobs.map(\.job) == mine)
    }

    @Test func `is found by the other one from its front`() throws {
        let shared = try SharedQueue()
        let theirs = try shared.enqueue("theirs", 2_000)
        #expect(try shared.claimOn() == .init())
        #expect(try shared.claimByOther(2_000).jobs.map(\.job) == theirs)
        let mine = try shared.enqueue("mine")
        #expect(try shared.claim().jobs.map(\.job) == mine)
    }

    @Test func `is looked at anew by another pool of the process that has other queues`() throws {
        let shared = try SharedQueue()
        try shared.enqueue("theirs", 1_500, queue: "a")
        try shared.enqueue("theirs", 2_500, queue: "b")
        let mine = try shared.enqueue("mine", queue: "b")
        #expect(try shared.claimOn(queues: ["a"]) == .init())
        #expect(try shared.claimOn(queues: ["b"]).jobs.map(\.job) == mine)
    }

    @Test func `has its jobs parked when the other process stops`() throws {
        let shared = try SharedQueue()
        try shared.enqueue("theirs", 1_300)
        #expect(try shared.claimOn() == .init())
        try shared.otherWriter.perform(.stopProcess(shared.other))
        for _ in 0..<5 { #expect(try shared.claim(at: 3).wasCut) }
        #expect(try !shared.claim(at: 3).wasCut)
        #expect(try shared.count("theirs", .parked) == 1_300)
    }

    @Test func `is looked through again after a turn that failed`() throws {
        let shared = try SharedQueue()
        try shared.enqueue("theirs", 1_700)
        let mine = try shared.enqueue("mine")
        try shared.enqueue("theirs")
        #expect(try shared.claim() == .init(wasCut: true))
        #expect(throws: SharedQueue.Unexpected.self) {
            try shared.writer.turn(now: .second(1)) { turn in
                let claim = Claim(process: shared.process, queues: nil, slots: 2, runs: Runnable(SharedQueue.own))
                guard case .claimed(let jobs) = try turn.perform(.claim(claim)) else { return }
                #expect(jobs.map(\.job) == mine)
                throw SharedQueue.Unexpected()
            }
        }
        #expect(try shared.claimOn().jobs.map(\.job) == mine)
    }

    @Test func `has a job found that stood in a lane which another kept when it was looked through`() throws {
        let shared = try SharedQueue()
        try shared.writer.perform(.limit(.key("lane:1"), .serial, reason: "", actor: .person("ann")))
        try shared.writer.perform(.limit(.job("rare"), .concurrency(1), reason: "", actor: .person("ann")))
        let first = try shared.enqueue("rare", priority: 9)
        let second = try shared.enqueue("rare", priority: 5, lane: "lane:1")
        let third = try shared.enqueue("mine", lane: "lane:1")
        try shared.enqueue("theirs", 1_500)
        for job in [first, second, third] {
            let claims = try shared.claimOn(9)
            #expect(claims.jobs.map(\.job) == job)
            for claimed in claims.jobs { try shared.succeed(claimed) }
        }
    }

    /// Whatever both do, once this process has looked again nothing is left that it could run.
    @Test(arguments: 1...4)
    func `keeps no job from whoever can run it`(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let shared = try SharedQueue()
        var held: [Claimed] = []
        var (second, found) = (1.0, 0)
        try shared.enqueue("theirs", 2_500)
        for _ in 0..<150 {
            second += Double.random(in: 0...0.8, using: &random)
            let writer = Bool.random(using: &random) ? shared.writer : shared.otherWriter
            switch Int.random(in: 0..<8, using: &random) {
            case 0, 1:
                try shared.enqueue(
                    "mine", .random(in: 1...3, using: &random), by: writer,
                    priority: .random(in: -1...1, using: &random))
            case 2:
                try shared.enqueue(
                    "theirs", .random(in: 1...900, using: &random), by: writer,
                    priority: .random(in: -1...1, using: &random))
            case 3: held += try shared.claim(.random(in: 1...4, using: &random), at: second).jobs
            case 4, 5:
                if let index = held.indices.randomElement(using: &random) {
                    try shared.giveBack(held.remove(at: index), by: writer)
                }
            case 6: _ = try shared.claimByOther(.random(in: 1...400, using: &random), at: second)
            default:
                var claims = try shared.claimOn(1_000, at: second)
                held += claims.jobs
                found += claims.jobs.count
                if let again = claims.looksAgain {
                    second = Double(again.microseconds - Instant.second(0).microseconds) / 1_000_000
                    claims = try shared.claimOn(1_000, at: second)
                    held += claims.jobs
                }
                #expect(try shared.count("mine", .enqueued) == 0, "seed \(seed)")
            }
        }
        #expect(found > 0)
    }
}

extension SharedQueue {
    /// How many jobs of this name are in this state.
    fileprivate func count(_ name: String, _ state: JobState) throws -> Int {
        try storage.read { log in
            var names = NameBook()
            let number = try names.number(.job, name, in: log)
            return try (1...log.last).filter { job in
                guard let record = try Books.storedJob(job, in: log) else { return false }
                return record.state == state && record.name == number
            }.count
        }
    }
}
