// LMDB's write lock is unfair: who has just let go of it takes it again before a waiting process has woken up. Of two
// busy processes one then gets most of the turns, and the other waits for seconds. So a process that held the lock
// last, and sees others waiting, stands aside before its next turn until one of them has got the lock. If none has
// after 20 ms, they are stopped, dead or very slow: their places are cleared, and they count again when they next queue
// up.

internal import CDaybookPlatform
internal import Synchronization

/// The way to the write lock, for one process.
final class WriterTurnstile: Sendable {
    static let standingAsideNanoseconds: UInt64 = 20_000_000

    let page: WakePage
    private let processID: Int32
    private let watch: WriterWatch
    private let standingAsideNanoseconds: UInt64
    private let ownTurn = Mutex<(number: UInt32, endNanoseconds: UInt64)?>(nil)

    init(
        _ page: WakePage, processID: Int32, watch: WriterWatch,
        standingAsideNanoseconds: UInt64 = WriterTurnstile.standingAsideNanoseconds
    ) {
        self.page = page
        self.processID = processID
        self.watch = watch
        self.standingAsideNanoseconds = standingAsideNanoseconds
    }

    convenience init(_ page: WakePage, _ processID: Int32, _ options: StoreFolder.Options) {
        let watch = WriterWatch(
            page, processID: processID, patienceMilliseconds: options.writerPatienceMilliseconds,
            report: options.writerBlocked)
        self.init(page, processID: processID, watch: watch)
    }

    /// One way through: wait, hold, leave. Each ends with `end`.
    struct Passage {
        fileprivate var place: Int?
        fileprivate var wait: WriterWatch.Ticket?
        fileprivate var holder: WakePage.Holder?
    }

    /// Before the lock is asked for.
    func queueUp() -> Passage {
        standAside()
        return Passage(place: page.queueUp(processID), wait: watch.begin(), holder: nil)
    }

    /// Right after the lock was got. It may be got more than once on one way, when the map had to grow in between.
    func hold(_ passage: inout Passage) {
        let now = MonotonicClock.nowNanoseconds
        let holder = WakePage.Holder(processID: processID, atNanoseconds: now)
        let turn = page.announce(holder)
        passage.holder = holder
        ownTurn.withLock { $0 = (turn, now) }
        stopWaiting(&passage)
    }

    /// After the lock was let go of, or was not got at all.
    func end(_ passage: inout Passage) {
        stopWaiting(&passage)
        guard let holder = passage.holder.take() else { return }
        page.withdraw(holder)
        let now = MonotonicClock.nowNanoseconds
        ownTurn.withLock { $0?.endNanoseconds = now }
    }

    private func stopWaiting(_ passage: inout Passage) {
        if let place = passage.place.take() { page.leaveQueue(place, processID) }
        if let wait = passage.wait.take() { watch.end(wait) }
    }

    private func standAside() {
        guard let own = ownTurn.withLock({ $0 }), page.turns == own.number else { return }
        let waiting = page.queue
        guard !waiting.isEmpty else { return }
        let since = MonotonicClock.nowNanoseconds - own.endNanoseconds
        guard since < standingAsideNanoseconds else { return }
        let left = standingAsideNanoseconds - since
        if page.waitForNextTurn(after: own.number, timeoutNanoseconds: left) { return }
        for (place, processID) in waiting { page.leaveQueue(place, processID) }
    }
}
