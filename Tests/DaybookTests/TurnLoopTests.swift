import DaybookModel
import Synchronization
import Testing

@testable import Daybook
@testable import DaybookLog

/// A disk that has room or has none, asked again at every turn.
private final class Disk: Sendable {
    private let free: Mutex<Int>

    init(freeBytes: Int) { free = Mutex(freeBytes) }

    var freeBytes: Int {
        get { free.withLock { $0 } }
        set { free.withLock { $0 = newValue } }
    }

    /// Where nothing can be secured, what is free now is what counts.
    var reserve: DiskReserve {
        DiskReserve(
            DataFileSpace(
                path: "/disk", usedBytes: { 1 << 20 }, preallocate: { _, _ in 95 }, freeBytes: { self.freeBytes }),
            retryNanoseconds: 0)
    }

    static let full = 0
    /// Less than the reserve, more than a few commands take.
    static let reserveOnly = 1 << 20
    static let roomy = 1 << 30
}

@Suite struct `A turn` {
    private static let now = Instant(microseconds: 1_772_366_400_000_000)

    private let storage = MemoryStorage()
    private let answering = AnswerThread()

    /// The jobs of a fresh log, whose first event is the process that works on them.
    private func withJobs(_ count: Int, _ body: ([SequenceNumber]) throws -> Void) throws {
        let writer = LogWriter(storage)
        let started = ProcessStarted(processID: 7, host: "h", user: "u", program: "test", boot: "00")
        var jobs: [SequenceNumber] = []
        try writer.turn(now: Self.now) { turn in
            jobs = []
            _ = try turn.perform(.startProcess(Box(started)))
            for _ in 0..<count {
                guard case .created(let job) = try turn.perform(Self.enqueue()) else { continue }
                jobs.append(job)
            }
        }
        try body(jobs)
    }

    private static func enqueue(_ name: String = "mail") -> Command {
        .enqueue(Box(Created(name: name, queue: "default", attempts: 3, salt: 1, arguments: [])), onConflict: .existing)
    }

    private func state(_ job: SequenceNumber) throws -> JobState? {
        try storage.read { try Books.storedJob(job, in: $0)?.state }
    }

    private func turn(_ loop: inout TurnLoop, _ requests: [WriteRequest] = [], _ pools: [WorkPool] = []) throws {
        _ = try loop.turn(requests, pools, now: Self.now, commandsMax: 2_000, dueMax: 2_000)
    }

    /// Performs `commands` in one turn and says what each was answered.
    private func answers(_ commands: [Command], _ loop: inout TurnLoop) async throws -> [Result<Answer, any Error>] {
        let replies = Replies(commands.count)
        let waiting = commands.indices.map { index in
            Task { await replies.wait(index) }
        }
        let requests = await replies.requests(commands)
        try turn(&loop, requests)
        var answers: [Result<Answer, any Error>] = []
        for one in waiting { answers.append(await one.value) }
        return answers
    }

    private func loop(_ reserve: DiskReserve?) -> TurnLoop {
        let clock = EngineClock(now: { Self.now }, monotonicNanoseconds: { 0 }, sleep: { _, _, _ in })
        return TurnLoop(
            storage, reserve: reserve, process: 1, claims: HeldClaims(nil), clock: clock, answers: answering)
    }

    @Test func `hands out what was claimed before anybody else is told of the commit`() throws {
        defer { answering.stop() }
        let pool = WorkPool(queues: nil, workers: 1)
        let telling = TellingStorage(base: storage, count: { pool.outstanding })
        let clock = EngineClock(now: { Self.now }, monotonicNanoseconds: { 0 }, sleep: { _, _, _ in })
        var loop = TurnLoop(
            telling, reserve: nil, process: 1, claims: HeldClaims(nil), clock: clock, answers: answering)
        try withJobs(1) { _ in try turn(&loop, [], [pool]) }
        #expect(telling.told.counts.withLock { $0 } == [1])
    }

