// The writer: one thread that owns the write side of the store.
//
// LMDB's transactions belong to a thread, and nothing that waits for a disk belongs into Swift's pool. Callers
// leave commands in the inbox; a turn takes all that are there, makes due jobs ready, claims for free workers,
// commits once, hands out what was claimed and then answers. What arrives during the flush is the next turn. Its
// own wait is the timer, so due instants are exact and nothing polls.

internal import CDaybookPlatform
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
    private let host: HostFacts
    private let process: SequenceNumber
    private var reaper: Reaper { Reaper(folder: folder, process: process) }
    private let isStopping = Atomic<Bool>(false)
    private let drains = Mutex<[DrainWaiter]>([])
    private let ended = Mutex<[UnsafeContinuation<Void, Never>]?>([])

    /// What a turn takes at most, so that nobody waits long for it.
    private static let commandsMax = 2_000
    private static let dueMax = 2_000
    /// The slow look around behind the wake-ups, for what nobody announced.
    private static let idleNanoseconds: UInt64 = 500_000_000
    /// How often to look whether another process has died.
    private static let lookNanoseconds: UInt64 = 500_000_000

    init(_ folder: StoreFolder, wake: WakePage, host: HostFacts, process: SequenceNumber) {
        self.folder = folder
        self.host = host
        self.process = process
        inbox = Inbox(wake: wake)
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
        var loop = TurnLoop(LogWriter(folder.storage), reserve: folder.reserve, process: process, answers: answers)
        var requests: [WriteRequest] = []
        var timeout: UInt64 = 0
        var lastLook: UInt64 = 0
        while true {
            inbox.take(into: &requests, timeoutNanoseconds: timeout)
            let pools = pools.withLock { $0 }
            for pool in pools { giveBack(pool.takeOverdue(nowNanoseconds: daybook_monotonic_nanoseconds()), &requests) }
            let deaths = lookForDeaths(&lastLook, &requests)
            let isLast = isStopping.load(ordering: .acquiring) && requests.isEmpty
            if isLast { break }
            do {
                let now = host.now()
                let nextDue = try loop.turn(
                    requests, pools, now: now, commandsMax: WriterThread.commandsMax, dueMax: WriterThread.dueMax)
                for death in deaths { try? reaper.forget(death) }
                try answerDrained()
                timeout = wait(until: nextDue, now: host.now(), pools)
            } catch {
                die(of: error)
                break
            }
        }
        answers.stop()
        for waiter in takeDrainWaiters(where: { _ in true }) { waiter.continuation.resume() }
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

    /// Looks for processes that died, now and then. What cannot be looked at now is looked at again.
    private func lookForDeaths(_ last: inout UInt64, _ requests: inout [WriteRequest]) -> [Reaper.Death] {
        let now = daybook_monotonic_nanoseconds()
        guard last == 0 || now - last >= WriterThread.lookNanoseconds else { return [] }
        last = now
        let deaths = (try? reaper.look()) ?? []
        for death in deaths {
            for command in death.commands { requests.append(WriteRequest(command: command, reply: nil)) }
        }
        return deaths
    }

    private func giveBack(_ jobs: [ClaimedJob], _ requests: inout [WriteRequest]) {
        for job in jobs {
            requests.append(
                WriteRequest(
                    command: .release(
                        job: job.claimed.job, token: job.claimed.token, reason: "no worker came free",
                        actor: .process(process)), reply: nil))
        }
    }

    private func wait(until due: Instant?, now: Instant, _ pools: [WorkPool]) -> UInt64 {
        var nanoseconds = WriterThread.idleNanoseconds
        if let due {
            let left = max(0, due.microseconds - now.microseconds)
            nanoseconds = min(nanoseconds, UInt64(left) * 1_000)
        }
        if pools.contains(where: \.hasWaiting) { nanoseconds = min(nanoseconds, WorkPool.patienceNanoseconds) }
        return nanoseconds
    }

    /// The store cannot be written any more. Everybody who waits is told what is known, which may be that nothing is.
    private func die(of error: any Error) {
        for request in inbox.close(error) { request.reply?.resume(throwing: error) }
        for pool in pools.withLock({ $0 }) { pool.stop() }
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
