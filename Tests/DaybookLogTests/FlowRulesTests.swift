import DaybookLog
import DaybookModel
import Testing

/// A log in memory with a process that can run any of its jobs.
struct FlowStage {
    let storage = MemoryStorage()
    let writer: LogWriter
    let process: SequenceNumber

    struct Unexpected: Error {}

    init() throws {
        writer = try LogWriter.opened(storage)
        let started = ProcessStarted(processID: 1, host: "h", user: "u", program: "p", boot: "b")
        guard case .done(let process) = try writer.perform(.startProcess(Box(started))) else { throw Unexpected() }
        self.process = process
    }

    static func job(after: [Dependency] = [], _ change: (inout Created) -> Void = { _ in }) -> Created {
        var created = Created.example()
        created.attempts = 1
        created.after = after
        change(&created)
        return created
    }

    func add(after dependencies: Dependency..., change: (inout Created) -> Void = { _ in }) throws -> SequenceNumber {
        let answer = try writer.perform(.enqueue(FlowStage.job(after: dependencies, change)))
        guard case .created(let job) = answer else { throw Unexpected() }
        return job
    }

    func refusal(after dependencies: Dependency...) throws -> Refusal? {
        guard case .refused(let refusal) = try writer.perform(.enqueue(FlowStage.job(after: dependencies))) else {
            return nil
        }
        return refusal
    }

    /// Claims whatever is ready, and ends `job` as told; the others are given back.
    func end(_ job: SequenceNumber, _ outcome: Outcome = .succeeded(Succeeded(ranMicroseconds: 1))) throws {
        let claim = Claim(process: process, queues: nil, slots: 1_000)
        guard case .claimed(let claimed) = try writer.perform(.claim(claim)) else { throw Unexpected() }
        var hasEnded = false
        for one in claimed {
            if one.job == job {
                try writer.perform(
                    .finish(job: job, token: one.token, outcome, actor: .process(process, worker: 1)))
                hasEnded = true
            } else {
                try writer.perform(.release(job: one.job, token: one.token, reason: "", actor: .process(process)))
            }
        }
        guard hasEnded else { throw Unexpected() }
    }

    func fail(_ job: SequenceNumber) throws {
        try end(
            job,
            .failed(
                Box(Outcome.Failure(errorType: "E", error: "e", ranMicroseconds: 1, salt: 1, random: 0))))
    }

    @discardableResult
    func cancel(_ job: SequenceNumber) throws -> Answer {
        try writer.perform(.cancel(job: job, expected: nil, reason: "no longer wanted", actor: .person("ann")))
    }

    @discardableResult
    func requeue(_ job: SequenceNumber) throws -> Answer {
        try writer.perform(.requeue(job: job, expected: nil, reason: "", actor: .person("ann")))
    }

    func delete(_ job: SequenceNumber) throws {
        try writer.perform(.delete(job: job, reason: "old", actor: .person("ann")))
    }

    /// Tells all that are to be told, so many a turn. Answers how many turns that took.
    @discardableResult
    func tell(limit: Int = 1_000) throws -> Int {
        var turns = 1
        while try writer.turn(now: .second(2), { try $0.goOnTelling(limit: limit) }) { turns += 1 }
        return turns
    }

    func state(_ job: SequenceNumber) throws -> JobState? {
        try storage.read { try Books.storedJob(job, in: $0)?.state }
    }

    func rows(_ table: Table) throws -> Int {
        try storage.read { log in
            var count = 0
            try RowKey.number(0).withBytes { start in
                try log.scan(table, from: start) { _, _ in
                    count += 1
                    return true
                }
            }
            return count
        }
    }

    func events(of job: SequenceNumber) throws -> [Event] {
        try storage.read { log in
            var events: [Event] = []
            var next = try Books.storedJob(job, in: log)?.last ?? 0
            while next > 0, let event = try log.event(next, { try Event($0, at: next) }) {
                events.append(event)
                next = event.previous
            }
            return events.reversed()
        }
    }