    @Test func `on a full disk begins nothing, and ends what was begun`() async throws {
        let disk = Disk(freeBytes: Disk.roomy)
        defer { answering.stop() }
        var loop = loop(disk.reserve)
        let pool = WorkPool(queues: nil, workers: 1)
        try withJobs(2) { _ in try turn(&loop, [], [pool]) }
        let first = try #require(await pool.next(nowNanoseconds: 0))
        #expect(try state(first.claimed.job) == .processing)

        disk.freeBytes = Disk.reserveOnly
        let finish = Command.finish(
            job: first.claimed.job, token: first.claimed.token, .succeeded(Succeeded(ranMicroseconds: 1)),
            actor: .process(1))
        let answers = try await answers([Self.enqueue(), finish], &loop)
        guard case .success(.refused(let refusal)) = answers[0] else {
            Issue.record("\(answers[0])")
            return
        }
        #expect(refusal.code == .diskFull)
        #expect(try state(first.claimed.job) == .succeeded)
        pool.finish()
        try turn(&loop, [], [pool])
        #expect(pool.outstanding == 0)

        disk.freeBytes = Disk.roomy
        try turn(&loop, [], [pool])
        #expect(pool.outstanding == 1)
    }

    @Test func `on a full disk does without log lines, but not without what a run came to`() async throws {
        let disk = Disk(freeBytes: Disk.roomy)
        defer { answering.stop() }
        var loop = loop(disk.reserve)
        let pool = WorkPool(queues: nil, workers: 1)
        try withJobs(1) { _ in try turn(&loop, [], [pool]) }
        let claimed = try #require(await pool.next(nowNanoseconds: 0)).claimed
        disk.freeBytes = Disk.reserveOnly
        let run = RunReference(job: claimed.job, token: claimed.token, attempt: 1, actor: .process(1))
        func note(_ line: String) -> RunNote {
            RunNote(run, logged: Logged(level: 3, howMany: 1, salt: 1, lines: [line]))
        }
        let success = Outcome.succeeded(Succeeded(ranMicroseconds: 1))
        let end = Conclusion(note("last"), success, jobs: [], random: 0, salt: 0)
        try turn(
            &loop,
            [
                WriteRequest(command: .note(Box(note("first"))), reply: nil),
                WriteRequest(command: .conclude(Box(end)), reply: nil),
            ])
        #expect(try state(claimed.job) == .succeeded)
        let last = try storage.read { try $0.last }
        let body = try storage.read { log in try log.event(last - 1) { try Event($0, at: last - 1).body } }
        #expect(body == .logged(Box(Logged(level: 3, howMany: 1, salt: 1, lines: ["last"]))))
        let before = try storage.read { log in try log.event(last - 2) { try Event($0, at: last - 2).body } }
        #expect(before == .claimed)
    }

    @Test func `keeps a result for which there is no room, and tells who waits for an answer`() async throws {
        let disk = Disk(freeBytes: Disk.roomy)
        defer { answering.stop() }
        var loop = loop(disk.reserve)
        let pool = WorkPool(queues: nil, workers: 1)
        try withJobs(1) { _ in try turn(&loop, [], [pool]) }
        let job = try #require(await pool.next(nowNanoseconds: 0)).claimed
        disk.freeBytes = Disk.full
        let finish = Command.finish(
            job: job.job, token: job.token, .succeeded(Succeeded(ranMicroseconds: 1)), actor: .process(1))
        try turn(&loop, [WriteRequest(command: finish, reply: nil)])
        #expect(try state(job.job) == .processing)
        let told = try await answers([.pauseQueue("default", reason: "", actor: .process(1))], &loop)
        #expect(throws: LogError.self) { try told[0].get() }

        disk.freeBytes = Disk.reserveOnly
        try turn(&loop)
        #expect(try state(job.job) == .succeeded)
    }

    @Test func `refuses one command among a thousand, and its neighbours are committed together`() async throws {
        defer { answering.stop() }
        var loop = loop(nil)
        try withJobs(0) { _ in }
        var commands = Array(repeating: Self.enqueue(), count: 1_000)
        commands[500] = Self.enqueue("not a name")
        let answers = try await answers(commands, &loop)
        guard case .success(.refused) = answers[500] else {
            Issue.record("\(answers[500])")
            return
        }
        #expect(answers.filter { if case .success(.created) = $0 { true } else { false } }.count == 999)
        #expect(try storage.read { try $0.last } == 1_000)
        #expect(try storage.read { try $0.seal(endingAt: 1_000).count } == 999)
    }

