import DaybookModel
import Synchronization
import Testing

@testable import Daybook
@testable import DaybookLog

@Suite struct `A turn` {
    private let stage = TurnStage()

    @Test func `hands out what was claimed before anybody else is told of the commit`() throws {
        defer { stage.answering.stop() }
        let pool = WorkPool(queues: nil, workers: 1)
        let telling = TellingStorage(base: stage.storage, count: { pool.outstanding })
        var loop = stage.loop(on: telling)
        try stage.addJobs(1)
        try stage.turn(&loop, [], [pool])
        #expect(telling.told.counts.withLock { $0 } == [1])
    }

    @Test func `on a full disk begins nothing, and ends what was begun`() async throws {
        let disk = FillingDisk(freeBytes: FillingDisk.roomy)
        defer { stage.answering.stop() }
        var loop = stage.loop(disk.reserve)
        let pool = WorkPool(queues: nil, workers: 1)
        try stage.addJobs(2)
        try stage.turn(&loop, [], [pool])
        let first = try #require(await pool.next(nowNanoseconds: 0))
        #expect(try stage.state(first.claimed.job) == .processing)

        disk.freeBytes = FillingDisk.reserveOnly
        let answers = try await stage.answers([TurnStage.enqueue(), TurnStage.success(of: first)], &loop)
        guard case .success(.refused(let refusal)) = answers[0] else {
            Issue.record("\(answers[0])")
            return
        }
        #expect(refusal.code == .diskFull)
        #expect(try stage.state(first.claimed.job) == .succeeded)
        pool.finish()
        try stage.turn(&loop, [], [pool])
        #expect(pool.outstanding == 0)

        disk.freeBytes = FillingDisk.roomy
        try stage.turn(&loop, [], [pool])
        #expect(pool.outstanding == 1)
    }

    @Test func `on a full disk does without log lines, but not without what a run came to`() async throws {
        let disk = FillingDisk(freeBytes: FillingDisk.roomy)
        defer { stage.answering.stop() }
        var loop = stage.loop(disk.reserve)
        let pool = WorkPool(queues: nil, workers: 1)
        try stage.addJobs(1)
        try stage.turn(&loop, [], [pool])
        let claimed = try #require(await pool.next(nowNanoseconds: 0)).claimed
        disk.freeBytes = FillingDisk.reserveOnly
        let run = RunReference(job: claimed.job, token: claimed.token, attempt: 1, actor: .process(1))
        func note(_ line: String) -> RunNote {
            RunNote(run, logged: Logged(level: 3, howMany: 1, salt: 1, lines: [line]))
        }
        let success = Outcome.succeeded(Succeeded(ranMicroseconds: 1))
        let end = Conclusion(note("last"), success, jobs: [], random: 0, salt: 0)
        try stage.turn(
            &loop,
            [
                WriteRequest(command: .note(Box(note("first"))), reply: nil),
                WriteRequest(command: .conclude(Box(end)), reply: nil),
            ])
        #expect(try stage.state(claimed.job) == .succeeded)
        let last = try stage.last
        let body = try stage.storage.read { log in try log.event(last - 1) { try Event($0, at: last - 1).body } }
        #expect(body == .logged(Box(Logged(level: 3, howMany: 1, salt: 1, lines: ["last"]))))
        let before = try stage.storage.read { log in try log.event(last - 2) { try Event($0, at: last - 2).body } }
        #expect(before == .claimed)
    }

    @Test func `keeps a result for which there is no room, and tells who waits for an answer`() async throws {
        let disk = FillingDisk(freeBytes: FillingDisk.roomy)
        defer { stage.answering.stop() }
        var loop = stage.loop(disk.reserve)
        let pool = WorkPool(queues: nil, workers: 1)
        try stage.addJobs(1)
        try stage.turn(&loop, [], [pool])
        let job = try #require(await pool.next(nowNanoseconds: 0)).claimed
        disk.freeBytes = FillingDisk.full
        let finish = Command.finish(
            job: job.job, token: job.token, .succeeded(Succeeded(ranMicroseconds: 1)), actor: .process(1))
        try stage.turn(&loop, [WriteRequest(command: finish, reply: nil)])
        #expect(try stage.state(job.job) == .processing)
        let told = try await stage.answers([.pauseQueue("default", reason: "", actor: .process(1))], &loop)
        #expect(throws: LogError.self) { try told[0].get() }

        disk.freeBytes = FillingDisk.reserveOnly
        try stage.turn(&loop)
        #expect(try stage.state(job.job) == .succeeded)
    }

