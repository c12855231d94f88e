import DaybookLog
import DaybookModel
import Testing

/// A job that runs, in a log in memory.
private struct RunningJob {
    let storage = MemoryStorage()
    let writer: LogWriter
    let process: SequenceNumber
    let job: SequenceNumber
    private(set) var run: RunReference

    init(_ change: (inout Created) -> Void = { _ in }) throws {
        writer = try LogWriter.opened(storage)
        let started = ProcessStarted(processID: 1, host: "h", user: "u", program: "p", boot: "b")
        guard case .done(let process) = try writer.perform(.startProcess(Box(started))) else { throw Unexpected() }
        var created = Created.example()
        change(&created)
        guard case .created(let job) = try writer.perform(.enqueue(created)) else { throw Unexpected() }
        (self.process, self.job) = (process, job)
        run = RunReference(job: job, token: 0, attempt: 0, actor: .process(process))
        try claim()
    }

    struct Unexpected: Error {}

    mutating func claim() throws {
        let claim = Claim(process: process, queues: nil, slots: 1)
        guard case .claimed(let claimed) = try writer.perform(.claim(claim)), let first = claimed.first,
            first.job == job
        else { throw Unexpected() }
        run = RunReference(job: job, token: first.token, attempt: first.attempt, actor: .process(process, worker: 1))
    }

    @discardableResult
    func step(_ name: String, result: String = "") throws -> Answer {
        try writer.perform(.step(Box(Stepped(step: name, salt: 1, result: Array(result.utf8))), of: run))
    }

    @discardableResult
    func finish(_ outcome: Outcome = .succeeded(Succeeded(ranMicroseconds: 1))) throws -> Answer {
        try writer.perform(.finish(job: job, token: run.token, outcome, actor: run.actor))
    }

    func conclude(
        _ note: (inout RunNote) -> Void = { _ in }, _ outcome: Outcome = .succeeded(Succeeded(ranMicroseconds: 1)),
        jobs: [Created] = []
    ) throws -> Answer {
        var said = RunNote(run)
        note(&said)
        return try writer.perform(
            .conclude(Box(Conclusion(said, outcome, jobs: jobs.map(Box.init), random: 1, salt: 2))))
    }

    static func failure(isFinal: Bool = false) -> Outcome {
        .failed(
            Box(
                Outcome.Failure(
                    errorType: "E", error: "e", ranMicroseconds: 1, salt: 1, random: 0, isFinal: isFinal)))
    }

    func steps() throws -> [String] {
        try storage.read { try StepBook.of(job, in: $0).steps.map(\.name) }
    }

    func record(_ job: SequenceNumber? = nil) throws -> JobRecord? {
        try storage.read { try Books.storedJob(job ?? self.job, in: $0) }
    }

    /// The job's events from the newest back, as the chain of them has it.
    func chain() throws -> [Event] {
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

    func events() throws -> [Event] {
        try storage.read { log in
            var events: [Event] = []
            try log.events(from: 1) { sequence, value in
                events.append(try Event(value, at: sequence))
                return true
            }
            return events
        }
    }
}

private func names(_ events: [Event]) -> [String] {
    events.map { EventKind(rawValue: $0.body.kind)?.name ?? "?" }
}

@Suite struct `A step` {
    @Test func `is recorded with its result, as one of the job's events`() throws {
        let running = try RunningJob()
        try running.step("charge", result: "7")
        #expect(try running.steps() == ["charge"])
        #expect(try running.record()?.state == .processing)
        guard case .stepped(let stepped)? = try running.chain().last?.body else {
            Issue.record("\(try running.chain())")
            return
        }
        #expect(stepped.value == Stepped(step: "charge", salt: 1, result: [UInt8(ascii: "7")]))
    }

    @Test func `of a claim that is no longer in force is refused, and that is told`() throws {
        var running = try RunningJob()
        let late = running
        try running.writer.perform(
            .interrupt(
                job: running.job, token: running.run.token, reason: "lease", charged: false, actor: .system))
        try running.claim()
        guard case .stale = try late.step("charge") else {
            Issue.record("it was taken")
            return
        }
        #expect(try running.steps() == [])
        #expect(names(try running.chain()).last == "stale")
    }

    @Test func `with the name of one that is recorded is refused`() throws {
        let running = try RunningJob()
        try running.step("charge", result: "1")
        guard case .refused(let refusal) = try running.step("charge", result: "2") else {
            Issue.record("it was taken")
            return
        }
        #expect(refusal.code == .alreadyThere)
        #expect(try running.steps() == ["charge"])
    }