    @Test func `that fails for one command's sake commits its neighbours without it`() async throws {
        defer { answering.stop() }
        var loop = loop(nil)
        var bad: SequenceNumber = 0
        try withJobs(1) { bad = $0[0] }
        try spoilRow(of: bad)
        var commands = Array(repeating: Self.enqueue(), count: 100)
        commands[50] = .cancel(job: bad, expected: nil, reason: "", actor: .process(1))
        let answers = try await answers(commands, &loop)
        #expect(throws: LedgerError.self) { try answers[50].get() }
        #expect(answers.filter { if case .success(.created) = $0 { true } else { false } }.count == 99)
        #expect(try storage.read { try $0.last } == 101)
    }

    @Test func `ends when its commands have much to write, and the rest is the next one`() async throws {
        defer { answering.stop() }
        var loop = loop(nil)
        try withJobs(0) { _ in }
        let large = Created(
            name: "mail", queue: "default", attempts: 3, salt: 1, arguments: Array(repeating: 0x20, count: 200 << 10))
        let answers = try await answers(Array(repeating: .enqueue(Box(large), onConflict: .existing), count: 30), &loop)
        #expect(answers.count == 30)
        // 4 MB hold no more than twenty of these.
        #expect(try storage.read { try $0.last } == 31)
        #expect(try storage.read { try $0.seal(endingAt: 31).count } == 10)
    }

    /// What the claims of programs elsewhere stand on: they go with what they have got, and no turn gives them more.
    @Test func `gives a pool that takes once the jobs of one turn, and of no other`() throws {
        defer { answering.stop() }
        var loop = loop(nil)
        let pool = WorkPool(queues: nil, workers: 3, takesOnce: true)
        try turn(&loop, [], [pool])
        try withJobs(2) { _ in try turn(&loop, [], [pool]) }
        #expect(pool.outstanding == 2)
        try withJobs(2) { jobs in
            try turn(&loop, [], [pool])
            #expect(try state(jobs[0]) == .enqueued)
        }
        // Nobody takes them from whoever is slow to come for them.
        #expect(pool.takeOverdue(nowNanoseconds: .max / 2).isEmpty)
        #expect(pool.takeWaiting().count == 2)
    }

    @Test func `hands out what stands behind a job whose row cannot be read`() throws {
        defer { answering.stop() }
        var loop = loop(nil)
        let pool = WorkPool(queues: nil, workers: 2)
        try withJobs(3) { jobs in
            try spoilRow(of: jobs[0])
            try turn(&loop, [], [pool])
            #expect(try state(jobs[1]) == .processing)
            #expect(try state(jobs[2]) == .processing)
        }
    }

    @Test func `makes ready what is due behind a job whose row cannot be read, and does not wait for that one`() throws
    {
        defer { answering.stop() }
        var loop = loop(nil)
        let due = Self.now.advanced(microseconds: 1_000)
        let jobs = try LogWriter(storage).turn(now: Self.now) { turn in
            try (0..<2).map { _ in
                var created = Created(name: "mail", queue: "default", attempts: 3, salt: 1, arguments: [])
                created.due = due
                guard case .created(let job) = try turn.perform(.enqueue(Box(created), onConflict: .existing)) else {
                    throw Refusal(.noSuchJob, "not created")
                }
                return job
            }
        }
        try spoilRow(of: jobs[0])
        let next = try loop.turn([], [], now: due, commandsMax: 2_000, dueMax: 2_000)
        #expect(try state(jobs[1]) == .enqueued)
        #expect(next == nil)
    }

    @Test(arguments: [1, 2]) func `parks a job whose creation is damaged, and hands out the others`(
        part: Int
    ) throws {
        defer { answering.stop() }
        var loop = loop(nil)
        let pool = WorkPool(queues: nil, workers: 3)
        try withJobs(3) { jobs in
            storage.damage(event: jobs[1]) { $0[$0.count * part / 2 - 1] ^= 1 }
            try turn(&loop, [], [pool])
            #expect(try jobs.map { try state($0) } == [.processing, .parked, .processing])
            #expect(pool.outstanding == 2)
        }
    }

