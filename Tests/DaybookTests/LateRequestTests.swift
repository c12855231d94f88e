import DaybookModel
import Synchronization
import Testing

@testable import Daybook
@testable import DaybookLog

/// What is left in the inbox while a turn waits for another process to have written.
@Suite struct `A request that comes while others write` {
    private let stage = TurnStage()

    private var contended: ContendedStorage { ContendedStorage(base: stage.storage) }

    /// Leaves requests with nobody to hear what became of them.
    private func leave(_ names: String...) throws {
        for name in names {
            try stage.inbox.submit(WriteRequest(command: TurnStage.enqueue(name), reply: nil))
        }
    }

    private func requests(_ names: String...) -> [WriteRequest] {
        names.map { WriteRequest(command: TurnStage.enqueue($0), reply: nil) }
    }

    /// The names of the jobs in the log, in its order.
    private func names() throws -> [String] {
        try stage.storage.read { log in
            var names: [String] = []
            for sequence in 1...max(1, try log.last) {
                guard case .created(let created) = try log.event(sequence, { try Event($0, at: sequence).body })
                else { continue }
                names.append(created.value.name)
            }
            return names
        }
    }

    @Test func `is part of the turn that waited, behind what was there before`() throws {
        defer { stage.answering.stop() }
        let contended = contended
        var loop = stage.loop(on: contended)
        try stage.addJobs(0)
        try stage.turn(&loop, requests("zero"))
        contended.beforeNextWrite {
            try stage.addJobs(1)
            try leave("second", "third")
        }
        try stage.turn(&loop, requests("first"))
        #expect(try names() == ["zero", "mail", "first", "second", "third"])
        let last = try stage.last
        #expect(try stage.storage.read { try $0.seal(endingAt: last).count } == 3)
        #expect(stage.inbox.count == 0)
    }

    @Test func `waits for the next turn where nobody has written`() throws {
        defer { stage.answering.stop() }
        let contended = contended
        var loop = stage.loop(on: contended)
        try stage.turn(&loop, requests("zero"))
        contended.beforeNextWrite { try leave("second") }
        try stage.turn(&loop, requests("first"))
        #expect(try names() == ["zero", "first"])
        #expect(stage.inbox.count == 1)
    }

    @Test func `comes behind all parts of a round that is too large for one turn`() throws {
        defer { stage.answering.stop() }
        let contended = contended
        var loop = stage.loop(on: contended)
        contended.beforeNextWrite {
            try stage.addJobs(0)
            try leave("late")
        }
        _ = try loop.turn(requests("a", "b", "c"), [], commandsMax: 2, dueMax: 2)
        #expect(try names() == ["a", "b", "c"])
        #expect(stage.inbox.count == 1)
        contended.beforeNextWrite { try stage.addJobs(0) }
        _ = try loop.turn(requests("d"), [], commandsMax: 2, dueMax: 2)
        #expect(try names() == ["a", "b", "c", "d", "late"])
    }

    /// So many that the turn would be too large for the others who wait.
    @Test func `waits for the next turn where there are too many`() throws {
        defer { stage.answering.stop() }
        let contended = contended
        var loop = stage.loop(on: contended)
        contended.beforeNextWrite {
            try stage.addJobs(0)
            try leave("b", "c")
        }
        _ = try loop.turn(requests("a"), [], commandsMax: 2, dueMax: 2)
        #expect(try names() == ["a"])
        #expect(stage.inbox.count == 2)
    }

    @Test func `that reports the end of a run makes room for the next one at once`() async throws {
        defer { stage.answering.stop() }
        let contended = contended
        var loop = stage.loop(on: contended)
        let pool = WorkPool(queues: nil, workers: 1)
        let jobs = try stage.addJobs(1)
        try stage.turn(&loop, [], [pool])
        let running = try #require(await pool.next(nowNanoseconds: 0))
        contended.beforeNextWrite {
            try stage.addJobs(1)
            pool.finish()
            try stage.inbox.submit(WriteRequest(command: TurnStage.success(of: running), reply: nil))
        }
        try stage.turn(&loop, requests("other"), [pool])
        #expect(try stage.state(jobs[0]) == .succeeded)
        #expect(pool.takeWaiting().count == 2)
    }

