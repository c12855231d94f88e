import DaybookLog
import DaybookModel
import Testing

/// A log in memory with two processes, moved on command by command.
private struct Scene {
    let storage = MemoryStorage()
    let writer: LogWriter
    let first: SequenceNumber
    let second: SequenceNumber

    init() throws {
        writer = try LogWriter.opened(storage)
        let started = ProcessStarted(processID: 1, host: "h", user: "u", program: "p", boot: "b")
        (first, second) = (try Scene.event(writer, .startProcess(Box(started))), 3)
        try writer.perform(.startProcess(Box(started)))
    }

    private static func event(_ writer: LogWriter, _ command: Command) throws -> SequenceNumber {
        guard case .done(let event) = try writer.perform(command) else { return 0 }
        return event
    }

    func enqueue(_ change: (inout Created) -> Void = { _ in }) throws -> SequenceNumber {
        var created = Created.example()
        change(&created)
        guard case .created(let job) = try writer.perform(.enqueue(created)) else { return 0 }
        return job
    }

    func claim(_ process: SequenceNumber, _ slots: Int, at second: Double = 1) throws -> [Claimed] {
        let claim = Claim(process: process, queues: nil, slots: slots)
        guard case .claimed(let claimed) = try writer.perform(.claim(claim), at: second) else { return [] }
        return claimed
    }

    func die(_ claimed: Claimed, deathsMax: Int = 3) throws {
        try writer.perform(
            .interrupt(
                job: claimed.job, token: claimed.token, reason: "died", charged: true, deathsMax: deathsMax,
                actor: .system))
    }

    func succeed(_ claimed: Claimed) throws {
        let outcome = Outcome.succeeded(Succeeded(ranMicroseconds: 1))
        try writer.perform(.finish(job: claimed.job, token: claimed.token, outcome, actor: .system))
    }

    func record(_ job: SequenceNumber) throws -> JobRecord? {
        try storage.read { try Books.storedJob(job, in: $0) }
    }

    func why(_ job: SequenceNumber, _ inSight: ProcessesInSight = .unknown) throws -> String {
        try storage.read { log in
            try JobExplanation(of: job, in: log) { inSight }.sentence
        }
    }

    func lastBody() throws -> EventBody? {
        try storage.read { log in try log.event(log.last) { try Event($0, at: log.last).body } }
    }

    /// Makes ready what is due at that second; answers the instant of the next.
    @discardableResult
    func lookAtDue(at second: Double) throws -> Instant? {
        try writer.turn(now: .second(second)) { turn in
            try turn.releaseDue(limit: 100)
        }
    }
}

