// A job's own function, called as an engine calls it: in an engine of its own, in memory and in virtual time, so that
// steps, log lines, progress and further jobs go where they always go, and can be read afterwards.

public import Daybook
internal import DaybookLog
public import DaybookModel
internal import Synchronization

/// One run of a job in a test, and all that it said: it has whatever a `JobRun` has, such as `lines` and `counters`.
@dynamicMemberLookup
public struct TestRun<J: JobArguments>: Sendable {
    /// The engine that it ran in and nobody else uses: what it enqueued is found there.
    public let test: TestEngine
    /// The job's number there.
    public let id: JobID
    /// Where the job stands after the run.
    public let state: JobState?

    private let run: JobRun
    private let calls: TestCalls<J.Output>
    private let index: Int

    /// What the log has of the run.
    public subscript<Value>(dynamicMember path: KeyPath<JobRun, Value>) -> Value { run[keyPath: path] }

    /// The statistics that it kept, as what they were; nil if it kept none.
    public func statistics<Value: Codable & Sendable>(as type: Value.Type) throws -> Value? {
        try run.statistics(as: type)
    }

    /// What the job's function returned. Throws what it threw, `JobOutcome` included, and says so if it returned and
    /// that did not count, as when the result was too large.
    public var output: J.Output {
        get throws {
            let output = try calls.ends[index].result.get()
            guard run.end?.isSuccess != true else { return output }
            let why = run.end.map { "\($0.errorType): \($0.error)" } ?? run.reason
            throw UnmetExpectation(description: "The run returned, and that did not count: \(why)")
        }
    }

    /// The job's next run, when its time has come: after a failure or a snooze. The steps that are done are not done
    /// again. Throws if there is none.
    public func again() async throws -> TestRun { try await TestRun(test, id, calls, after: index) }
}

extension Job {
    /// Calls ``run(_:)`` as an engine would, with a context that is real, and gives back what it came to and said.
    ///
    ///     let run = try await ChargeOrder(order: 7).testRun(.tenant("acme"))
    ///     #expect(try run.output == "receipt 7")
    ///     #expect(run.steps.map(\.name) == ["charge", "ship"])
    ///
    /// Nothing has to be registered, no real time passes in `context.sleep(for:)`, and the options are those that the
    /// job is enqueued with. With an `attempt` above 1 the runs before it have failed without doing anything.
    public func testRun(_ options: JobOption..., attempt: Int = 1) async throws -> TestRun<Self> {
        try await TestRun(of: self, options, attempt) { job, context in try await job.run(context) }
    }
}

extension JobArguments {
    /// Calls `run` as an engine would call the handler of this job, and gives back what it came to and said.
    ///
    ///     let run = try await SendInvoice(number: 7).testRun { invoice, context in
    ///         try await send(invoice, through: mailer, context)
    ///     }
    public func testRun(
        _ options: JobOption..., attempt: Int = 1,
        _ run: @escaping @Sendable (Self, JobContext) async throws -> Output
    ) async throws -> TestRun<Self> {
        try await TestRun(of: self, options, attempt, run)
    }
}

/// The calls of one job's function, in order.
final class TestCalls<Output: Sendable>: Sendable {
    struct End: Sendable {
        let token: SequenceNumber
        let result: Result<Output, any Error>
    }

    private let all = Mutex<[End]>([])

    var ends: [End] { all.withLock { $0 } }

    func keep(_ context: JobContext, _ body: () async throws -> Output) async throws -> Output {
        let result: Result<Output, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        let end = End(token: context.token, result: result)
        all.withLock { $0.append(end) }
        return try result.get()
    }
}

extension TestRun {
    fileprivate init(
        of job: J, _ options: [JobOption], _ attempt: Int,
        _ run: @escaping @Sendable (J, JobContext) async throws -> J.Output
    ) async throws {
        let calls = TestCalls<J.Output>()
        let test = try TestEngine {
            $0.register(J.self) { job, context in try await calls.keep(context) { try await run(job, context) } }
        }
        let id = try await test.engine.enqueue([JobRequest(of: job, options)])[0].id
        if attempt > 1 { try await test.failRuns(of: id, before: attempt) }
        try await self.init(test, id, calls, after: -1)
    }

    /// The run that follows the one with the index.
    fileprivate init(_ test: TestEngine, _ id: JobID, _ calls: TestCalls<J.Output>, after index: Int) async throws {
        if calls.ends.count <= index + 1 { try await test.drain() }
        if calls.ends.count <= index + 1, let due = try test.engine.job(id)?.due {
            try await test.advance(by: .microseconds(max(0, due.microseconds - test.now.microseconds)))
        }
        guard calls.ends.count > index + 1 else {
            let state = try test.engine.state(of: id)?.name ?? "gone"
            throw UnmetExpectation(description: "Job \(id) does not run\(index < 0 ? "" : " again"): it is \(state).")
        }
        let token = calls.ends[index + 1].token
        guard let run = try test.engine.runs(of: id).first(where: { $0.token == token }) else {
            throw UnmetExpectation(description: "Job \(id) has been deleted, and what its run said is not to be had.")
        }
        self.init(
            test: test, id: id, state: try test.engine.state(of: id), run: run, calls: calls, index: index + 1)
    }
}

extension TestEngine {
    /// Writes down that the job has run, and failed, as often as it takes.
    fileprivate func failRuns(of id: JobID, before attempt: Int) async throws {
        if let due = try engine.job(id)?.due {
            try pass(by: .microseconds(max(0, due.microseconds - now.microseconds)))
        }
        guard let job = try engine.job(id), job.state == .enqueued, attempt <= job.attempts else {
            throw UnmetExpectation(description: "The job has no run \(attempt): it does not run so often, or waits.")
        }
        _ = try LogWriter(storage).turn(now: now) { turn in
            var life = RecordedLife(job: id.rawValue, process: engine.process, time: now, previous: job.lastEvent)
            for failed in 1..<UInt32(attempt) { try life.fail(failed, &turn) }
        }
        _ = try await engine.perform(.look)
    }
}