    @Test func `with a pool of its own is answered by a turn that knows the pool`() throws {
        defer { stage.answering.stop() }
        let contended = contended
        var loop = stage.loop(on: contended)
        let pool = WorkPool(queues: nil, workers: 1, takesOnce: true)
        contended.beforeNextWrite {
            try stage.addJobs(1)
            stage.pools.withLock { $0.append(pool) }
            try stage.inbox.submit(WriteRequest(command: .look, reply: nil))
        }
        try stage.turn(&loop, requests("first"))
        #expect(stage.inbox.count == 0)
        #expect(pool.outstanding == 1)
    }

    /// As it is where the store has to grow.
    @Test func `is done once, though the turn is filled a second time`() async throws {
        defer { stage.answering.stop() }
        let contended = contended
        var loop = stage.loop(on: contended)
        let (early, late) = await (Replies([TurnStage.enqueue("first")]), Replies([TurnStage.enqueue("second")]))
        contended.beforeNextWrite {
            try stage.addJobs(0)
            for request in late.requests { try stage.inbox.submit(request) }
        }
        contended.fillNextTwice()
        try stage.turn(&loop, early.requests)
        #expect(try names() == ["first", "second"])
        guard case .success(.created(2)) = await early.all[0], case .success(.created(3)) = await late.all[0] else {
            Issue.record("they were not answered for what stands in the log")
            return
        }
    }

    @Test func `that cannot be done is refused alone, and everybody gets an answer`() async throws {
        defer { stage.answering.stop() }
        let contended = contended
        var loop = stage.loop(on: contended)
        let bad = try stage.addJobs(1)[0]
        try stage.spoilRow(of: bad)
        let early = await Replies([TurnStage.enqueue()])
        let late = await Replies([
            .cancel(job: bad, expected: nil, reason: "", actor: .process(1)), TurnStage.enqueue(),
        ])
        contended.beforeNextWrite {
            try stage.addJobs(0)
            for request in late.requests { try stage.inbox.submit(request) }
        }
        try stage.turn(&loop, early.requests)
        guard case .success(.created) = await early.all[0], case .success(.created) = await late.all[1] else {
            Issue.record("a neighbour was refused")
            return
        }
        let refused = await late.all[0]
        #expect(throws: LedgerError.self) { try refused.get() }
    }

    @Test func `is told when the store is lost in the turn that took it in`() async throws {
        defer { stage.answering.stop() }
        let contended = contended
        var loop = stage.loop(on: contended)
        let (early, late) = await (Replies([TurnStage.enqueue()]), Replies([TurnStage.enqueue()]))
        let lost = LogError(.unknownOutcome, "the disk is gone")
        contended.beforeNextWrite {
            try stage.addJobs(0)
            for request in late.requests { try stage.inbox.submit(request) }
        }
        contended.failNextCommit(lost)
        #expect(throws: lost) { try stage.turn(&loop, early.requests) }
        for answer in [await early.all[0], await late.all[0]] {
            #expect(throws: lost) { try answer.get() }
        }
    }

    @Test func `is not begun beside what a newer release has written`() async throws {
        defer { stage.answering.stop() }
        let contended = contended
        var loop = stage.loop(on: contended)
        try stage.turn(&loop, requests("zero"))
        let late = await Replies([TurnStage.enqueue()])
        contended.beforeNextWrite {
            try LogWriter(stage.storage).turn(now: HandClock.start) { turn in
                _ = try turn.record(Event(time: HandClock.start, body: .unknown(kind: 250, version: 1)))
            }
            for request in late.requests { try stage.inbox.submit(request) }
        }
        try stage.turn(&loop, requests("first"))
        #expect(loop.stranger != nil)
        #expect(stage.inbox.count == 1)
        var left: [WriteRequest] = []
        stage.inbox.take(into: &left)
        try stage.turn(&loop, left)
        guard case .success(.refused(let refusal)) = await late.all[0] else {
            Issue.record("it was not refused")
            return
        }
        #expect(refusal.code == .outdated)
        #expect(try names() == ["zero"])
    }