@Suite struct `A job that was running when its process died` {
    @Test func `is claimed alone by a process that is idle`() throws {
        let scene = try Scene()
        let suspect = try scene.enqueue()
        try scene.die(try #require(try scene.claim(scene.first, 1).first))
        _ = try scene.enqueue()
        #expect(try scene.claim(scene.second, 5).map(\.job) == [suspect])
        #expect(try scene.claim(scene.second, 5) == [])
    }

    @Test func `waits until all else in the process has ended`() throws {
        let scene = try Scene()
        let suspect = try scene.enqueue { $0.priority = 1 }
        let dead = try #require(try scene.claim(scene.first, 1).first)
        let other = try scene.enqueue()
        let running = try #require(try scene.claim(scene.second, 1).first)
        #expect(running.job == other)
        try scene.die(dead)
        _ = try scene.enqueue()
        #expect(try scene.claim(scene.second, 5) == [])
        try scene.succeed(running)
        #expect(try scene.claim(scene.second, 5).map(\.job) == [suspect])
    }

    @Test func `is what others are said to wait for, before it is taken and while it runs`() throws {
        let scene = try Scene()
        let suspect = try scene.enqueue()
        let dead = try #require(try scene.claim(scene.first, 1).first)
        let waits = try scene.enqueue { $0.queue = "mail" }
        #expect(try scene.why(waits) == "It is the next of its queue mail and waits for a free worker.")
        try scene.die(dead)
        let behind = try scene.enqueue()
        let alone = "may have killed a process and runs alone"
        let ready = try scene.why(waits)
        #expect(ready.hasPrefix("It is the next of its queue mail and waits. Job \(suspect) is before it, \(alone)"))
        #expect(try scene.why(behind).contains("waits behind 1 others of its queue") && !ready.contains("worker"))
        #expect(try scene.why(suspect).contains("waits for a free worker, in a process that runs nothing else"))
        let running = try #require(try scene.claim(scene.second, 5).first)
        let why = " Job \(suspect) \(alone): process \(scene.second), which runs it, begins nothing beside it."
        #expect(try scene.why(waits) == "It is the next of its queue mail and waits." + why)
        try scene.succeed(running)
        #expect(try scene.why(waits) == "It is the next of its queue mail and waits for a free worker.")
    }

    @Test func `is not what those wait for that come before it`() throws {
        let scene = try Scene()
        let suspect = try scene.enqueue()
        let dead = try #require(try scene.claim(scene.first, 1).first)
        let urgent = try scene.enqueue { $0.priority = 1 }
        try scene.die(dead)
        #expect(try scene.why(urgent).contains("waits for a free worker."))
        try scene.writer.perform(.pauseQueue(Created.example().queue, reason: "", actor: .system))
        let other = try scene.enqueue { $0.queue = "mail" }
        #expect(try scene.why(other).contains("waits for a free worker."), "nobody claims job \(suspect)")
    }

    @Test func `is set aside as poison after three deaths`() throws {
        let scene = try Scene()
        let job = try scene.enqueue { $0.attempts = 11 }
        for _ in 0..<2 { try scene.die(try #require(try scene.claim(scene.first, 1).first)) }
        #expect(try scene.record(job)?.state == .enqueued)
        try scene.die(try #require(try scene.claim(scene.first, 1).first))
        #expect(try scene.record(job)?.state == .failed)
        guard case .failed(let failure)? = try scene.lastBody() else {
            Issue.record("it did not fail")
            return
        }
        #expect(failure.value.reason == "poison")
    }

    @Test func `is discarded with its last attempt where that is its rule, and not as poison`() throws {
        let scene = try Scene()
        let job = try scene.enqueue { ($0.attempts, $0.isDiscardedOnExhaustion) = (1, true) }
        try scene.die(try #require(try scene.claim(scene.first, 1).first))
        #expect(try scene.record(job)?.state == .cancelled)
        #expect(try scene.lastBody() == .cancelled(reason: "discarded: attempts exhausted"))
        let last = try #require(try scene.record(job)).last
        let events = try scene.storage.read { try $0.chain(of: job, endingAt: last) }
        #expect(events.map(\.kind) == [.created, .claimed, .interrupted, .cancelled])
        #expect(events.last?.cause == events[2].sequence)
        let poison = try scene.enqueue { ($0.attempts, $0.isDiscardedOnExhaustion) = (1, true) }
        try scene.die(try #require(try scene.claim(scene.first, 1).first), deathsMax: 1)
        #expect(try scene.record(poison)?.state == .failed)
    }

    @Test func `is set aside after as many deaths as the process that reports them is told`() throws {
        let scene = try Scene()
        let job = try scene.enqueue { $0.attempts = 11 }
        try scene.die(try #require(try scene.claim(scene.first, 1).first), deathsMax: 1)
        #expect(try scene.record(job)?.state == .failed)
    }
}

@Suite struct `The death of a process` {
    @Test func `is told once, by the first of those who saw it`() throws {
        let scene = try Scene()
        let before = try scene.storage.read { try $0.last }
        for _ in 0..<2 { try scene.writer.perform(.loseProcess(scene.first, by: .process(scene.second))) }
        #expect(try scene.storage.read { try $0.last } == before + 1)
    }
}

@Suite struct `A job whose processes are gone or quiet` {
    @Test func `is not said to run in one that is gone`() throws {
        let scene = try Scene()
        let job = try scene.enqueue()
        _ = try scene.claim(scene.first, 1)
        let told = [ProcessesInSight.unknown, .logged, .seen(alive: [scene.first], serving: [])]
        #expect(try told.allSatisfy { try scene.why(job, $0).hasPrefix("It is running: process \(scene.first)") })
        let gone = ProcessesInSight.seen(alive: [scene.second], serving: [scene.second])
        #expect(try scene.why(job, gone).hasPrefix("It was running: process \(scene.first)"))
        #expect(try scene.why(job, gone).contains("is gone"))
    }

    @Test func `is said to wait for one, unless all that are there were told to take no more`() throws {
        let scene = try Scene()
        let job = try scene.enqueue()
        func ask(_ process: SequenceNumber, _ wish: ProcessWish) throws {
            try scene.writer.perform(.askProcess(process, wish, reason: "", actor: .person("ann")))
        }
        let both = ProcessesInSight.seen(
            alive: [scene.first, scene.second], serving: [scene.first, scene.second])
        let one = ProcessesInSight.seen(alive: [scene.first, scene.second], serving: [scene.first])
        let none = ProcessesInSight.seen(alive: [scene.first], serving: [])
        #expect(try scene.why(job, none) == "It is ready, and no process has the store open to run it.")
        for sight in [.logged, both, one] { #expect(try scene.why(job, sight).contains("waits for a free worker")) }
        try ask(scene.first, .quiet)
        #expect(try scene.why(job, both).contains("waits for a free worker"))
        #expect(try scene.why(job, .logged).contains("waits for a free worker"))
        #expect(try scene.why(job, one).contains("process \(scene.first), the only one there, was told"))
        try ask(scene.second, .stop)
        for sight in [.logged, both] { #expect(try scene.why(job, sight).contains("all 2 processes that are there")) }
    }
}

@Suite struct `A queue` {
    @Test func `has work while a job of it is ready, runs or waits for a limit, and not for its counts alone`() throws {
        let scene = try Scene()
        func hasWork() throws -> [Bool] {
            try scene.storage.read { log in
                var books = Books()
                return try books.allQueues(in: log).enumerated().map {
                    // As if a bit of the count had flipped.
                    var record = $1
                    record.counts[Int(JobState.enqueued.rawValue)] += 256
                    return try record.hasWork(number: UInt32($0 + 1), in: log)
                }
            }
        }
        _ = try scene.enqueue()
        #expect(try hasWork() == [true])
        let claimed = try #require(try scene.claim(scene.first, 1).first)
        #expect(try hasWork() == [true])
        try scene.succeed(claimed)
        #expect(try hasWork() == [false])
        try scene.writer.perform(
            .limit(.key("account:7"), .concurrency(1), reason: "", actor: .person("ann")))
        _ = try scene.enqueue { $0.limitKeys = ["account:7"] }
        let second = try #require(try scene.claim(scene.first, 2).first)
        _ = try scene.enqueue { $0.limitKeys = ["account:7"] }
        #expect(try hasWork() == [true])
        try scene.succeed(second)
        #expect(try hasWork() == [true])
    }
}

@Suite struct `A job that expires` {
    @Test func `is cancelled at its instant and not before`() throws {
        let scene = try Scene()
        let job = try scene.enqueue { $0.expires = .second(10) }
        #expect(try scene.lookAtDue(at: 9.999999) == .second(10))
        #expect(try scene.record(job)?.state == .enqueued)
        #expect(try scene.lookAtDue(at: 10) == nil)
        #expect(try scene.record(job)?.state == .cancelled)
        guard case .cancelled(let reason)? = try scene.lastBody() else {
            Issue.record("it was not cancelled")
            return
        }
        #expect(reason.hasPrefix("expired"))
    }

    @Test func `is cancelled once if it is due at the same instant`() throws {
        let scene = try Scene()
        let job = try scene.enqueue {
            $0.due = .second(10)
            $0.expires = .second(10)
        }
        try scene.lookAtDue(at: 10)
        #expect(try scene.record(job)?.state == .cancelled)
        #expect(try scene.lookAtDue(at: 11) == nil)
    }

    @Test func `is cancelled once if it came due and expired since the last look`() throws {
        let scene = try Scene()
        let job = try scene.enqueue {
            $0.due = .second(5)
            $0.expires = .second(10)
        }
        let last = try scene.storage.read { try $0.last }
        try scene.lookAtDue(at: 20)
        #expect(try scene.record(job)?.state == .cancelled)
        #expect(try scene.storage.read { try $0.last } == last + 1)
    }

    @Test func `is not handed out when its instant has passed`() throws {
        let scene = try Scene()
        let job = try scene.enqueue { $0.expires = .second(10) }
        #expect(try scene.claim(scene.first, 1, at: 10) == [])
        #expect(try scene.record(job)?.state == .cancelled)
    }

    @Test func `is left alone once it was started`() throws {
        let scene = try Scene()
        let job = try scene.enqueue { $0.expires = .second(10) }
        _ = try scene.claim(scene.first, 1)
        #expect(try scene.lookAtDue(at: 20) == nil)
        #expect(try scene.record(job)?.state == .processing)
    }

    @Test func `expires after it was given back unstarted`() throws {
        let scene = try Scene()
        let job = try scene.enqueue { $0.expires = .second(10) }
        let claimed = try #require(try scene.claim(scene.first, 1).first)
        try scene.writer.perform(.release(job: job, token: claimed.token, reason: "no slot", actor: .system))
        try scene.lookAtDue(at: 10)
        #expect(try scene.record(job)?.state == .cancelled)
    }

    @Test(arguments: [true, false]) func `runs on though the run that began in time did not count`(
        isSnoozed: Bool
    ) throws {
        let scene = try Scene()
        let job = try scene.enqueue { $0.expires = .second(10) }
        let claimed = try #require(try scene.claim(scene.first, 1).first)
        try scene.writer.perform(
            isSnoozed
                ? .finish(job: job, token: claimed.token, .snoozed(microseconds: 4_000_000), actor: .system)
                : .interrupt(job: job, token: claimed.token, reason: "stopping", charged: false, actor: .system))
        #expect(try scene.record(job)?.attempt == 0)
        try scene.lookAtDue(at: 20)
        #expect(try scene.claim(scene.first, 1, at: 21).map(\.job) == [job])
    }

    @Test func `runs for a person who takes it up again`() throws {
        let scene = try Scene()
        let job = try scene.enqueue { $0.expires = .second(10) }
        try scene.lookAtDue(at: 10)
        try scene.writer.perform(.requeue(job: job, expected: nil, reason: "", actor: .person("ann")), at: 11)
        #expect(try scene.claim(scene.first, 1, at: 12).map(\.job) == [job])
    }
}
