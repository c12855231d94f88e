// Waiting for what any process writes. One thread sleeps on the page where commits are announced, reads the heads
// of what is new, and wakes those who wait for it. It is there only while somebody waits.
//
// Nothing is missed if a waiter takes his ticket first and looks at the store second: what comes to pass after the look
// lies behind the place from which the thread reads on.

internal import DaybookLog
internal import DaybookModel

/// Wakes callers when a job has come to its end, or when anything at all was committed.
///
/// Unchecked because the monitor, not the compiler, keeps the tickets to one thread at a time.
final class LogWatch: @unchecked Sendable {
    private let storage: any LogStorage
    private let bell: any CommitBell
    private let mayHaveThread: Bool
    private let monitor = Monitor()
    // Only with the monitor's lock.
    private var waitingForEnd: [SequenceNumber: [WatchTicket]] = [:]
    private var waitingForAnything: [WatchTicket] = []
    private var seen: SequenceNumber = 0
    private var isStopping = false
    private var thread: WorkerThreads?

    /// The slow look around behind the wake-ups.
    private static let idleNanoseconds: UInt64 = 500_000_000

    /// Without a thread somebody else says when to look.
    init(_ environment: EngineEnvironment) {
        storage = environment.storage
        bell = environment.bell
        mayHaveThread = environment.driver == nil
    }

    /// A ticket for the end of a job.
    func ticket(forEndOf job: SequenceNumber) throws -> WatchTicket {
        try issue { watch, ticket in watch.waitingForEnd[job, default: []].append(ticket) }
    }

    /// A ticket for whatever is committed from now on.
    func ticketForAnything() throws -> WatchTicket {
        try issue { watch, ticket in watch.waitingForAnything.append(ticket) }
    }

    /// Nobody is told anything any more.
    func stop() {
        monitor.lock()
        isStopping = true
        let tickets = takeAll()
        let thread = thread
        monitor.announceChange()
        monitor.unlock()
        for ticket in tickets { ticket.fire(false) }
        bell.announceCommit()
        thread?.join()
    }

    private func issue(_ keep: (LogWatch, WatchTicket) -> Void) throws -> WatchTicket {
        monitor.lock()
        defer { monitor.unlock() }
        let ticket = WatchTicket()
        guard !isStopping else {
            ticket.fire(false)
            return ticket
        }
        if isIdle { seen = try storage.read { try $0.last } }
        keep(self, ticket)
        guard mayHaveThread else { return ticket }
        if thread == nil { thread = WorkerThreads(1) { [weak self] in self?.run() } }
        guard thread?.count == 1 else {
            thread = nil
            throw LogError(.unusable, "A thread to wait with cannot be started; look at the limits of this process.")
        }
        monitor.announceChange()
        return ticket
    }

    /// Reads what is new and wakes who waits for it, where there is no thread that does.
    func lookOnce() {
        monitor.lock()
        let from = isIdle ? nil : seen
        monitor.unlock()
        guard let from else { return }
        guard let (last, ended) = try? read(after: from) else { return fireAll() }
        if last > from { fire(last, ended) }
    }

    // MARK: On the thread

    private func run() {
        while true {
            monitor.lock()
            while isIdle, !isStopping { monitor.wait() }
            let isLast = isStopping
            let from = seen
            monitor.unlock()
            guard !isLast else { return }
            let commits = bell.commits
            guard let (last, ended) = try? read(after: from) else {
                // Whoever waits looks for himself and is told why that does not work.
                return fireAll()
            }
            if last > from { fire(last, ended) } else { pause(commits) }
        }
    }

    private func pause(_ commits: UInt32) {
        _ = bell.waitForCommit(after: commits, timeoutNanoseconds: LogWatch.idleNanoseconds)
    }

    /// The last event, and the jobs that events behind `first` have ended.
    private func read(after first: SequenceNumber) throws -> (SequenceNumber, [SequenceNumber]) {
        var last = first
        var ended: [SequenceNumber] = []
        try storage.read { log in
            try log.events(from: first + 1) { sequence, value in
                let head = try EventHead(value, at: sequence)
                last = sequence
                if LogWatch.ends.contains(head.kind) { ended.append(head.job) }
                // A long stretch is read in parts, so that no reader stays open for long.
                return sequence - first < 10_000
            }
        }
        return (last, ended)
    }

    private static let ends: Set<UInt8> = Set(
        [EventKind.succeeded, .failed, .cancelled, .purged].map(\.rawValue))

    private func fire(_ last: SequenceNumber, _ ended: [SequenceNumber]) {
        monitor.lock()
        seen = last
        var tickets = waitingForAnything
        waitingForAnything = []
        for job in ended { tickets += waitingForEnd.removeValue(forKey: job) ?? [] }
        monitor.unlock()
        for ticket in tickets { ticket.fire(true) }
    }

    private func fireAll() {
        monitor.lock()
        let tickets = takeAll()
        thread = nil
        monitor.unlock()
        for ticket in tickets { ticket.fire(true) }
    }

    // MARK: With the lock

    private var isIdle: Bool { waitingForEnd.isEmpty && waitingForAnything.isEmpty }

    private func takeAll() -> [WatchTicket] {
        defer {
            waitingForEnd = [:]
            waitingForAnything = []
        }
        return waitingForAnything + waitingForEnd.values.flatMap { $0 }
    }
}