    @Test func `goes back to its place where the disk has no room for it`() throws {
        defer { stage.answering.stop() }
        let disk = FillingDisk(freeBytes: FillingDisk.roomy)
        let contended = contended
        var loop = stage.loop(on: contended, disk.reserve)
        contended.beforeNextWrite {
            try stage.addJobs(0)
            try leave("second", "third")
            disk.freeBytes = FillingDisk.reserveOnly
        }
        try stage.turn(&loop, requests("first"))
        #expect(try names() == ["first"])
        try leave("fourth")
        disk.freeBytes = FillingDisk.roomy
        #expect(stage.inbox.count == 3)
        var left: [WriteRequest] = []
        stage.inbox.take(into: &left)
        try stage.turn(&loop, left)
        #expect(try names() == ["first", "second", "third", "fourth"])
    }

    @Test func `goes back before what has come since`() throws {
        try leave("first", "second")
        let taken = stage.inbox.takeMore(atMost: 2, eventBytesMax: .max)
        try leave("third")
        stage.inbox.putBack(taken)
        var all: [WriteRequest] = []
        stage.inbox.take(into: &all)
        var loop = stage.loop()
        defer { stage.answering.stop() }
        try stage.turn(&loop, all)
        #expect(try names() == ["first", "second", "third"])
    }

    @Test func `is left where it would make the turn too large`() throws {
        try leave("first")
        let size = try #require(requests("first").first).eventBytesMax
        #expect(stage.inbox.takeMore(atMost: 9, eventBytesMax: size - 1).isEmpty)
        #expect(stage.inbox.takeMore(atMost: 0, eventBytesMax: size).isEmpty)
        #expect(stage.inbox.takeMore(atMost: 1, eventBytesMax: size).count == 1)
        #expect(stage.inbox.count == 0)
    }

    /// A process that was stopped with the lock in its hand may keep it for long.
    @Test func `stands in the log with the time at which it could be written`() throws {
        defer { stage.answering.stop() }
        let contended = contended
        var loop = stage.loop(on: contended)
        try stage.turn(&loop, requests("zero"))
        let later = HandClock.start.advanced(microseconds: 5_000_000)
        contended.beforeNextWrite {
            stage.time.now = later
            stage.time.elapsedNanoseconds = 5_000_000_000
            try stage.addJobs(1)
        }
        try stage.turn(&loop, requests("first"))
        let last = try stage.last
        #expect(try stage.storage.read { try $0.event(last) { try EventHead($0, at: last).time } } == later)
        // Nobody has set the clock back.
        #expect(last == 4)
    }
}

/// A store in which others may write just before a turn gets hold of it.
private final class ContendedStorage: LogStorage {
    private let base: MemoryStorage
    private let next = Mutex<(@Sendable () throws -> Void)?>(nil)
    private let failure = Mutex<LogError?>(nil)
    private let isFilledTwice = Mutex(false)

    private struct ThrownAway: Error {}

    init(base: MemoryStorage) { self.base = base }

    func beforeNextWrite(_ body: @escaping @Sendable () throws -> Void) { next.withLock { $0 = body } }

    /// Throws away what the next turn is filled with, and has it filled once more.
    func fillNextTwice() { isFilledTwice.withLock { $0 = true } }

    func failNextCommit(_ error: LogError) { failure.withLock { $0 = error } }

    func read<R>(_ body: (any LogSnapshot) throws -> R) throws -> R { try base.read(body) }

    func write<R>(_ body: (any LogTransaction) throws -> R) throws -> R { try write(body, committed: { _ in }) }

    func write<R>(_ body: (any LogTransaction) throws -> R, committed: (R) -> Void) throws -> R {
        try next.withLock { $0.take() }?()
        let isFilledTwice = isFilledTwice.withLock { isWanted in
            defer { isWanted = false }
            return isWanted
        }
        if isFilledTwice {
            do {
                try base.write { transaction in
                    _ = try body(transaction)
                    throw ThrownAway()
                }
            } catch is ThrownAway {}
        }
        let result = try base.write { transaction in
            let result = try body(transaction)
            if let error = failure.withLock({ $0.take() }) { throw error }
            return result
        }
        committed(result)
        return result
    }
}
