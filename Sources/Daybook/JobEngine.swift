package import DaybookLog
package import DaybookModel
internal import Synchronization

/// A store of jobs on this machine, opened by this process: to enqueue, to work, or both.
///
///     let engine = try await JobEngine.open("daybook-data") { $0.register(SendMail.self) }
///     try await engine.enqueue(SendMail(to: "ada"), .delay(.seconds(300)))
///     try await engine.run(workers: 8)
///
/// Several processes may open the same folder. What `enqueue` has answered survives a crash of the process and of
/// the machine.
public final class JobEngine: Sendable {
    let environment: EngineEnvironment
    /// Nil for an engine whose store is not in a folder.
    private let folder: StoreFolder?
    let watch: LogWatch
    private let writer: Writer
    private let registry: JobRegistry
    var host: HostFacts { environment.host }
    var clock: EngineClock { environment.clock }
    private let random: RandomNumbers
    let process: SequenceNumber
    private let pools = Mutex<[WorkPool]>([])
    private let isStopping = Mutex(false)
    /// Nil where there is no folder to keep their rows in.
    let followers: FollowerSet?

    private init(
        _ environment: EngineEnvironment, _ folder: StoreFolder?, _ writer: Writer, _ watch: LogWatch,
        _ registry: JobRegistry
    ) {
        self.environment = environment
        self.folder = folder
        self.writer = writer
        self.watch = watch
        self.registry = registry
        random = RandomNumbers(environment.host)
        process = writer.process
        followers = folder.map { FollowerSet(of: $0, host: environment.host) }
    }

    /// Opens the store in a folder, and makes it if it is not there. `program` is what the log calls this process.
    public static func open(
        _ path: String, program: String = "daybook", options: EngineOptions = EngineOptions(),
        _ register: (inout JobRegistry) -> Void = { _ in }
    ) throws -> JobEngine {
        let host = try HostFacts.real()
        return try open(path, program: program, options: options, host: host, clock: .real(host), register)
    }

    /// Opens the store in a world of the caller's making.
    package static func open(
        _ path: String, program: String, options: EngineOptions, host: HostFacts, clock: EngineClock,
        _ register: (inout JobRegistry) -> Void
    ) throws -> JobEngine {
        var folderOptions = StoreFolder.Options()
        folderOptions.host = host
        let folder = try StoreFolder.open(
            path, .readWrite(createIfMissing: true), program: program, options: folderOptions)
        let environment = try EngineEnvironment(folder, host, clock)
        return try open(in: environment, folder, program: program, options: options, register)
    }

    /// Opens the store that an environment has, in its folder if it lies in one.
    package static func open(
        in environment: EngineEnvironment, _ folder: StoreFolder? = nil, program: String, options: EngineOptions,
        _ register: (inout JobRegistry) -> Void
    ) throws -> JobEngine {
        var registry = JobRegistry()
        register(&registry)
        let process = try announce(environment, program, options)
        environment.signs.setLease(nanoseconds: options.leaseNanoseconds)
        environment.signs.renew(atNanoseconds: environment.clock.monotonicNanoseconds())
        environment.signs.register(event: process)
        let writer = Writer(environment, process: process, options: options)
        let watch = LogWatch(environment)
        let engine = JobEngine(environment, folder, writer, watch, registry)
        writer.whenAskedToStop(options.whenAskedToStop ?? { [weak engine] in engine?.stop() })
        if let driver = environment.driver {
            driver.drive(DrivenEngine(writer, watch))
        } else {
            try WriterThread.start(writer)
        }
        return engine
    }

    private static func announce(
        _ environment: EngineEnvironment, _ program: String, _ options: EngineOptions
    ) throws -> SequenceNumber {
        let host = environment.host
        let started = ProcessStarted(
            processID: UInt64(host.processID), host: host.host, user: host.user, program: program,
            boot: host.boot.withUnsafeBytes { Hexadecimal.text($0) },
            leaseMicroseconds: options.leaseNanoseconds / 1_000)
        let command = Command.startProcess(Box(started))
        if let reserve = environment.reserve {
            try reserve.require(.completing, byteCount: try reserve.worstCaseBytes(of: [command]))
        }
        let answer = try LogWriter(environment.storage).turn(now: environment.clock.now()) { try $0.perform(command) }
        guard case .done(let process) = answer else {
            throw LogError(.unusable, "The process could not be entered in the log.")
        }
        return process
    }

    // MARK: Enqueueing

    /// Puts a job into the log. Returns once that is durable.
    @discardableResult
    public func enqueue<J: Job>(_ job: J, _ options: JobOption...) async throws -> JobHandle<J.Output> {
        try await enqueue(J.jobName, try JSON.encode(job), options, J.outputCoding)
    }

    /// Puts a job into the log by name, with raw arguments; JSON by custom, but any bytes will do.
    @discardableResult
    public func enqueue(
        _ name: String, arguments: [UInt8], _ options: [JobOption] = []
    ) async throws -> JobHandle<[UInt8]> {
        try await enqueue(name, arguments, options, .bytes)
    }

