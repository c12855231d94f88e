import DaybookModel
import Synchronization
import Testing

@testable import Daybook
@testable import DaybookLog

/// A store whose next commits fail for want of space.
private final class FullStorage: LogStorage {
    let base = MemoryStorage()
    let failures = Mutex(0)

    func read<R>(_ body: (any LogSnapshot) throws -> R) throws -> R { try base.read(body) }

    func write<R>(_ body: (any LogTransaction) throws -> R) throws -> R {
        try base.write { transaction in
            let result = try body(transaction)
            let fails = failures.withLock { left in
                defer { left = max(0, left - 1) }
                return left > 0
            }
            if fails { throw LogError(.diskFull, "full") }
            return result
        }
    }
}

@Suite struct `A result that nobody waits for` {
    private static let now = Instant(microseconds: 1_772_366_400_000_000)
    private let storage = FullStorage()

    /// A job that process 2 runs, and the claim it runs under.
    private func claimed() throws -> (job: SequenceNumber, token: SequenceNumber) {
        let genesis = Genesis(identity: Array(repeating: 1, count: 16), format: 1, program: "test")
        let started = ProcessStarted(processID: 7, host: "h", user: "u", program: "test", boot: "00")
        let created = Created(name: "mail", queue: "default", attempts: 3, salt: 1, arguments: [])
        let answer = try LogWriter(storage).turn(now: Self.now) { turn in
            _ = try turn.record(Event(time: Self.now, body: .genesis(Box(genesis))))
            _ = try turn.perform(.startProcess(Box(started)))
            _ = try turn.perform(.enqueue(Box(created), onConflict: .existing))
            return try turn.perform(.claim(Claim(process: 2, queues: nil, slots: 1)))
        }
        guard case .claimed(let jobs) = answer, let job = jobs.first else { throw LogError(.badInput, "no claim") }
        return (job.job, job.token)
    }

    private func record(_ job: SequenceNumber) throws -> JobRecord? {
        try storage.read { try Books.storedJob(job, in: $0) }
    }

    @Test(arguments: [1, 3]) func `is kept when its commit fails for want of space, and written when there is some`(
        results: Int
    ) throws {
        let (job, token) = try claimed()
        let clock = EngineClock(now: { Self.now }, monotonicNanoseconds: { 0 }, sleep: { _, _, _ in })
        let answers = AnswerThread(mayHaveThread: false)
        var loop = TurnLoop(
            storage, reserve: nil, process: 2, claims: HeldClaims(nil), clock: clock, answers: answers)
        let finish = Command.finish(
            job: job, token: token, .succeeded(Succeeded(ranMicroseconds: 1)), actor: .process(2))
        // With others beside it the turn is tried again one by one, and fails once more.
        var requests = [WriteRequest(command: finish, reply: nil)]
        for _ in 1..<results { requests.append(WriteRequest(command: .look, reply: nil)) }
        storage.failures.withLock { $0 = 2 }
        while storage.failures.withLock({ $0 }) > 0 {
            _ = try loop.turn(requests, [], commandsMax: 10, dueMax: 10)
            requests = []
        }
        #expect(try record(job)?.state == .processing)
        _ = try loop.turn([], [], commandsMax: 10, dueMax: 10)
        #expect(try record(job)?.state == .succeeded)
    }

    @Test func `leaves a job that goes back when its process stops`() throws {
        let (job, _) = try claimed()
        _ = try LogWriter(storage).turn(now: Self.now) { try $0.perform(.stopProcess(2)) }
        let record = try #require(try record(job))
        #expect(record.state == .enqueued)
        #expect(record.attempt == 0)
        #expect(record.deaths == 0)
    }
}