    func cancelReason(_ job: SequenceNumber) throws -> String? {
        for event in try events(of: job).reversed() {
            if case .cancelled(let reason) = event.body { return reason }
        }
        return nil
    }

    /// A fold of the log gives the rows that are there.
    func checkFold() throws {
        let replay = Replay(storage)
        try replay.advance(to: .end)
        #expect(try replay.dump.text() == storage.liveDump())
    }
}

extension Dependency {
    static func on(_ job: SequenceNumber, _ condition: AfterCondition = .success) -> Dependency {
        Dependency(.job(job), condition)
    }
}

@Suite struct `A job after others` {
    @Test(arguments: [
        (AfterCondition.success, JobState.enqueued, JobState.cancelled, JobState.cancelled),
        (.failure, .cancelled, .enqueued, .cancelled),
        (.any, .enqueued, .enqueued, .enqueued),
    ])
    func `runs or is cancelled as its condition says`(
        condition: AfterCondition, afterSuccess: JobState, afterFailure: JobState, afterCancel: JobState
    ) throws {
        let ends: [(JobState, (FlowStage, SequenceNumber) throws -> Void)] = [
            (afterSuccess, { try $0.end($1) }), (afterFailure, { try $0.fail($1) }),
            (afterCancel, { try $0.cancel($1) }),
        ]
        for (expected, end) in ends {
            let stage = try FlowStage()
            let parent = try stage.add()
            let early = try stage.add(after: .on(parent, condition))
            #expect(try stage.state(early) == .awaiting)
            try end(stage, parent)
            #expect(try stage.state(early) == expected)
            let late = try stage.add(after: .on(parent, condition))
            #expect(try stage.state(late) == expected)
            try stage.checkFold()
        }
    }

    @Test func `waits for all of them, and says what led to its being ready`() throws {
        let stage = try FlowStage()
        let parents = [try stage.add(), try stage.add(), try stage.add()]
        let child = try stage.add(after: .on(parents[0]), .on(parents[1], .any), .on(parents[2], .failure))
        try stage.end(parents[0])
        try stage.cancel(parents[1])
        #expect(try stage.state(child) == .awaiting)
        try stage.fail(parents[2])
        #expect(try stage.state(child) == .enqueued)
        let told = try stage.events(of: child).compactMap { event -> SequenceNumber? in
            guard case .parentEnded(let parent, _) = event.body, event.cause > parent else { return nil }
            return parent
        }
        #expect(told == parents)
        #expect(try stage.rows(.children) == 0)
        #expect(try stage.rows(.conditions) == 0)
    }

