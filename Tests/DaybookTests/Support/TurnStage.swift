import DaybookModel
import Synchronization

@testable import Daybook
@testable import DaybookLog

/// A store in memory and all that a turn loop has around it, under a test's hand.
final class TurnStage: Sendable {
    let storage = MemoryStorage()
    let time = HandClock()
    let inbox: Inbox
    let answering = AnswerThread()
    /// The pools that there are; what a turn is given is put here, too.
    let pools = Mutex<[WorkPool]>([])

    init() { inbox = Inbox(bell: SilentBell(), clock: time.clock) }

    func loop(_ reserve: DiskReserve? = nil) -> TurnLoop { loop(on: storage, reserve) }

    func loop(on storage: any LogStorage, _ reserve: DiskReserve? = nil) -> TurnLoop {
        TurnLoop(
            storage, reserve: reserve, process: 1, claims: HeldClaims(nil), clock: time.clock, answers: answering,
            late: TurnLoop.Latecomers(inbox: inbox, pools: { self.pools.withLock { $0 } }))
    }

    /// A process and so many jobs, written by somebody else; answers with the jobs. The first event of a fresh log is
    /// the process that works on them.
    @discardableResult
    func addJobs(_ count: Int) throws -> [SequenceNumber] {
        let started = ProcessStarted(processID: 7, host: "h", user: "u", program: "test", boot: "00")
        return try LogWriter(storage).turn(now: time.now) { turn in
            _ = try turn.perform(.startProcess(Box(started)))
            return try (0..<count).map { _ in
                guard case .created(let job) = try turn.perform(Self.enqueue()) else {
                    throw Refusal(.noSuchJob, "not created")
                }
                return job
            }
        }
    }

    static func enqueue(_ name: String = "mail") -> Command {
        .enqueue(Box(Created(name: name, queue: "default", attempts: 3, salt: 1, arguments: [])), onConflict: .existing)
    }

    static func success(of job: ClaimedJob) -> Command {
        .finish(
            job: job.claimed.job, token: job.claimed.token, .succeeded(Succeeded(ranMicroseconds: 1)),
            actor: .process(1))
    }

    func state(_ job: SequenceNumber) throws -> JobState? {
        try storage.read { try Books.storedJob(job, in: $0)?.state }
    }

    var last: SequenceNumber { get throws { try storage.read { try $0.last } } }

    func turn(_ loop: inout TurnLoop, _ requests: [WriteRequest] = [], _ pools: [WorkPool] = []) throws {
        self.pools.withLock { $0 = pools }
        _ = try loop.turn(requests, pools, commandsMax: 2_000, dueMax: 2_000)
    }

    /// Performs `commands` in one turn and says what each was answered.
    func answers(_ commands: [Command], _ loop: inout TurnLoop) async throws -> [Result<Answer, any Error>] {
        let replies = await Replies(commands)
        try turn(&loop, replies.requests)
        return await replies.all
    }

    /// Makes the job's row one that nothing can be read from.
    func spoilRow(of job: SequenceNumber) throws {
        try storage.write { log in
            try RowKey.number(job).withBytes { key in
                try [UInt8](repeating: 0xFF, count: 3).withUnsafeBytes {
                    try log.put(.jobs, key, $0, replacing: nil)
                }
            }
        }
    }
}

/// Time that passes only when it is told to.
final class HandClock: Sendable {
    static let start = Instant(microseconds: 1_772_366_400_000_000)

    private let state = Mutex((now: start, elapsed: UInt64(0)))

    /// What the wall clock shows.
    var now: Instant {
        get { state.withLock { $0.now } }
        set { state.withLock { $0.now = newValue } }
    }

    /// What passes even while somebody sets the wall clock.
    var elapsedNanoseconds: UInt64 {
        get { state.withLock { $0.elapsed } }
        set { state.withLock { $0.elapsed = newValue } }
    }

    var clock: EngineClock {
        EngineClock(
            now: { self.now }, monotonicNanoseconds: { self.elapsedNanoseconds }, sleep: { _, _, _ in })
    }
}

/// A bell that nobody hears.
final class SilentBell: CommitBell {
    var commits: UInt32 { 0 }
    func announceCommit() {}
    func callWriter() {}
    func waitForCommit(after seen: UInt32, timeoutNanoseconds: UInt64) -> UInt32 { seen }
    func waitAsWriter(after seen: UInt32, timeoutNanoseconds: UInt64) -> UInt32 { seen }
}

/// A disk that has room or has none, asked again at every turn.
final class FillingDisk: Sendable {
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

/// Requests whose answers can be waited for.
struct Replies {
    let requests: [WriteRequest]
    private let waiting: [Task<Result<Answer, any Error>, Never>]

    /// Once somebody waits for each of them.
    init(_ commands: [Command]) async {
        let (continuations, line) = AsyncStream<(Int, UnsafeContinuation<Answer, any Error>)>.makeStream()
        waiting = commands.indices.map { index in
            Task {
                do {
                    return .success(try await withUnsafeThrowingContinuation { line.yield((index, $0)) })
                } catch {
                    return .failure(error)
                }
            }
        }
        var requests: [WriteRequest?] = commands.map { _ in nil }
        var left = commands.count
        for await (index, continuation) in continuations {
            requests[index] = WriteRequest(command: commands[index], reply: continuation)
            left -= 1
            if left == 0 { break }
        }
        self.requests = requests.compactMap(\.self)
    }

    /// What each was answered.
    var all: [Result<Answer, any Error>] {
        get async {
            var answers: [Result<Answer, any Error>] = []
            for one in waiting { answers.append(await one.value) }
            return answers
        }
    }
}
