internal import DaybookLog
internal import DaybookModel
internal import Synchronization

/// Archives the beginning of the log when enough of it has piled up. The writer asks at each round; a thread of its own
/// does the work, in short steps.
struct ArchiveRounds {
    private let work: ArchiveWork
    private var nextNanoseconds: UInt64 = 0
    private var thread: WorkerThreads?

    private static let everyNanoseconds: UInt64 = 2_000_000_000

    init?(_ work: ArchiveWork?) {
        guard let work else { return nil }
        self.work = work
    }

    mutating func look(nowNanoseconds now: UInt64) {
        guard now >= nextNanoseconds, work.begin() else { return }
        nextNanoseconds = now + ArchiveRounds.everyNanoseconds
        // Letting go of the thread before waits for it, and it has done its work.
        thread = WorkerThreads(1) { [work] in work.run() }
        if thread?.count != 1 { work.end() }
    }

    /// What it is at ends at its next step; the next opening goes on.
    mutating func end() {
        work.stop()
        thread = nil
    }
}

/// One archiving at a time.
final class ArchiveWork: Sendable {
    private let folder: StoreFolder
    private let options: ArchivingOptions
    private let actor: Actor
    private let clock: EngineClock
    private let isAtWork = Atomic<Bool>(false)
    private let isStopped = Atomic<Bool>(false)

    init?(_ options: ArchivingOptions?, _ folder: StoreFolder?, process: SequenceNumber, clock: EngineClock) {
        guard let options, let folder else { return nil }
        self.options = options
        self.folder = folder
        self.clock = clock
        actor = .process(process)
    }

    /// False while one is going on.
    func begin() -> Bool {
        isAtWork.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged
    }

    func end() { isAtWork.store(false, ordering: .releasing) }
    func stop() { isStopped.store(true, ordering: .relaxed) }

    func run() {
        defer { end() }
        do {
            guard let bound = try bound() else { return }
            let control = CopyControl(isStopped: { [self] in isStopped.load(ordering: .relaxed) })
            _ = try folder.archive(before: .sequence(bound), by: actor, now: { [clock] in clock.now() }, control)
        } catch {
            guard !isStopped.load(ordering: .relaxed) else { return }
            options.whenFailing(error)
        }
    }

    /// Where to cut: a few of the jobs that the ledgers know may have to be carried on, the rest is to be younger; and
    /// nothing, if that were not worth it.
    private func bound() throws -> SequenceNumber? {
        try folder.storage.read { log in
            let (last, archived) = (try log.last, try log.archivedThrough)
            let keeping = SequenceNumber(max(options.keepingEvents, 1_000))
            guard last > archived + 2 * keeping else { return nil }
            var bound = last - keeping
            var jobs = 0
            try RowKey.number(0).withBytes { start in
                try log.scan(.jobs, from: start) { key, _ in
                    jobs += 1
                    guard jobs > ArchiveWork.carriedMax else { return true }
                    bound = min(bound, RowKey(key).first)
                    return false
                }
            }
            return bound > archived + keeping / 2 ? bound : nil
        }
    }

    private static let carriedMax = 1_000
}
