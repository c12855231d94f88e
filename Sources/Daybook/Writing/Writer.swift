internal import DaybookLog
internal import DaybookModel
internal import Synchronization

/// The write side of an engine, as callers and workers see it; `WriterRounds` does the work.
final class Writer: Sendable {
    let environment: EngineEnvironment
    let inbox: Inbox
    let claims: HeldClaims
    let desk: RunDesk
    let process: SequenceNumber
    let reaper: Reaper
    let random: RandomNumbers
    let leaseNanoseconds: UInt64
    let stopDeadline = StopDeadline()
    /// Nil if nobody wants to be told.
    let news: CommitNews?
    let zones: Zones
    let checkpointPlan: CheckpointPlan?
    let retention: RetentionOptions
    /// Nil where nothing is archived.
    let archiving: ArchiveWork?
    let recurringSignals = RecurringSignals()
    let working = WorkingPools()
    private let pools = Mutex<[WorkPool]>([])
    private let stopping = Atomic<Bool>(false)
    private let drains = DrainWaiters()
    private let ended = Mutex<[UnsafeContinuation<Void, Never>]?>([])
    private let hasBeenAskedToStop = Atomic<Bool>(false)
    private let onAskedToStop: (@Sendable () -> Void)?
    private let outdated = Mutex<String?>(nil)
    private let onOutdated: (@Sendable (String) -> Void)?

    init(
        _ environment: EngineEnvironment, _ folder: StoreFolder? = nil, process: SequenceNumber, options: EngineOptions,
        types: [String: RegisteredType]
    ) {
        self.environment = environment
        self.process = process
        onOutdated = options.whenOutdated
        onAskedToStop = options.whenAskedToStop
        random = RandomNumbers(environment.host)
        leaseNanoseconds = options.leaseNanoseconds
        zones = options.zones
        checkpointPlan = options.checkpointPlan
        retention = options.retention
        archiving =
            environment.driver == nil
            ? ArchiveWork(options.retention.archiving, folder, process: process, clock: environment.clock) : nil
        reaper = Reaper(
            storage: environment.storage, neighbours: environment.neighbours, process: process,
            host: environment.host, deathsMax: options.deathsMax,
            store: folder.map { $0.identity.withUnsafeBytes { Hexadecimal.text($0) } }, isGone: environment.isGone)
        claims = HeldClaims(environment.signs)
        news = CommitNews(
            environment.storage, options.observers, options.middleware, mayHaveThread: environment.driver == nil)
        inbox = Inbox(bell: environment.bell, clock: environment.clock)
        desk = RunDesk(
            environment.storage, inbox: inbox, clock: environment.clock, random: random,
            limits: PayloadLimits(options), types: types)
    }

    // MARK: Pools

    var currentPools: [WorkPool] { pools.withLock { $0 } }

    func add(_ pool: WorkPool) {
        pools.withLock { $0.append(pool) }
        // Nobody claims for it any more.
        if ended.withLock({ $0 == nil }) { pool.stop() }
        inbox.poke()
    }

    func remove(_ pool: WorkPool) {
        pools.withLock { $0.removeAll { $0 === pool } }
    }

    // MARK: The end of the work

    /// Waits until none of `queues` (all, if none are named) has a job that is enqueued or processing, in any process.
    func waitUntilDrained(_ queues: [String]?) async throws {
        try await drains.wait(queues) { inbox.poke() }
    }

    /// Tells those who wait for the end of the work, if it has come.
    func answerDrained() throws {
        guard !drains.isEmpty else { return }
        drains.tell(
            try environment.storage.read { log in
                var books = Books()
                return try books.allQueues(in: log).enumerated().filter {
                    try $1.hasWork(number: UInt32($0 + 1), in: log)
                }.map(\.element)
            })
    }

    /// Tells those who wait for the end of the work that nobody here works any more.
    private func endDrains() { drains.end() }

    /// Ends the pools once their running jobs have finished.
    func stopWorking() {
        working.stop()
        endDrains()
        inbox.poke()
    }

    // MARK: Its own end

    var isStopping: Bool { stopping.load(ordering: .acquiring) }

    /// Ends the writer after what is in the inbox, and waits for that.
    func stop() async {
        stopping.store(true, ordering: .releasing)
        inbox.poke()
        await withUnsafeContinuation { continuation in
            let hasEnded = ended.withLock { waiting in
                waiting?.append(continuation)
                return waiting == nil
            }
            if hasEnded { continuation.resume() }
        }
    }

    /// Somebody has asked this process to stop: does, once, what is to be done then.
    func noteAskedToStop() {
        guard !hasBeenAskedToStop.exchange(true, ordering: .relaxed) else { return }
        guard let onAskedToStop else { return stopWorking() }
        onAskedToStop()
    }

    /// Why this process takes on no more work, if a newer release has written what it does not know.
    var outdatedBecause: String? { outdated.withLock { $0 } }

    /// Says so, once.
    func noteOutdated(_ sentence: String, at event: SequenceNumber = 0) {
        let isFirst = outdated.withLock { outdated in
            defer { outdated = outdated ?? sentence }
            return outdated == nil
        }
        guard isFirst else { return }
        if event > 0 { environment.signs.setStranger(event) }
        onOutdated?(sentence)
    }

    /// Nothing is written here any more, and whoever asks for it is told so.
    func noteEnd() {
        close(because: EngineClosed())
        endDrains()
        let waiting = ended.withLock { waiting in
            defer { waiting = nil }
            return waiting ?? []
        }
        for pool in currentPools { pool.stop() }
        for continuation in waiting { continuation.resume() }
    }

    /// The store cannot be written any more. Everybody who waits is told what is known, which may be that nothing is.
    func die(of error: any Error) {
        close(because: error)
        for pool in currentPools { pool.stop() }
    }

    private func close(because reason: any Error) {
        for request in inbox.close(reason) { request.reply?.resume(throwing: reason) }
        // What still runs here cannot be told any more, so it does not count.
        claims.keepOnly([])
    }
}
