import DaybookLog
import DaybookModel
import Testing

/// A log in memory, with a process that can claim.
private struct Keys {
    let storage = MemoryStorage()
    let writer: LogWriter
    let process: SequenceNumber

    init() throws {
        writer = try LogWriter.opened(storage)
        let started = ProcessStarted(processID: 1, host: "h", user: "u", program: "p", boot: "b")
        guard case .done(let process) = try writer.perform(.startProcess(Box(started))) else { throw Unexpected() }
        self.process = process
    }

    struct Unexpected: Error {}

    func enqueue(
        _ uniqueness: Uniqueness = .unfinished, _ policy: ConflictPolicy = .existing, at second: Double = 1,
        _ change: (inout Created) -> Void = { _ in }
    ) throws -> Answer {
        var created = Created.example()
        created.key = "k"
        created.uniqueness = uniqueness
        change(&created)
        return try writer.perform(.enqueue(Box(created), onConflict: policy), at: second)
    }

    @discardableResult
    func made(
        _ uniqueness: Uniqueness = .unfinished, at second: Double = 1, _ change: (inout Created) -> Void = { _ in }
    ) throws -> SequenceNumber {
        guard case .created(let job) = try enqueue(uniqueness, at: second, change) else { throw Unexpected() }
        return job
    }

    func claim() throws -> Claimed {
        let claim = Claim(process: process, queues: nil, slots: 1)
        guard case .claimed(let claimed) = try writer.perform(.claim(claim)), let first = claimed.first else {
            throw Unexpected()
        }
        return first
    }

    func finish(_ claimed: Claimed, _ outcome: Outcome = .succeeded(Succeeded(ranMicroseconds: 1))) throws {
        _ = try writer.perform(
            .finish(job: claimed.job, token: claimed.token, outcome, actor: .process(process)))
    }

    func record(_ job: SequenceNumber) throws -> JobRecord? { try storage.read { try Books.storedJob(job, in: $0) } }

    func arguments(of job: SequenceNumber) throws -> String {
        try writer.turn(now: .second(9)) { String(decoding: try $0.created(job).value.arguments, as: UTF8.self) }
    }

    /// The rows of keys as the dump shows them.
    func keyRows() throws -> [Substring] {
        try storage.liveDump().split(separator: "\n").filter {
            $0.contains("\"kind\":\"unique\"") || $0.contains("\"window\"")
        }
    }

    func equalsReplay() throws -> Bool {
        let replay = Replay(storage)
        try replay.advance(to: .sequence(try storage.read { try $0.last }))
        return try replay.dump.text() == storage.liveDump()
    }
}

extension Answer {
    fileprivate var isDuplicate: Bool { if case .duplicate = self { true } else { false } }
    fileprivate var code: Refusal.Code? { if case .refused(let refusal) = self { refusal.code } else { nil } }
}

@Suite struct `A unique key` {
    @Test func `that holds while its job waits is free once the job runs`() throws {
        let keys = try Keys()
        try keys.made(.waiting)
        #expect(try keys.enqueue(.waiting).isDuplicate)
        _ = try keys.claim()
        #expect(try !keys.enqueue(.waiting).isDuplicate)
        #expect(try keys.equalsReplay())
    }

    @Test func `that holds while its job waits holds again when the job comes back, unless another has it`() throws {
        let keys = try Keys()
        let first = try keys.made(.waiting)
        try keys.finish(try keys.claim(), .snoozed(microseconds: 5_000_000))
        #expect(try keys.enqueue(.waiting).isDuplicate)
        _ = try keys.writer.perform(.requeue(job: first, expected: nil, reason: "", actor: .system))
        let claimed = try keys.claim()
        let second = try keys.made(.waiting)
        try keys.finish(claimed, .snoozed(microseconds: 5_000_000))
        guard case .duplicate(let holder, _) = try keys.enqueue(.waiting) else {
            Issue.record("nobody holds the key")
            return
        }
        #expect(holder == second)
        #expect(try keys.equalsReplay())
    }

    @Test func `for a window holds until its end to the microsecond, whatever becomes of the job`() throws {
        let keys = try Keys()
        let job = try keys.made(.window(microseconds: 10_000_000), at: 1)
        try keys.finish(try keys.claim())
        _ = try keys.writer.perform(.delete(job: job, reason: "", actor: .system))
        #expect(try keys.enqueue(.unfinished, at: 10.999999).isDuplicate)
        guard case .created(let second) = try keys.enqueue(.unfinished, at: 11) else {
            Issue.record("the window did not end")
            return
        }
        #expect(second > job)
        #expect(try keys.keyRows().allSatisfy { !$0.contains("window") })
        #expect(try keys.equalsReplay())
    }

    @Test func `for a window is not freed by a later job of the same key that ends`() throws {
        let keys = try Keys()
        try keys.made(.window(microseconds: 1_000_000), at: 1)
        try keys.made(.unfinished, at: 2)
        try keys.finish(try keys.claim())
        try keys.finish(try keys.claim())
        try keys.made(.window(microseconds: 100_000_000), at: 3)
        #expect(try keys.enqueue(at: 4).isDuplicate)
        #expect(try keys.equalsReplay())
    }

