// The writer: one thread that owns the write side of the store.
//
// LMDB's transactions belong to a thread, and nothing that waits for a disk belongs into Swift's pool. Callers
// leave commands in the inbox; a turn takes all that are there, makes due jobs ready, claims for free workers,
// commits once, hands out what was claimed and then answers. What arrives during the flush is the next turn. Its
// own wait is the timer, so due instants are exact and nothing polls.

internal import DaybookLog
internal import DaybookModel
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

final class WriterThread: Sendable {
    let inbox: Inbox
    private let folder: StoreFolder
    private let pools = Mutex<[WorkPool]>([])
    private let clock: EngineClock
    private let process: SequenceNumber
    private let reaper: Reaper
    private let presence: ProcessPresence
    private let random: RandomNumbers
    let claims: HeldClaims
    let stopDeadline = StopDeadline()
    private let news: CommitNews?
    private let leaseNanoseconds: UInt64
    private let isStopping = Atomic<Bool>(false)
    private let drains = Mutex<[DrainWaiter]>([])
    private let ended = Mutex<[UnsafeContinuation<Void, Never>]?>([])

    /// What a turn takes at most, so that nobody waits long for it.
    private static let commandsMax = 2_000
    private static let dueMax = 2_000
    /// The slow look around behind the wake-ups, for what nobody announced, and for signs of life.
    private var idleNanoseconds: UInt64 { min(500_000_000, leaseNanoseconds / 4) }

    init(
        _ folder: StoreFolder, _ shared: Shared, process: SequenceNumber, options: EngineOptions,
        news: CommitNews?
    ) {
        self.folder = folder
        self.news = news
        clock = shared.clock
        presence = shared.presence
        random = RandomNumbers(shared.host)
        self.process = process
        leaseNanoseconds = options.leaseNanoseconds
        reaper = Reaper(folder: folder, process: process, host: shared.host, deathsMax: options.deathsMax)
        claims = HeldClaims(shared.presence)
        inbox = Inbox(wake: shared.wake, clock: shared.clock)
    }

    /// What the processes of a store show each other, and what this one asks of its machine.
    struct Shared {
        let wake: WakePage
        let presence: ProcessPresence
        let host: HostFacts
        let clock: EngineClock
    }

    func start() throws(LogError) {
        var thread = pthread_t()
        let reference = Unmanaged.passRetained(self)
        let code = pthread_create(&thread, nil, runWriterThread, reference.toOpaque())
        guard code == 0 else {
            reference.release()
            throw LogError(
                .unusable, "The writer's thread cannot be started (error \(code)); look at the limits of this process.")
        }
        pthread_detach(thread)
    }

    func add(_ pool: WorkPool) {
        pools.withLock { $0.append(pool) }
        inbox.poke()
    }

    /// Waits until none of `queues` (all, if none are named) has a job that is enqueued or processing, in any process.
    func waitUntilDrained(_ queues: [String]?) async {
        await withUnsafeContinuation { continuation in
            drains.withLock { $0.append(DrainWaiter(queues: queues, continuation: continuation)) }
            inbox.poke()
        }
    }

    private struct DrainWaiter: Sendable {
        let queues: [String]?
        let continuation: UnsafeContinuation<Void, Never>
    }

    /// Tells those who wait for the end of the work that nobody here works any more.
    func endDrains() {
        for waiter in takeDrainWaiters(where: { _ in true }) { waiter.continuation.resume() }
    }

    func remove(_ pool: WorkPool) {
        pools.withLock { $0.removeAll { $0 === pool } }
    }

    /// Ends the thread after what is in the inbox, and waits for that.
    func stop() async {
        isStopping.store(true, ordering: .releasing)
        inbox.poke()
        await withUnsafeContinuation { continuation in
            let hasEnded = ended.withLock { waiting in
                waiting?.append(continuation)
                return waiting == nil
            }
            if hasEnded { continuation.resume() }
        }
    }

    // MARK: On the thread

