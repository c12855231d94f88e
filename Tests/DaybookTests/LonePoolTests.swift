import DaybookModel
import Synchronization
import Testing

@testable import Daybook
@testable import DaybookLog

@Suite struct `A job that runs alone` {
    private static let now = Instant(microseconds: 1_772_366_400_000_000)
    private let storage = MemoryStorage()
    private let answering = AnswerThread(mayHaveThread: false)

    private func state(_ job: SequenceNumber) throws -> JobState? {
        try storage.read { try Books.storedJob(job, in: $0)?.state }
    }

    private static func enqueue(_ queue: String) -> Command {
        .enqueue(Box(Created(name: "mail", queue: queue, attempts: 3, salt: 1, arguments: [])), onConflict: .existing)
    }

    @Test func `has its turn although another pool of its process is always busy`() throws {
        let writer = LogWriter(storage)
        let started = ProcessStarted(processID: 7, host: "h", user: "u", program: "test", boot: "00")
        func perform(_ command: Command) throws -> Answer { try writer.turn(now: Self.now) { try $0.perform(command) } }
        _ = try perform(.startProcess(Box(started)))
        _ = try perform(.startProcess(Box(started)))
        guard case .created(let lone) = try perform(Self.enqueue("a")),
            case .claimed(let claimed) = try perform(.claim(Claim(process: 2, queues: ["a"], slots: 1)))
        else { throw CancellationError() }
        _ = try perform(
            .interrupt(job: lone, token: claimed[0].token, reason: "died", charged: true, actor: .process(1)))
        for _ in 0..<6 { _ = try perform(Self.enqueue("b")) }

        let clock = EngineClock(now: { Self.now }, monotonicNanoseconds: { 0 }, sleep: { _, _, _ in })
        var loop = TurnLoop(
            storage, reserve: nil, process: 1, claims: HeldClaims(nil), clock: clock, answers: answering)
        let busy = WorkPool(queues: ["b"], workers: 2)
        let other = WorkPool(queues: ["a"], workers: 2)
        /// Ends the oldest of the busy pool's runs, and lets both pools claim.
        func turn(ending job: ClaimedJob?) throws {
            var requests: [WriteRequest] = []
            if let job {
                let success = Outcome.succeeded(Succeeded(ranMicroseconds: 1))
                let end = Command.finish(
                    job: job.claimed.job, token: job.claimed.token, success, actor: .process(1))
                requests = [WriteRequest(command: end, reply: nil)]
                busy.finish()
            }
            _ = try loop.turn(requests, [busy, other], commandsMax: 2_000, dueMax: 2_000)
        }
        try turn(ending: nil)
        let running = busy.takeWaiting()
        #expect(running.count == 2)
        try turn(ending: running[0])
        #expect(busy.takeWaiting().isEmpty)
        #expect(try state(lone) == .enqueued)
        try turn(ending: running[1])
        #expect(try state(lone) == .processing)
        #expect(other.takeWaiting().map(\.claimed.job) == [lone])
        try turn(ending: nil)
        #expect(busy.takeWaiting().isEmpty)
    }
}

@Suite struct `Runs for which there is no place to write them down` {
    private final class Signs: ProcessSigns {
        private let overfull = Atomic(false)
        var isOverfull: Bool { overfull.load(ordering: .relaxed) }
        func register(event: SequenceNumber) {}
        func renew(atNanoseconds now: UInt64) {}
        func setLease(nanoseconds: UInt64) {}
        func setStarted(_ token: SequenceNumber, place: Int) {}
        func setGroup(_ group: Int32, leaderStart: UInt32, place: Int) {}
        func setOverfull(_ isOverfull: Bool) { overfull.store(isOverfull, ordering: .relaxed) }
        func setStranger(_ event: SequenceNumber) {}
        func leaveToOthers() {}
    }

    @Test func `are told of for as long as there are any`() throws {
        let signs = Signs()
        let claims = HeldClaims(signs)
        let created = Box(Created(name: "mail", queue: "default", attempts: 1, salt: 1, arguments: []))
        var runs: [StartedRun] = []
        for token in 1...UInt64(ProcessPresence.places) + 2 {
            let job = OpenedJob(claimed: Claimed(job: token, token: token, attempt: 1), created: created)
            #expect(!signs.isOverfull || token > UInt64(ProcessPresence.places))
            runs.append(try #require(claims.begin(job, nil, nowNanoseconds: 0)).run)
        }
        claims.end(runs.removeFirst())
        claims.end(runs.removeLast())
        #expect(signs.isOverfull)
        claims.end(runs.removeLast())
        #expect(!signs.isOverfull)
    }
}