    @Test func `refuses one command among a thousand, and its neighbours are committed together`() async throws {
        defer { stage.answering.stop() }
        var loop = stage.loop()
        try stage.addJobs(0)
        var commands = Array(repeating: TurnStage.enqueue(), count: 1_000)
        commands[500] = TurnStage.enqueue("not a name")
        let answers = try await stage.answers(commands, &loop)
        guard case .success(.refused) = answers[500] else {
            Issue.record("\(answers[500])")
            return
        }
        #expect(answers.filter { if case .success(.created) = $0 { true } else { false } }.count == 999)
        #expect(try stage.last == 1_000)
        #expect(try stage.storage.read { try $0.seal(endingAt: 1_000).count } == 999)
    }

    @Test func `that fails for one command's sake commits its neighbours without it`() async throws {
        defer { stage.answering.stop() }
        var loop = stage.loop()
        let bad = try stage.addJobs(1)[0]
        try stage.spoilRow(of: bad)
        var commands = Array(repeating: TurnStage.enqueue(), count: 100)
        commands[50] = .cancel(job: bad, expected: nil, reason: "", actor: .process(1))
        let answers = try await stage.answers(commands, &loop)
        #expect(throws: LedgerError.self) { try answers[50].get() }
        #expect(answers.filter { if case .success(.created) = $0 { true } else { false } }.count == 99)
        #expect(try stage.last == 101)
    }

    @Test func `ends when its commands have much to write, and the rest is the next one`() async throws {
        defer { stage.answering.stop() }
        var loop = stage.loop()
        try stage.addJobs(0)
        let large = Created(
            name: "mail", queue: "default", attempts: 3, salt: 1, arguments: Array(repeating: 0x20, count: 200 << 10))
        let commands = Array(repeating: Command.enqueue(Box(large), onConflict: .existing), count: 30)
        let answers = try await stage.answers(commands, &loop)
        #expect(answers.count == 30)
        // 4 MB hold no more than twenty of these.
        #expect(try stage.last == 31)
        #expect(try stage.storage.read { try $0.seal(endingAt: 31).count } == 10)
    }

    /// What the claims of programs elsewhere stand on: they go with what they have got, and no turn gives them more.
    @Test func `gives a pool that takes once the jobs of one turn, and of no other`() throws {
        defer { stage.answering.stop() }
        var loop = stage.loop()
        let pool = WorkPool(queues: nil, workers: 3, takesOnce: true)
        try stage.turn(&loop, [], [pool])
        try stage.addJobs(2)
        try stage.turn(&loop, [], [pool])
        #expect(pool.outstanding == 2)
        let jobs = try stage.addJobs(2)
        try stage.turn(&loop, [], [pool])
        #expect(try stage.state(jobs[0]) == .enqueued)
        // Nobody takes them from whoever is slow to come for them.
        #expect(pool.takeOverdue(nowNanoseconds: .max / 2).isEmpty)
        #expect(pool.takeWaiting().count == 2)
    }

    @Test func `hands out what stands behind a job whose row cannot be read`() throws {
        defer { stage.answering.stop() }
        var loop = stage.loop()
        let pool = WorkPool(queues: nil, workers: 2)
        let jobs = try stage.addJobs(3)
        try stage.spoilRow(of: jobs[0])
        try stage.turn(&loop, [], [pool])
        #expect(try stage.state(jobs[1]) == .processing)
        #expect(try stage.state(jobs[2]) == .processing)
    }