    private func enqueue<Output>(
        _ name: String, _ arguments: [UInt8], _ options: [JobOption], _ coding: JobOutputCoding<Output>
    ) async throws -> JobHandle<Output> {
        let created = try created(name, arguments, options, now: clock.now())
        return try handle(for: try await performEnqueue([created]) { .enqueue($0[0], onConflict: .existing) }, coding)
    }

    func created(_ name: String, _ arguments: [UInt8], _ options: [JobOption], now: Instant) throws -> Box<Created> {
        var created = Created(name: name, arguments: arguments, salt: try random.next(), actor: .process(process))
        for option in options { option.change(&created, now) }
        return Box(created)
    }

    func handle<Output>(for answer: Answer, _ coding: JobOutputCoding<Output>) throws -> JobHandle<Output> {
        switch answer {
        case .created(let job):
            return JobHandle(id: JobID(rawValue: job), event: job, wasThere: false, engine: self, coding: coding)
        case .duplicate(let job, let event):
            return JobHandle(id: JobID(rawValue: job), event: event, wasThere: true, engine: self, coding: coding)
        case .refused(let refusal): throw refusal
        case .done, .stale, .claimed, .together:
            throw Refusal(.badOption, "The store answered something else than was asked.")
        }
    }

    /// Hands a command to the writer and waits for its durable answer. Cancelling the waiting task does not undo
    /// what was handed over.
    package func perform(_ command: Command) async throws -> Answer {
        try await withUnsafeThrowingContinuation { continuation in
            do {
                try writer.inbox.submit(WriteRequest(command: command, reply: continuation))
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }

    // MARK: Working

    /// Works until the surrounding task is cancelled or ``stop()`` is called: claims jobs of `queues` (all of them,
    /// if none are named) and runs up to
    /// `workers` at a time. What was claimed and not started goes back.
    public func run(workers: Int = 8, queues: [String]? = nil) async throws {
        let pool = WorkPool(queues: queues, workers: max(1, workers))
        pools.withLock { $0.append(pool) }
        if isStopping.withLock({ $0 }) { pool.stop() }
        try await unparkWhatCanRun()
        writer.add(pool)
        let runner = JobRunner(
            pool: pool, registry: registry, inbox: writer.inbox, random: random, process: process,
            claims: writer.claims, desk: writer.desk, clock: clock)
        await withTaskCancellationHandler {
            await withTaskGroup(of: UInt32?.self) { group in
                func add(_ worker: UInt32) { group.addTask { await runner.work(as: worker) ? worker : nil } }
                for worker in 1...pool.workers { add(UInt32(worker)) }
                while let ended = await group.next() { if let spent = ended { add(spent) } }
            }
        } onCancel: {
            pool.stop()
            writer.inbox.poke()
        }
        pools.withLock { $0.removeAll { $0 === pool } }
        try await giveBack(pool)
    }

    /// Waits until none of `queues` (all of them, if none are named) has a job that is ready or running, in any
    /// process. Jobs that are due later do not count. Also returns when this engine is stopped.
    public func waitUntilDrained(_ queues: [String]? = nil) async throws {
        await writer.waitUntilDrained(queues)
    }

    /// Ends every ``run(workers:queues:)`` of this engine once its running jobs have finished.
    public func stop() {
        isStopping.withLock { $0 = true }
        for pool in pools.withLock({ $0 }) { pool.stop() }
        writer.endDrains()
        writer.inbox.poke()
    }

    /// Says goodbye in the log and closes the store. What was handed over before is written first.
    public func close() async throws {
        stop()
        _ = try? await perform(.stopProcess(process))
        await writer.stop()
        watch.stop()
        await followers?.stop()
        folder?.close()
    }

    /// Makes ready again what other processes could not run and this one can.
    private func unparkWhatCanRun() async throws {
        for job in try environment.storage.read(parkedJobs) {
            _ = try await perform(.unpark(job: job, actor: .process(process)))
        }
    }

    private func parkedJobs(_ log: any LogSnapshot) throws -> [SequenceNumber] {
        var books = Books()
        guard try books.allQueues(in: log).contains(where: { $0[.parked] > 0 }) else { return [] }
        var found: [SequenceNumber] = []
        try RowKey.number(0).withBytes { start in
            try log.scan(.jobs, from: start) { key, value in
                guard let record = JobRecord(value), record.state == .parked,
                    let name = try books.names.text(.job, record.name, in: log), registry.handler(for: name) != nil
                else { return true }
                found.append(RowKey(key).first)
                return true
            }
        }
        return found
    }

    /// Gives back what no worker took, and waits until all that the workers reported is written.
    private func giveBack(_ pool: WorkPool) async throws {
        for job in pool.takeOverdue(nowNanoseconds: .max) where writer.claims.giveBack(job) {
            _ = try await perform(
                .release(
                    job: job.claimed.job, token: job.claimed.token, reason: "the process is stopping",
                    actor: .process(process)))
        }
        writer.remove(pool)
        _ = try await perform(.look)
    }

    // MARK: Reading

    /// A consistent look at the store, for tools that come with Daybook.
    package func read<R>(_ body: (any LogSnapshot) throws -> R) throws -> R {
        try environment.storage.read(body)
    }
}