    @Test func `that can no longer run is cancelled with the reason, and so are those behind it`() throws {
        let stage = try FlowStage()
        let parent = try stage.add()
        let child = try stage.add(after: .on(parent))
        let grandchild = try stage.add(after: .on(child))
        let cleaner = try stage.add(after: .on(child, .any))
        try stage.fail(parent)
        try stage.tell()
        #expect(try stage.cancelReason(child) == "it was to run after the success of job \(parent), which failed")
        #expect(
            try stage.cancelReason(grandchild) == "it was to run after the success of job \(child), which was cancelled"
        )
        #expect(try stage.state(cleaner) == .enqueued)
        try stage.checkFold()
    }

    @Test func `waits again when what failed is taken up again, and so do those behind it`() throws {
        let stage = try FlowStage()
        let parent = try stage.add()
        let other = try stage.add()
        let child = try stage.add(after: .on(parent), .on(other))
        let grandchild = try stage.add(after: .on(child))
        try stage.fail(parent)
        try stage.tell()
        try stage.cancel(other)
        try stage.tell()
        try stage.requeue(parent)
        try stage.tell()
        #expect(try stage.state(child) == .cancelled, "the other one stands in its way still")
        try stage.requeue(other)
        try stage.tell()
        #expect(try stage.state(child) == .awaiting)
        #expect(try stage.state(grandchild) == .awaiting)
        for job in [parent, other, child] { try stage.end(job) }
        #expect(try stage.state(grandchild) == .enqueued)
        #expect(try stage.rows(.children) == 0)
        #expect(try stage.rows(.conditions) == 0)
        try stage.checkFold()
    }

    @Test func `is not due before its own instant either`() throws {
        let stage = try FlowStage()
        let parent = try stage.add()
        let child = try stage.add(after: .on(parent)) { $0.due = .second(60) }
        try stage.end(parent)
        #expect(try stage.state(child) == .scheduled)
        _ = try stage.writer.turn(now: .second(61)) { try $0.releaseDue(limit: 10) }
        #expect(try stage.state(child) == .enqueued)
    }

    @Test func `that a person cancels or requeues waits for nothing any more`() throws {
        let stage = try FlowStage()
        let parent = try stage.add()
        let cancelled = try stage.add(after: .on(parent))
        let requeued = try stage.add(after: .on(parent))
        try stage.cancel(cancelled)
        try stage.requeue(requeued)
        #expect(try stage.state(requeued) == .enqueued)
        #expect(try stage.rows(.children) == 0)
        try stage.end(parent)
        #expect(try stage.state(cancelled) == .cancelled)
        try stage.checkFold()
    }

    @Test func `that expires while it waits is cancelled, and told so to those behind it`() throws {
        let stage = try FlowStage()
        let child = try stage.add(after: .on(try stage.add())) { $0.expires = .second(30) }
        let grandchild = try stage.add(after: .on(child))
        _ = try stage.writer.turn(now: .second(31)) { try $0.releaseDue(limit: 10) }
        try stage.tell()
        #expect(try stage.state(child) == .cancelled)
        #expect(try stage.state(grandchild) == .cancelled)
        try stage.checkFold()
    }

    @Test func `hears of the end of one that is deleted, unfinished or not`() throws {
        let stage = try FlowStage()
        let (one, other) = (try stage.add(), try stage.add())
        let (child, cleaner) = (try stage.add(after: .on(one)), try stage.add(after: .on(one, .any)))
        try stage.delete(one)
        #expect(try stage.state(child) == .cancelled)
        #expect(try stage.state(cleaner) == .enqueued)
        try stage.end(other)
        try stage.delete(other)
        #expect(try stage.refusal(after: .on(other))?.code == .noSuchParent)
        let end = try #require(try stage.storage.endOfDeleted(other))
        let late = try stage.add(after: Dependency(.job(other), .success, end: end))
        #expect(try stage.state(late) == .enqueued)
        #expect(try stage.storage.endOfDeleted(one)?.state == .cancelled)
        #expect(try stage.storage.endOfDeleted(1) == nil)
        try stage.checkFold()
    }

    @Test func `is refused if it would wait for nobody, for one twice, or for too many`() throws {
        let stage = try FlowStage()
        let parent = try stage.add()
        #expect(try stage.refusal(after: .on(999))?.description.hasPrefix("There is no job 999 to wait for") == true)
        #expect(try stage.refusal(after: .on(parent), .on(parent, .failure))?.code == .badOption)
        let many = try (0...Dependency.parentsMax).map { _ in Dependency.on(try stage.add()) }
        guard case .refused(let refusal) = try stage.writer.perform(.enqueue(FlowStage.job(after: many))) else {
            Issue.record("it was taken")
            return
        }
        #expect(refusal.description.hasPrefix("A job can wait for 100 others"))
    }

    @Test func `learns of its end in parts, if very many do, and a requeue in between is not lost`() throws {
        let stage = try FlowStage()
        let parent = try stage.add()
        let children = try (0..<300).map { _ in try stage.add(after: .on(parent)) }
        try stage.fail(parent)
        #expect(try children.allSatisfy { try stage.state($0) == .awaiting })
        let more = try stage.writer.turn(now: .second(2)) { try $0.goOnTelling(limit: 100) }
        #expect(more)
        let cancelled = try children.count { try stage.state($0) == .cancelled }
        #expect((1..<300).contains(cancelled))
        try stage.checkFold()
        try stage.requeue(parent)
        #expect(try stage.tell(limit: 100) > 1)
        #expect(try children.allSatisfy { try stage.state($0) == .awaiting })
        try stage.end(parent)
        try stage.tell(limit: 100)
        #expect(try children.allSatisfy { try stage.state($0) == .enqueued })
        #expect(try stage.rows(.children) == 0)
        #expect(try stage.rows(.conditions) == 0)
        try stage.checkFold()
    }

    @Test func `hears the rest from another writer, if the first one is gone`() throws {
        let stage = try FlowStage()
        let parent = try stage.add()
        let children = try (0..<100).map { _ in try stage.add(after: .on(parent)) }
        try stage.end(parent)
        _ = try stage.writer.turn(now: .second(2)) { try $0.goOnTelling(limit: 30) }
        let other = LogWriter(stage.storage)
        while try other.turn(now: .second(3), { try $0.goOnTelling(limit: 30) }) {}
        #expect(try children.allSatisfy { try stage.state($0) == .enqueued })
        try stage.checkFold()
    }

    @Test func `costs nothing where nobody waits`() throws {
        let stage = try FlowStage()
        let job = try stage.add()
        let before = try stage.storage.read { try $0.last }
        try stage.end(job)
        try stage.tell()
        let after = try stage.storage.read { try $0.last }
        #expect(after == before + 2, "claimed and succeeded")
    }
}