    @Test func `makes ready what is due behind a job whose row cannot be read, and does not wait for that one`() throws
    {
        defer { stage.answering.stop() }
        var loop = stage.loop()
        let due = HandClock.start.advanced(microseconds: 1_000)
        let jobs = try LogWriter(stage.storage).turn(now: HandClock.start) { turn in
            try (0..<2).map { _ in
                var created = Created(name: "mail", queue: "default", attempts: 3, salt: 1, arguments: [])
                created.due = due
                guard case .created(let job) = try turn.perform(.enqueue(Box(created), onConflict: .existing)) else {
                    throw Refusal(.noSuchJob, "not created")
                }
                return job
            }
        }
        try stage.spoilRow(of: jobs[0])
        stage.time.now = due
        let next = try loop.turn([], [], commandsMax: 2_000, dueMax: 2_000)
        #expect(try stage.state(jobs[1]) == .enqueued)
        #expect(next == nil)
    }

    @Test(arguments: [1, 2]) func `parks a job whose creation is damaged, and hands out the others`(
        part: Int
    ) throws {
        defer { stage.answering.stop() }
        var loop = stage.loop()
        let pool = WorkPool(queues: nil, workers: 3)
        let jobs = try stage.addJobs(3)
        stage.storage.damage(event: jobs[1]) { $0[$0.count * part / 2 - 1] ^= 1 }
        try stage.turn(&loop, [], [pool])
        #expect(try jobs.map { try stage.state($0) } == [.processing, .parked, .processing])
        #expect(pool.outstanding == 2)
    }

    @Test func `notes that the clock was set forward, once, and not that time has passed`() throws {
        defer { stage.answering.stop() }
        try stage.addJobs(0)
        var loop = stage.loop()
        func turn(after seconds: Int64, clockAt shown: Int64) throws -> SequenceNumber {
            stage.time.elapsedNanoseconds = UInt64(seconds) * 1_000_000_000
            stage.time.now = HandClock.start.advanced(microseconds: shown * 1_000_000)
            try stage.turn(&loop)
            return try stage.last
        }
        #expect(try turn(after: 0, clockAt: 0) == 1)
        #expect(try turn(after: 3_600, clockAt: 3_600) == 1)
        #expect(try turn(after: 3_601, clockAt: 7_201) == 2)
        #expect(try turn(after: 3_602, clockAt: 7_202) == 2)
        let step = try stage.storage.read { try $0.event(2) { try Event($0, at: 2) } }
        #expect(step?.body == .clockStepped(microseconds: 3_600_000_000))
        #expect(step?.actor == .process(1))
    }

    @Test func `looks again at what a rate holds up when the clock was set back, though nobody has written`() throws {
        defer { stage.answering.stop() }
        var loop = stage.loop()
        let pool = WorkPool(queues: nil, workers: 3)
        func started(clockAt seconds: Int64) throws -> Int {
            stage.time.now = HandClock.start.advanced(microseconds: seconds * 1_000_000)
            try stage.turn(&loop, [], [pool])
            return pool.outstanding
        }
        try stage.addJobs(3)
        let rate = Limit.Rate(count: 1, microseconds: 5_000_000, window: .fixed)
        let limit = Limit(concurrency: nil, keepsOrder: false, rate: rate)
        let command = Command.limit(.job("mail"), limit, reason: "", actor: .system)
        try LogWriter(stage.storage).turn(now: HandClock.start) { _ = try $0.perform(command) }
        #expect(try started(clockAt: 0) == 1)
        #expect(try started(clockAt: 4) == 1)
        #expect(try started(clockAt: -3_600) == 2)
        #expect(try started(clockAt: -3_599) == 2)
        #expect(try started(clockAt: -3_594) == 3)
    }
}

/// Notes how a number stands whenever others would be told of a commit.
private struct TellingStorage: LogStorage {
    let base: MemoryStorage
    let count: @Sendable () -> Int
    let told = Told()

    final class Told: Sendable {
        let counts = Mutex<[Int]>([])
    }

    func read<R>(_ body: (any LogSnapshot) throws -> R) throws -> R { try base.read(body) }

    func write<R>(_ body: (any LogTransaction) throws -> R) throws -> R { try write(body, committed: { _ in }) }

    func write<R>(_ body: (any LogTransaction) throws -> R, committed: (R) -> Void) throws -> R {
        let result = try base.write(body)
        committed(result)
        told.counts.withLock { $0.append(count()) }
        return result
    }
}
