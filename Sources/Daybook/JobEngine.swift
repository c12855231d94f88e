package import DaybookLog
package import DaybookModel
internal import Synchronization

/// A store of jobs on this machine, opened by this process: to enqueue, to work, or both.
///
///     let engine = try JobEngine.open("daybook-data") { $0.register(SendMail.self) }
///     try await engine.enqueue(SendMail(to: "ada"), .delay(.seconds(300)))
///     try await engine.run(workers: 8)
///
/// Several processes may open the same folder. What `enqueue` has answered survives a crash of the process and of
/// the machine.
public final class JobEngine: Sendable {
    let environment: EngineEnvironment
    /// Nil for an engine whose store is not in a folder.
    let folder: StoreFolder?
    let watch: LogWatch
    let writer: Writer
    let registry: JobRegistry
    var storage: any LogStorage { UnclosedStorage(base: environment.storage, ending: ending) }
    var host: HostFacts { environment.host }
    var clock: EngineClock { environment.clock }
    let random: RandomNumbers
    let middleware: MiddlewareChain
    let options: EngineOptions
    package let process: SequenceNumber
    var working: WorkingPools { writer.working }
    let elsewhere = WorkersElsewhere()
    private let ending = Ending()
    /// Nil where there is no folder to keep their rows in.
    let followers: FollowerSet?
    /// Nil where nobody is to be told of anything.
    let alerts: AlertWatch?

    private init(
        _ environment: EngineEnvironment, _ folder: StoreFolder?, _ writer: Writer, _ watch: LogWatch,
        _ registry: JobRegistry, _ options: EngineOptions, _ alerts: AlertWatch?
    ) {
        self.alerts = alerts
        self.environment = environment
        self.folder = folder
        self.writer = writer
        self.watch = watch
        self.registry = registry
        random = RandomNumbers(environment.host)
        process = writer.process
        followers = folder.map { FollowerSet(of: $0, host: environment.host) }
        self.options = options
        middleware = MiddlewareChain(all: options.middleware)
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
        if let plan = options.checkpointPlan { try OutsideFolder.require(plan.path, of: path, why: "proves nothing") }
        var folderOptions = StoreFolder.Options()
        folderOptions.mapSizeBytes = options.addressSpaceBytes
        folderOptions.host = host
        let relay = BlockedWriterRelay()
        folderOptions.writerBlocked = { relay.tell($0.description) }
        let folder = try StoreFolder.open(
            path, .readWrite(createIfMissing: true), program: program, options: folderOptions)
        do {
            try folder.begin(options.encryption, now: clock.now())
            let environment = try EngineEnvironment(folder, host, clock)
            return try open(in: environment, folder, program: program, options: options, relay: relay, register)
        } catch {
            folder.close()
            throw error
        }
    }

    /// Opens the store that an environment has, in its folder if it lies in one.
    package static func open(
        in environment: EngineEnvironment, _ folder: StoreFolder? = nil, program: String, options: EngineOptions,
        relay: BlockedWriterRelay? = nil, _ register: (inout JobRegistry) -> Void
    ) throws -> JobEngine {
        var registry = JobRegistry()
        register(&registry)
        let alerts = AlertWatch(options, environment, folder)
        if let alerts {
            try alerts.check()
            relay?.set(alerts)
            registry.register(AlertEpisode.jobName) { try await AlertEpisode.run($0, $1, alerts) }
        }
        try registry.check()
        let process = try announce(environment, program, options, registry.runnable)
        environment.signs.setLease(nanoseconds: options.leaseNanoseconds)
        environment.signs.renew(atNanoseconds: environment.clock.monotonicNanoseconds())
        environment.signs.register(event: process)
        var definitions = RecurringDefinitions(registry, program: program, zones: options.zones, PayloadLimits(options))
        try definitions.enter(
            in: environment.storage, reserve: environment.reserve, random: RandomNumbers(environment.host),
            now: environment.clock.now(), process: process)
        try enter(options.retention.rules, in: environment, process: process)
        let writer = Writer(environment, folder, process: process, options: options, types: registry.types)
        let watch = LogWatch(environment)
        let engine = JobEngine(environment, folder, writer, watch, registry, options, alerts)
        if let driver = environment.driver {
            driver.drive(DrivenEngine(writer, watch))
        } else {
            try WriterThread.start(writer)
        }
        return engine
    }

    private static func announce(
        _ environment: EngineEnvironment, _ program: String, _ options: EngineOptions, _ runs: Runnable
    ) throws -> SequenceNumber {
        let host = environment.host
        let started = ProcessStarted(
            processID: UInt64(host.processID), host: host.host, user: host.user, program: program,
            boot: host.boot.withUnsafeBytes { Hexadecimal.text($0) },
            leaseMicroseconds: options.leaseNanoseconds / 1_000, runs: runs.texts)
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

    // MARK: Commands

    /// Hands a command to the writer and waits for its durable answer. Cancelling the waiting task does not undo
    /// what was handed over.
    @inline(__always)
    package func perform(_ command: Command) async throws -> Answer {
        try await withUnsafeThrowingContinuation { continuation in
            do {
                try writer.inbox.submit(WriteRequest(command: command, reply: continuation))
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }

    // MARK: Its end

    /// Says goodbye in the log and closes the store. What was handed over before is written first; what still runs is
    /// cancelled and goes back without burning an attempt. Whatever is asked of the engine from then on throws
    /// ``EngineClosed``, but for closing it once more.
    public func close() async throws {
        guard await ending.begin() else { return }
        stop()
        do {
            _ = try await perform(.stopProcess(process))
        } catch {
            environment.signs.leaveToOthers()
        }
        await writer.stop()
        writer.news?.stop()
        watch.stop()
        await followers?.stop()
        folder?.close()
        ending.end()
    }

    // MARK: Reading

    /// A consistent look at the store, for tools that come with Daybook.
    package func read<R>(_ body: (any LogSnapshot) throws -> R) throws -> R {
        try storage.read(body)
    }
}