@Suite struct `Jobs enqueued together that wait for each other` {
    private func enqueue(_ stage: FlowStage, _ jobs: [Created]) throws -> Answer {
        try stage.writer.perform(.enqueueTogether(jobs.map(Box.init), onConflict: .existing))
    }

    private func sibling(_ index: Int, _ condition: AfterCondition = .success) -> Dependency {
        Dependency(.sibling(index), condition)
    }

    @Test func `run in the order that they say`() throws {
        let stage = try FlowStage()
        let answer = try enqueue(
            stage,
            [
                FlowStage.job(), FlowStage.job(after: [sibling(0)]), FlowStage.job(after: [sibling(0)]),
                FlowStage.job(after: [sibling(1), sibling(2)]), FlowStage.job(after: [sibling(3, .failure)]),
            ])
        guard case .together(let answers) = answer else { throw FlowStage.Unexpected() }
        let jobs = answers.compactMap { if case .created(let job) = $0 { job } else { nil } }
        #expect(try jobs.map { try stage.state($0) } == [.enqueued, .awaiting, .awaiting, .awaiting, .awaiting])
        for job in jobs[0...3] { try stage.end(job) }
        #expect(try stage.state(jobs[4]) == .cancelled)
        try stage.checkFold()
    }

    @Test func `are none, if one would wait for itself or for one behind it`() throws {
        let stage = try FlowStage()
        for index in [1, 2, -1] {
            let answer = try enqueue(
                stage, [FlowStage.job(), FlowStage.job(after: [sibling(index)]), FlowStage.job()])
            guard case .refused(let refusal) = answer else { throw FlowStage.Unexpected() }
            #expect(refusal.description.hasSuffix("None of them was enqueued."))
        }
        #expect(try stage.rows(.jobs) == 0)
    }

    @Test func `are cancelled along a path that cannot be gone, and take up what is there already`() throws {
        let stage = try FlowStage()
        let failed = try stage.add()
        let there = try stage.add { $0.key = "k" }
        try stage.end(there)
        let again = try stage.add { $0.requestID = "r" }
        try stage.fail(failed)
        try stage.end(again)
        let answer = try enqueue(
            stage,
            [
                FlowStage.job(after: [.on(failed)]), FlowStage.job(after: [sibling(0)]),
                FlowStage.job { $0.requestID = "r" }, FlowStage.job(after: [sibling(2)]),
            ])
        guard case .together(let answers) = answer, case .created(let first) = answers[0],
            case .created(let second) = answers[1], case .created(let last) = answers[3]
        else { throw FlowStage.Unexpected() }
        #expect(try stage.state(first) == .cancelled)
        #expect(try stage.state(second) == .cancelled)
        #expect(try stage.state(last) == .enqueued)
        try stage.checkFold()
    }
}