    @Test func `that is not named is refused`() throws {
        let running = try RunningJob()
        guard case .refused(let refusal) = try running.step("two words") else {
            Issue.record("it was taken")
            return
        }
        #expect(refusal.code == .badName)
    }

    @Test func `too many is refused, and the others stay`() throws {
        let running = try RunningJob()
        for number in 0..<StepBook.stepsMax { try running.step("s\(number)") }
        #expect(try running.step("one-more") == .refused(.tooManySteps))
        #expect(try running.steps().count == StepBook.stepsMax)
    }

    @Test func `is kept while the job is tried again, fails, is cancelled and is requeued`() throws {
        var running = try RunningJob { $0.retry = RetryPolicy.fixed(.zero).description }
        try running.step("one")
        try running.finish(RunningJob.failure())
        try running.claim()
        try running.step("two")
        try running.finish(RunningJob.failure(isFinal: true))
        #expect(try running.record()?.state == .failed)
        #expect(try running.steps() == ["one", "two"])
        let requeue = Command.requeue(job: running.job, expected: nil, reason: "", actor: .person("ann"))
        try running.writer.perform(requeue)
        try running.writer.perform(.cancel(job: running.job, expected: nil, reason: "", actor: .person("ann")))
        try running.writer.perform(requeue)
        try running.claim()
        #expect(try running.steps() == ["one", "two"])
    }

    @Test func `leaves the ledgers with the job's success`() throws {
        let running = try RunningJob()
        try running.step("one")
        try running.finish()
        #expect(try running.steps() == [])
        #expect(try running.record()?.flags.contains(.hasSteps) == false)
    }

    @Test func `leaves the ledgers with the job itself`() throws {
        let running = try RunningJob()
        try running.step("one")
        try running.writer.perform(.delete(job: running.job, reason: "", actor: .person("ann")))
        #expect(try running.steps() == [])
    }
}

@Suite struct `What a run says of itself` {
    private func say(_ note: inout RunNote) {
        note.logged = Logged(level: 3, howMany: 1, salt: 1, lines: ["line"])
        note.progressed = Progressed(millionths: 500_000, salt: 1, text: "half")
        note.reported = Reported(counters: Array("{\"n\":1}".utf8))
    }

    @Test func `stands before its outcome, in the same commit and in the job's chain`() throws {
        let running = try RunningJob()
        let before = try running.storage.read { try $0.last }
        #expect(try running.conclude(say) == .done(at: before + 4))
        let chain = try running.chain()
        #expect(names(chain).suffix(4) == ["logged", "progressed", "reported", "succeeded"])
        #expect(chain.suffix(4).allSatisfy { $0.token == running.run.token && $0.attempt == 1 })
        #expect(try running.storage.read { try $0.seal(endingAt: before + 4).count } == 4)
    }

    @Test func `is kept although its claim is lost, and what it came to is stale`() throws {
        let running = try RunningJob()
        try running.writer.perform(.cancel(job: running.job, expected: nil, reason: "", actor: .person("ann")))
        guard case .stale = try running.conclude(say) else {
            Issue.record("it counted")
            return
        }
        #expect(names(try running.chain()).suffix(5) == ["cancelled", "logged", "progressed", "reported", "stale"])
        #expect(try running.record()?.state == .cancelled)
    }

    @Test func `is kept with what it came to although its claim is lost`() throws {
        let running = try RunningJob()
        try running.writer.perform(.cancel(job: running.job, expected: nil, reason: "", actor: .person("ann")))
        let (job, token, actor) = (running.run.job, running.run.token, running.run.actor)
        let success = Succeeded(ranMicroseconds: 7, salt: 3, result: Array("[1]".utf8))
        let failure = Outcome.Failure(
            errorType: "Timeout", error: "it took long", ranMicroseconds: 9, salt: 4, random: 0, because: "timeout")
        try running.writer.perform(.finish(job: job, token: token, .succeeded(success), actor: actor))
        try running.writer.perform(.finish(job: job, token: token, .failed(Box(failure)), actor: actor))
        var (succeeded, failed) = (LateEnd(what: "succeeded"), LateEnd(what: "failed"))
        (succeeded.ranMicroseconds, succeeded.salt, succeeded.result) = (7, 3, success.result)
        (failed.ranMicroseconds, failed.salt, failed.reason) = (9, 4, "timeout")
        (failed.errorType, failed.error) = ("Timeout", "it took long")
        let events = try running.chain().suffix(2)
        #expect(events.map(\.body) == [.stale(Box(succeeded)), .stale(Box(failed))])
        #expect(LoggedEvent(events.last!, at: 1).lateRun?.error == "it took long")
        #expect(LoggedEvent(events.last!, at: 1).run == nil)
        #expect(events.last!.body.detail == "failed after 9 µs, too late: Timeout, timeout")
    }

