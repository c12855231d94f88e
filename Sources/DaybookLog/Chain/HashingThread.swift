// A second processor for the writer. Hashing the events of a large commit takes as long as everything else that is done
// for them before the flush, and nothing needs the hashes until the commit is sealed. So full hashers are handed to a
// thread of their own, which sleeps when there are none. The writer never waits for that thread to get a processor:
// when it needs a hash, it takes what has not been begun itself. Bundles follow each other within microseconds, and
// going to sleep and being woken costs more than one is worth; so whoever finds nothing to do looks on for a moment
// first.

internal import CDaybookPlatform
internal import Synchronization

/// One thread that hashes what it is handed, and a short queue for it.
///
/// Unchecked because the monitor, not the compiler, keeps the queue to one thread at a time; and a hasher that was
/// handed over belongs to whoever claimed it until its place says that it is done.
final class HashingThread: @unchecked Sendable {
    /// How many hashers may be handed over and not yet taken back.
    static let places = 64

    private struct Place {
        var hasher: LeafHasher
        var isDone = false
    }

    /// How long to look before going to sleep: about as long as half a bundle takes.
    private static let patienceNanoseconds: UInt64 = 25_000
    private static let looksPerClock: UInt = 32

    /// Moves with everything that somebody may wait for.
    private let progress = Atomic<UInt>(0)
    private let monitor = Monitor()
    // All of these only with the lock.
    private var queue: [Place?] = Array(repeating: nil, count: HashingThread.places)
    private var handed = 0
    private var claimed = 0
    private var isStopping = false

    /// A thread that has its handle and the queue; `nil` where one cannot be had or there is no processor for it.
    static func start() -> (HashingThread, WorkerThreads)? {
        guard WorkerThreads.processorCount > 1 else { return nil }
        let queue = HashingThread()
        let threads = WorkerThreads(1) { queue.run() }
        return threads.count == 1 ? (queue, threads) : nil
    }

    /// Hands over a hasher. At most `places` may be out at a time.
    func hand(_ hasher: LeafHasher) {
        monitor.lock()
        queue[handed % HashingThread.places] = Place(hasher: hasher)
        handed += 1
        moveOnUnlocking()
    }

    /// Returns when the hasher that was handed over as number `index` is done, and takes it back, if it has not been.
    func takeBack(_ index: Int) {
        let slot = index % HashingThread.places
        monitor.lock()
        while queue[slot]?.isDone == false {
            if !hashNext() { waitForProgress() }
        }
        queue[slot] = nil
        monitor.unlock()
    }

    func stop() {
        monitor.lock()
        isStopping = true
        moveOnUnlocking()
    }

    private func run() {
        monitor.lock()
        while !isStopping {
            if !hashNext() { waitForProgress() }
        }
        monitor.unlock()
    }

    /// With the lock, which is let go meanwhile. Answers whether there was anything to hash.
    private func hashNext() -> Bool {
        guard claimed < handed else { return false }
        let slot = claimed % HashingThread.places
        claimed += 1
        let hasher = queue[slot]?.hasher
        monitor.unlock()
        hasher?.hashWithNodes()
        monitor.lock()
        queue[slot]?.isDone = true
        moveOn()
        return true
    }

    /// With the lock, which is let go first: whoever is woken wants it.
    private func moveOnUnlocking() {
        progress.add(1, ordering: .releasing)
        monitor.unlock()
        monitor.announceChange()
    }

    /// With the lock.
    private func moveOn() {
        progress.add(1, ordering: .releasing)
        monitor.announceChange()
    }

    /// With the lock, which is let go meanwhile.
    private func waitForProgress() {
        let seen = progress.load(ordering: .acquiring)
        monitor.unlock()
        let end = daybook_monotonic_nanoseconds() + HashingThread.patienceNanoseconds
        var looks: UInt = 0
        while progress.load(ordering: .acquiring) == seen {
            looks &+= 1
            // Asking for the time costs more than looking.
            if looks % HashingThread.looksPerClock == 0, daybook_monotonic_nanoseconds() >= end { break }
            daybook_relax_processor()
        }
        monitor.lock()
        if progress.load(ordering: .acquiring) == seen { monitor.wait() }
    }
}
