// LMDB offers no way to wait for its write lock with an end, and a process that is stopped while it holds the lock
// stops the writers of all. That cannot be helped from outside, but it can be said: a thread that exists only while
// somebody in this process waits looks who holds the lock, and when it is the same for too long, names it. When that
// process goes on or is killed, the waiting write goes on too: LMDB's lock is given back by the kernel.

internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A write of this process that waits for the lock of another process.
package struct BlockedWriter: Sendable, Equatable, CustomStringConvertible {
    /// Who holds the lock; nil if it has not said so, as a program other than Daybook would not.
    package let blocker: Int32?
    package let waitedMilliseconds: Int

    package var description: String {
        let seconds = "for \(waitedMilliseconds / 1_000) s"
        guard let blocker else {
            return "writer blocked \(seconds) by a process other than Daybook's: see who has data.mdb open, and end it"
        }
        return
            "writer blocked by pid \(blocker) \(seconds): let it go on (kill -CONT \(blocker)) or end it with kill -9"
    }
}

/// Looks after the writes of this process that wait for the write lock.
final class WriterWatch: Sendable {
    struct Ticket {
        fileprivate let number: UInt64
    }

    private struct Wait {
        let number: UInt64
        var holder: WakePage.Holder?
        /// Since when the lock has been where it is, as far as this wait has seen.
        var sinceNanoseconds: UInt64
        let begunNanoseconds: UInt64
        var isReported = false
    }

    private struct State {
        var waits: [Wait] = []
        var lastNumber: UInt64 = 0
        var isWatching = false
    }

    private let page: WakePage
    private let processID: Int32
    private let patienceNanoseconds: UInt64
    private let report: @Sendable (BlockedWriter) -> Void
    private let state = Mutex(State())

    init(
        _ page: WakePage, processID: Int32, patienceMilliseconds: Int,
        report: @escaping @Sendable (BlockedWriter) -> Void
    ) {
        self.page = page
        self.processID = processID
        patienceNanoseconds = UInt64(patienceMilliseconds) * 1_000_000
        self.report = report
    }

    func begin() -> Ticket {
        let now = MonotonicClock.nowNanoseconds
        let (number, isFirst) = state.withLock { state in
            state.lastNumber += 1
            state.waits.append(
                Wait(number: state.lastNumber, holder: page.holder, sinceNanoseconds: now, begunNanoseconds: now))
            let isFirst = !state.isWatching
            state.isWatching = true
            return (state.lastNumber, isFirst)
        }
        if isFirst, !startThread() { state.withLock { $0.isWatching = false } }
        return Ticket(number: number)
    }

    func end(_ ticket: Ticket) {
        state.withLock { state in state.waits.removeAll { $0.number == ticket.number } }
    }

    private func startThread() -> Bool {
        let context = Unmanaged.passRetained(self).toOpaque()
        // Signals are for the threads of the program that embeds us.
        var all = sigset_t()
        var old = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &old)
        defer { pthread_sigmask(SIG_SETMASK, &old, nil) }
        var thread = pthread_t(bitPattern: 0)
        guard pthread_create(&thread, nil, watchWriters, context) == 0 else {
            Unmanaged<WriterWatch>.fromOpaque(context).release()
            return false
        }
        if let thread = Optional(thread) { pthread_detach(thread) }
        return true
    }

    /// The thread's life: it ends when it has seen nobody wait for a while.
    fileprivate func run() {
        var isNeeded = true
        while isNeeded {
            var idleLooks = 0
            while idleLooks < WriterWatch.looksPerPatience {
                MonotonicClock.pause(nanoseconds: patienceNanoseconds / UInt64(WriterWatch.looksPerPatience))
                idleLooks = look() ? 0 : idleLooks + 1
            }
            // Who came since the last look found the thread running, and relies on it.
            isNeeded = state.withLock { state in
                state.isWatching = !state.waits.isEmpty
                return state.isWatching
            }
        }
    }

    private static let looksPerPatience = 16

    /// Two clocks that were read on two threads may stand in either order.
    private static func span(from start: UInt64, to end: UInt64) -> UInt64 { end > start ? end - start : 0 }

    /// Reports what is due. False if nobody waits.
    private func look() -> Bool {
        let holder = page.holder
        let (isAnyone, now, due) = state.withLock { state in
            // Read in here: otherwise one that has just begun to wait would have begun later than now.
            let now = MonotonicClock.nowNanoseconds
            var due: [UInt64] = []
            for index in state.waits.indices {
                if state.waits[index].holder != holder {
                    state.waits[index].holder = holder
                    state.waits[index].sinceNanoseconds = now
                }
                let wait = state.waits[index]
                let waited = WriterWatch.span(from: wait.sinceNanoseconds, to: now)
                guard !wait.isReported, waited >= patienceNanoseconds else { continue }
                state.waits[index].isReported = true
                due.append(wait.begunNanoseconds)
            }
            return (!state.waits.isEmpty, now, due)
        }
        for begunNanoseconds in due {
            report(
                BlockedWriter(
                    blocker: holder?.processID ?? stoppedInQueue(),
                    waitedMilliseconds: Int(WriterWatch.span(from: begunNanoseconds, to: now) / 1_000_000)))
        }
        return isAnyone
    }

    /// Between getting the lock and saying so there are some instructions. Who was stopped there still stands in the
    /// queue.
    private func stoppedInQueue() -> Int32? {
        page.queue.map(\.processID).first { $0 != processID && ProcessState.isStopped($0) }
    }
}

private func watchWriters(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let context { Unmanaged<WriterWatch>.fromOpaque(context).takeRetainedValue().run() }
    return nil
}

enum ProcessState {
    /// Whether a signal has stopped the process, where the system tells.
    static func isStopped(_ processID: Int32) -> Bool {
        guard let text = SmallFile.text("/proc/\(processID)/stat") else { return false }
        // "4711 (name) T …": the name may hold anything, even a parenthesis.
        guard let nameEnd = text.lastIndex(of: ")") else { return false }
        let state = text[text.index(after: nameEnd)...].drop { $0 == " " }.first
        return state == "T" || state == "t"
    }
}