    @Test func `notes that the clock was set forward, once, and not that time has passed`() throws {
        defer { answering.stop() }
        try withJobs(0) { _ in }
        let elapsed = Mutex<UInt64>(0)
        let clock = EngineClock(
            now: { Self.now }, monotonicNanoseconds: { elapsed.withLock { $0 } }, sleep: { _, _, _ in })
        var loop = TurnLoop(
            storage, reserve: nil, process: 1, claims: HeldClaims(nil), clock: clock, answers: answering)
        func turn(after seconds: Int64, clockAt shown: Int64) throws -> SequenceNumber {
            elapsed.withLock { $0 = UInt64(seconds) * 1_000_000_000 }
            _ = try loop.turn(
                [], [], now: Self.now.advanced(microseconds: shown * 1_000_000), commandsMax: 2_000, dueMax: 2_000)
            return try storage.read { try $0.last }
        }
        #expect(try turn(after: 0, clockAt: 0) == 1)
        #expect(try turn(after: 3_600, clockAt: 3_600) == 1)
        #expect(try turn(after: 3_601, clockAt: 7_201) == 2)
        #expect(try turn(after: 3_602, clockAt: 7_202) == 2)
        let step = try storage.read { try $0.event(2) { try Event($0, at: 2) } }
        #expect(step?.body == .clockStepped(microseconds: 3_600_000_000))
        #expect(step?.actor == .process(1))
    }

    @Test func `looks again at what a rate holds up when the clock was set back, though nobody has written`() throws {
        defer { answering.stop() }
        var loop = loop(nil)
        let pool = WorkPool(queues: nil, workers: 3)
        func started(clockAt seconds: Int64) throws -> Int {
            let now = Self.now.advanced(microseconds: seconds * 1_000_000)
            _ = try loop.turn([], [pool], now: now, commandsMax: 2_000, dueMax: 2_000)
            return pool.outstanding
        }
        try withJobs(3) { _ in
            let rate = Limit.Rate(count: 1, microseconds: 5_000_000, window: .fixed)
            let limit = Limit(concurrency: nil, keepsOrder: false, rate: rate)
            let command = Command.limit(.job("mail"), limit, reason: "", actor: .system)
            try LogWriter(storage).turn(now: Self.now) { _ = try $0.perform(command) }
            #expect(try started(clockAt: 0) == 1)
            #expect(try started(clockAt: 4) == 1)
            #expect(try started(clockAt: -3_600) == 2)
            #expect(try started(clockAt: -3_599) == 2)
            #expect(try started(clockAt: -3_594) == 3)
        }
    }

    /// Makes the job's row one that nothing can be read from.
    private func spoilRow(of job: SequenceNumber) throws {
        try storage.write { log in
            try RowKey.number(job).withBytes { key in
                try [UInt8](repeating: 0xFF, count: 3).withUnsafeBytes {
                    try log.put(.jobs, key, $0, replacing: nil)
                }
            }
        }
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

/// Makes requests whose answers can be waited for.
private actor Replies {
    private var waiting: [Int: UnsafeContinuation<Answer, any Error>] = [:]
    private let count: Int
    private var whole: CheckedContinuation<Void, Never>?

    init(_ count: Int) { self.count = count }

    func wait(_ index: Int) async -> Result<Answer, any Error> {
        do {
            return .success(
                try await withUnsafeThrowingContinuation { continuation in
                    waiting[index] = continuation
                    if waiting.count == count { whole.take()?.resume() }
                })
        } catch {
            return .failure(error)
        }
    }

    /// The requests, once everybody waits.
    func requests(_ commands: [Command]) async -> [WriteRequest] {
        if waiting.count < count { await withCheckedContinuation { whole = $0 } }
        return commands.enumerated().map { WriteRequest(command: $1, reply: waiting[$0]) }
    }
}
