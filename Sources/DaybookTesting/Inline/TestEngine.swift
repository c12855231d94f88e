public import Daybook
internal import DaybookLog
internal import DaybookModel
internal import Synchronization

/// A real engine for tests: its log is in memory, its clock moves when you say so, and its jobs run in the test, one
/// after the other, when you say so.
///
///     let test = try TestEngine { $0.register(SendMail.self) }
///     try await signUp("ada", engine: test.engine)
///     try test.expectEnqueued(SendMail.self) { $0.to == "ada" }
///     try await test.drain()
///     try await test.advance(by: .seconds(3600))
///
/// Nothing sleeps and nothing runs in the background, so a test is as fast as its jobs and the same each time. Jobs
/// that wait should do so with `JobContext.sleep(for:)` and ask `JobContext.now` what time it is. One task
/// drives it.
public final class TestEngine: Sendable {
    /// What the program under test is given.
    public let engine: JobEngine
    let storage: MemoryStorage
    private let time: VirtualTime
    private let driver: InlineDriver
    private let executor = VirtualExecutor()
    private let workers: Int
    let host: HostFacts
    let neighbours = TestNeighbours()

    /// An engine with an empty log, at noon of a day without anything special unless `start` says otherwise.
    ///
    /// `options` are those of a real engine: middleware, observers, limits, retention. Its lease is never lost here,
    /// and alerts are not sent. What needs a folder (encryption, archives, checkpoints) is refused.
    public init(
        workers: Int = 1, start: Instant? = nil, seed: UInt64 = 1, options: EngineOptions = EngineOptions(),
        _ register: (inout JobRegistry) -> Void
    ) throws {
        guard !options.needsFolder else {
            throw Refusal(
                .badOption,
                "A test engine keeps its log in memory; encryption, archives and checkpoints need a folder. Leave them "
                    + "out of its options, or open a JobEngine in a temporary folder.")
        }
        self.workers = max(1, workers)
        let time = VirtualTime(start: start ?? VirtualTime.start)
        let driver = InlineDriver(time)
        let storage = try VirtualHost.store(time, identity: seed)
        host = VirtualHost.facts(processID: 1, boot: 1, time: time, seed: seed)
        var environment = EngineEnvironment(
            storage: storage, bell: VirtualBell { driver.doRounds() }, signs: VirtualSigns(time),
            neighbours: { [neighbours] in neighbours.all }, exits: { [neighbours] in neighbours.watch($0) }, host: host,
            clock: time.clock, driver: driver)
        // The writer need not look around for what nobody announces, so years pass in a moment.
        environment.idleNanosecondsMax = VirtualTime.nanosecondsMax
        var options = options
        options.lease = .nanoseconds(VirtualTime.nanosecondsMax)
        // Nobody is there to be told.
        options.alerts = []
        engine = try JobEngine.open(in: environment, program: "test", options: options, register)
        self.time = time
        self.driver = driver
        self.storage = storage
        driver.doRounds()
    }

    /// What time it is.
    public var now: Instant { time.now }

    /// Runs all that is ready, and all that becomes ready by that, until nothing is. Jobs that are due later are not;
    /// time moves only as far as running jobs sleep. A job that waits for the outside world is waited for, one that
    /// waits for the window of a rate is not.
    public func drain() async throws {
        let ended = EndOfWork()
        let working = Task(executorPreference: executor) { [engine, workers] in
            do {
                try await engine.run(workers: workers)
                ended.note(nil)
            } catch {
                ended.note(error)
            }
        }
        while try hasWork() { try await doOneThing(mayPassTime: true) }
        working.cancel()
        while !ended.hasCome { try await doOneThing(mayPassTime: false) }
        if let error = ended.error { throw error }
    }

    /// Lets time pass. What comes due on the way runs, each at its time. Time does not go back, and a test has a
    /// hundred years; what is asked for beyond that is refused.
    public func advance(by duration: Duration) async throws {
        let end = try end(of: duration)
        try await drain()
        while true {
            let next = min(driver.wakesAt, time.nextWake ?? .max)
            guard next < end, time.monotonicNanoseconds < end else { break }
            pass(to: max(next, time.monotonicNanoseconds + 1_000))
            try await drain()
        }
        pass(to: end)
        try await drain()
    }

    /// Says goodbye in the log. Without it, all goes when the engine does.
    public func close() async throws { try await engine.close() }

    // MARK: Driving

    private func end(of duration: Duration) throws -> UInt64 {
        guard duration >= .zero, let end = time.monotonic(after: duration) else {
            throw Refusal(
                .badOption,
                "Time cannot pass by \(duration) here: it does not go back, and a test has a hundred years in all.")
        }
        return end
    }

    /// Lets time pass without any work.
    func pass(by duration: Duration) throws { pass(to: try end(of: duration)) }

    private func pass(to nanoseconds: UInt64) {
        time.advance(to: nanoseconds)
        time.wakeSleepers()
        driver.doRounds()
    }

    /// What a limit holds up until a window opens or another job ends is not ready, and no work.
    private func hasWork() throws -> Bool {
        if !executor.isIdle { return true }
        // What a large cancellation or release leaves for the next turn is done in it.
        repeat { driver.doRounds() } while driver.wakesAt <= time.monotonicNanoseconds && executor.isIdle
        if !executor.isIdle { return true }
        return try storage.read { log in
            var books = Books()
            return try books.allQueues(in: log).enumerated().contains { index, queue in
                if queue[.processing] > 0 { return true }
                guard !queue.isPaused, !QueueRecord.isReserved(queue.name), queue[.enqueued] > 0 else { return false }
                return try ReadyAge.hasReady(UInt32(index + 1), in: log) && !LimitUse.isFull(queue, at: now, in: log)
            }
        }
    }

    private func doOneThing(mayPassTime: Bool) async throws {
        if executor.runOne() { return }
        driver.doRounds()
        guard executor.isIdle else { return }
        if mayPassTime, let wake = time.nextWake { return pass(to: min(wake, max(driver.wakesAt, now(plus: 1)))) }
        await executor.waitForStep()
    }

    private func now(plus microseconds: UInt64) -> UInt64 { time.monotonicNanoseconds + microseconds * 1_000 }
}

/// Whether the workers have gone home.
private final class EndOfWork: Sendable {
    private let state = Mutex<(hasCome: Bool, error: (any Error)?)>((false, nil))

    func note(_ error: (any Error)?) { state.withLock { $0 = (true, error) } }
    var hasCome: Bool { state.withLock { $0.hasCome } }
    var error: (any Error)? { state.withLock { $0.error } }
}