    @Test func `for a window leaves no rows behind for ever`() throws {
        let keys = try Keys()
        for number in 0..<200 {
            _ = try keys.enqueue(.window(microseconds: 1_000_000), at: Double(number)) { $0.key = "k\(number)" }
        }
        // Those of the last second, and one more for each.
        #expect(try keys.keyRows().count <= 6)
        #expect(try keys.equalsReplay())
    }

    @Test func `can have its job replaced: it keeps its id and runs with the new arguments`() throws {
        let keys = try Keys()
        let job = try keys.made()
        let answer = try keys.enqueue(.unfinished, .replace) { $0.arguments = Array("[2]".utf8) }
        #expect(answer == .duplicate(job: job, at: job + 2))
        #expect(try keys.arguments(of: job) == "[2]")
        _ = try keys.enqueue(.unfinished, .replace) { $0.arguments = Array("[3]".utf8) }
        #expect(try keys.arguments(of: job) == "[3]")
        #expect(try keys.claim().job == job)
        #expect(try keys.equalsReplay())
    }

    @Test func `can have its job replaced in the turn that claims it`() throws {
        let keys = try Keys()
        let job = try keys.made()
        var created = Created.example(arguments: "[5]")
        created.key = "k"
        let arguments = try keys.writer.turn(now: .second(2)) { turn in
            _ = try turn.perform(.enqueue(Box(created), onConflict: .replace))
            _ = try turn.perform(.claim(Claim(process: keys.process, queues: nil, slots: 1)))
            return try turn.created(job).value.arguments
        }
        #expect(arguments == Array("[5]".utf8))
    }

    @Test func `can have its job's time replaced`() throws {
        let keys = try Keys()
        let job = try keys.made()
        _ = try keys.enqueue(.unfinished, .replace) { $0.due = .second(50) }
        let record = try keys.record(job)
        #expect(record?.state == .scheduled && record?.due == .second(50))
        _ = try keys.enqueue(.unfinished, .replace)
        #expect(try keys.record(job)?.due == .second(50))
        #expect(try keys.equalsReplay())
    }

    @Test func `does not have its job replaced once that has started, or by a job of another name`() throws {
        let keys = try Keys()
        try keys.made()
        #expect(try keys.enqueue(.unfinished, .replace) { $0.name = "report" }.code == .badOption)
        let claimed = try keys.claim()
        #expect(try keys.enqueue(.unfinished, .replace).code == .wrongState)
        try keys.finish(claimed, .snoozed(microseconds: 1))
        #expect(try keys.enqueue(.unfinished, .replace).code == .wrongState)
    }

    @Test func `can have the arguments of a job replaced that waits for another, but not its time`() throws {
        let keys = try Keys()
        let parent = try keys.made { $0.key = nil }
        let job = try keys.made { $0.after = [Dependency(.job(parent))] }
        _ = try keys.enqueue(.unfinished, .replace) { $0.arguments = Array("[2]".utf8) }
        #expect(try keys.arguments(of: job) == "[2]")
        #expect(try keys.record(job)?.state == .awaiting)
        #expect(try keys.enqueue(.unfinished, .replace) { $0.due = .second(50) }.code == .wrongState)
        #expect(try keys.enqueue(.unfinished, .reschedule).code == .wrongState)
        try keys.finish(try keys.claim())
        #expect(try keys.claim().job == job)
        #expect(try keys.equalsReplay())
    }

    @Test func `can have its job's time replaced alone`() throws {
        let keys = try Keys()
        let job = try keys.made { $0.arguments = Array("[1]".utf8) }
        let answer = try keys.enqueue(.unfinished, .reschedule) {
            $0.due = .second(50)
            $0.arguments = Array("[2]".utf8)
        }
        #expect(answer == .duplicate(job: job, at: job + 2))
        #expect(try keys.record(job)?.due == .second(50))
        #expect(try keys.arguments(of: job) == "[1]")
        // Without a time it is to run now.
        _ = try keys.enqueue(.unfinished, .reschedule, at: 3)
        #expect(try keys.record(job)?.due == .second(3))
        #expect(try keys.equalsReplay())
    }

    @Test func `of a finished job keeps it from being requeued while another unfinished one has it`() throws {
        let keys = try Keys()
        let first = try keys.made()
        let cancel = Command.cancel(job: first, expected: nil, reason: "", actor: .person("ann"))
        let requeue = Command.requeue(job: first, expected: nil, reason: "", actor: .person("ann"))
        _ = try keys.writer.perform(cancel)
        let second = try keys.made()
        #expect(try keys.writer.perform(requeue).code == .alreadyThere)
        try keys.finish(try keys.claim())
        guard case .done = try keys.writer.perform(requeue) else { throw Keys.Unexpected() }
        #expect(try keys.enqueue() == .duplicate(job: first, at: second + 4))
        #expect(try keys.equalsReplay())
    }

    @Test func `is refused where that is wanted, and says who has it`() throws {
        let keys = try Keys()
        try keys.made(.window(microseconds: 5_000_000))
        #expect(try keys.enqueue(.unfinished, .refuse).code == .alreadyThere)
    }

    @Test func `is needed for a window, which has to last`() throws {
        let keys = try Keys()
        #expect(try keys.enqueue(.window(microseconds: 0)).code == .badOption)
        #expect(try keys.enqueue(.waiting) { $0.key = nil }.code == .badOption)
    }
}