    @Test func `keeps a step that was done when the claim was lost`() throws {
        let running = try RunningJob()
        try running.writer.perform(.cancel(job: running.job, expected: nil, reason: "", actor: .person("ann")))
        guard case .stale = try running.step("charge", result: "7") else {
            Issue.record("it counted")
            return
        }
        guard case .stale(let late)? = try running.chain().last?.body else {
            Issue.record("nothing is kept")
            return
        }
        #expect(late.value.step == "charge")
        #expect(late.value.result == [UInt8(ascii: "7")])
    }

    @Test func `while it goes on moves nothing`() throws {
        let running = try RunningJob()
        var note = RunNote(running.run)
        say(&note)
        try running.writer.perform(.note(Box(note)))
        #expect(try running.record()?.state == .processing)
        #expect(try running.record()?.token == running.run.token)
        #expect(try running.finish() == .done(at: 8))
        #expect(names(try running.chain()).suffix(4) == ["logged", "progressed", "reported", "succeeded"])
    }

    @Test func `is not kept for a job that is deleted`() throws {
        let running = try RunningJob()
        try running.writer.perform(.delete(job: running.job, reason: "", actor: .person("ann")))
        var note = RunNote(running.run)
        say(&note)
        guard case .refused(let refusal) = try running.writer.perform(.note(Box(note))) else {
            Issue.record("it was kept")
            return
        }
        #expect(refusal.code == .noSuchJob)
    }
}

@Suite struct `Jobs that a run leaves behind` {
    @Test func `are created by its success, in the same commit`() throws {
        let running = try RunningJob()
        let before = try running.storage.read { try $0.last }
        _ = try running.conclude(jobs: [.example("a"), .example("b")])
        let events = try running.events().suffix(3)
        #expect(names(Array(events)) == ["succeeded", "created", "created"])
        #expect(events.map(\.cause) == [0, before + 1, before + 1])
        #expect(try running.storage.read { try $0.seal(endingAt: before + 3).count } == 3)
    }

    @Test func `never were if the run fails`() throws {
        let running = try RunningJob()
        _ = try running.conclude({ _ in }, RunningJob.failure(), jobs: [.example("a")])
        #expect(!names(try running.events()).suffix(1).contains("created"))
        #expect(try running.events().count { if case .created = $0.body { true } else { false } } == 1)
    }

    @Test func `never were if its claim is lost`() throws {
        let running = try RunningJob()
        try running.writer.perform(.cancel(job: running.job, expected: nil, reason: "", actor: .person("ann")))
        _ = try running.conclude(jobs: [.example("a")])
        #expect(try running.events().count { if case .created = $0.body { true } else { false } } == 1)
    }

    @Test func `fail the run for good if one of them is refused, and none of them is there`() throws {
        let running = try RunningJob()
        _ = try running.conclude(jobs: [.example("a"), .example("not a name")])
        #expect(try running.record()?.state == .failed)
        #expect(try running.events().count { if case .created = $0.body { true } else { false } } == 1)
        guard case .failed(let failure)? = try running.events().last?.body else {
            Issue.record("it did not fail")
            return
        }
        #expect(failure.value.reason == "further jobs refused: not to be retried")
        #expect(failure.value.error.hasPrefix("Job 2 of 2: "))
    }

    @Test func `may take over the key of the job that ends`() throws {
        let running = try RunningJob { $0.key = "poll" }
        var next = Created.example()
        next.key = "poll"
        _ = try running.conclude(jobs: [next])
        let last = try running.storage.read { try $0.last }
        #expect(try running.record(last)?.state == .enqueued)
        #expect(try running.storage.read { try KeyBook.job(.unique, "poll", in: $0) } == last)
    }

    @Test func `that are there already are answered for by those, and the chain of events stays whole`() throws {
        let running = try RunningJob { $0.requestID = "r" }
        var same = Created.example()
        same.requestID = "r"
        _ = try running.conclude(jobs: [same])
        #expect(names(try running.chain()) == ["created", "claimed", "succeeded", "duplicate"])
    }
}