    fileprivate func run() {
        let answers = AnswerThread()
        var loop = TurnLoop(
            folder.storage, reserve: folder.reserve, process: process, claims: claims, clock: clock,
            answers: answers, news: news)
        var watch = DeathWatch(idleNanoseconds: idleNanoseconds, leaseNanoseconds: leaseNanoseconds)
        var requests: [WriteRequest] = []
        var timeout: UInt64 = 0
        while true {
            inbox.take(into: &requests, timeoutNanoseconds: timeout)
            let monotonic = clock.monotonicNanoseconds()
            presence.renew(atNanoseconds: monotonic)
            let pools = pools.withLock { $0 }
            for pool in pools { giveBack(pool.takeOverdue(nowNanoseconds: monotonic), &requests) }
            let isLast = isStopping.load(ordering: .acquiring) && requests.isEmpty
            if isLast { break }
            if stopDeadline.hasPassed(now: monotonic) { claims.giveUpAll() }
            let overdue = endOverdue(monotonic, &requests)
            let deaths = watch.look(with: reaper, nowNanoseconds: monotonic, &requests)
            do {
                let nextDue = try loop.turn(
                    requests, pools, now: clock.now(), commandsMax: WriterThread.commandsMax,
                    dueMax: WriterThread.dueMax)
                for run in overdue { run.cancel() }
                for death in deaths { try? reaper.forget(death) }
                try answerDrained()
                timeout = min(wait(until: nextDue, pools), watch.waitNanoseconds(now: clock.monotonicNanoseconds()))
            } catch {
                die(of: error)
                break
            }
        }
        answers.stop()
        endDrains()
        let waiting = ended.withLock { waiting in
            defer { waiting = nil }
            return waiting ?? []
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Tells those who wait for the end of the work, if it has come.
    private func answerDrained() throws {
        guard drains.withLock({ !$0.isEmpty }) else { return }
        let queues = try folder.storage.read { log in
            var books = Books()
            return try books.allQueues(in: log)
        }
        let drained = takeDrainWaiters { waiter in
            !queues.contains { queue in
                (waiter.queues?.contains(queue.name) ?? true) && queue[.enqueued] + queue[.processing] > 0
            }
        }
        for waiter in drained { waiter.continuation.resume() }
    }

    private func takeDrainWaiters(where isDone: (DrainWaiter) -> Bool) -> [DrainWaiter] {
        drains.withLock { waiters in
            let done = waiters.filter(isDone)
            waiters.removeAll(where: isDone)
            return done
        }
    }

    /// Fails the attempts that have taken longer than they may. Their tasks are cancelled once that is written.
    private func endOverdue(_ now: UInt64, _ requests: inout [WriteRequest]) -> [StartedRun] {
        let overdue = claims.takeOverdue(nowNanoseconds: now)
        for run in overdue {
            let limit = run.job.created.value.timeoutMicroseconds ?? 0
            let failure = Outcome.Failure(
                errorType: "timeout", error: "the run took longer than its timeout of \(limit / 1_000) ms",
                ranMicroseconds: limit, salt: random.drawn(), random: random.drawn(),
                because: "timeout")
            requests.append(
                WriteRequest(
                    command: .finish(
                        job: run.job.claimed.job, token: run.job.claimed.token, .failed(Box(failure)),
                        actor: .process(process)), reply: nil))
        }
        return overdue
    }

    private func giveBack(_ jobs: [ClaimedJob], _ requests: inout [WriteRequest]) {
        for job in jobs where claims.giveBack(job) {
            requests.append(
                WriteRequest(
                    command: .release(
                        job: job.claimed.job, token: job.claimed.token, reason: "no worker came free",
                        actor: .process(process)), reply: nil))
        }
    }

    private func wait(until due: Instant?, _ pools: [WorkPool]) -> UInt64 {
        var nanoseconds = idleNanoseconds
        if let due {
            let left = max(0, due.microseconds - clock.now().microseconds)
            nanoseconds = min(nanoseconds, UInt64(min(left, 1_000_000_000)) * 1_000)
        }
        if let deadline = claims.nextDeadlineNanoseconds {
            let now = clock.monotonicNanoseconds()
            nanoseconds = min(nanoseconds, deadline > now ? deadline - now : 0)
        }
        if let left = stopDeadline.waitNanoseconds(now: clock.monotonicNanoseconds()) {
            nanoseconds = min(nanoseconds, left)
        }
        if pools.contains(where: \.hasWaiting) { nanoseconds = min(nanoseconds, WorkPool.patienceNanoseconds) }
        return nanoseconds
    }

    /// The store cannot be written any more. Everybody who waits is told what is known, which may be that nothing is.
    private func die(of error: any Error) {
        for request in inbox.close(error) { request.reply?.resume(throwing: error) }
        for pool in pools.withLock({ $0 }) { pool.stop() }
        // Nobody can say any more whether what runs here still counts.
        claims.keepOnly([])
    }
}

#if canImport(Darwin)
    private typealias ThreadReference = UnsafeMutableRawPointer
#else
    private typealias ThreadReference = UnsafeMutableRawPointer?
#endif

private func runWriterThread(_ reference: ThreadReference) -> UnsafeMutableRawPointer? {
    guard let reference else { return nil }
    Unmanaged<WriterThread>.fromOpaque(reference).takeRetainedValue().run()
    return nil
}
