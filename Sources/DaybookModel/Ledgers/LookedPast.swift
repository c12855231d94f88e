/// How far claims have looked in vain: past jobs that are ready and that only other processes can run.
///
/// A claim looks at so many jobs and no more, because a turn must end. If a queue has more jobs of others than that,
/// the next claim goes on behind them, so that what stands there finds who runs it. What is noted here are places in
/// the order of a queue, and jobs may come to stand before them later: those that this process puts there are noticed,
/// those that others put there are found by a look from the front, which is taken at most every second and costs at
/// most a tenth of the time.
///
/// None of this is in the log: it spares looks and decides nothing. Who knows nothing of it looks from the front.
struct LookedPast {
    /// One queue's jobs that those who can run the same have looked past.
    struct Stretch {
        /// For each priority the last place that was looked at: all before it were for others.
        private(set) var marks: [RowKey] = []
        /// When it was last looked at from the front.
        let began: Instant
        /// How many jobs were looked past since then.
        private(set) var looked = 0
        /// Whether nobody can have put a job before the marks unseen.
        var isExact = true
        /// Whether the last claim ended before it had seen all that stands behind the marks.
        var wasCut = false

        init(began: Instant) { self.began = began }

        /// The mark of the priority that the key belongs to, if it stands before that.
        func mark(past key: RowKey) -> RowKey? { marks.first { $0.readyRank == key.readyRank && key <= $0 } }

        /// A job was looked past. One that stands before the mark, and is looked at again, counts for nothing.
        mutating func advance(to key: RowKey) {
            guard let index = marks.firstIndex(where: { $0.readyRank == key.readyRank }) else {
                marks.append(key)
                looked += 1
                return
            }
            guard marks[index] < key else { return }
            marks[index] = key
            looked += 1
        }

        /// A job that stands here is to be seen by the next claim.
        mutating func fallBack(before key: RowKey) {
            for index in marks.indices where marks[index].readyRank == key.readyRank && key <= marks[index] {
                marks[index] = .ready(
                    queue: key.readyQueue, priority: key.readyPriority, position: max(key.readyPosition, 1) - 1)
            }
        }

        /// When to look from the front again; nil if that would find nothing.
        var endsAt: Instant? {
            guard !isExact, !wasCut else { return nil }
            return began.advanced(
                microseconds: max(LookedPast.patienceMicroseconds, Int64(looked) * Stretch.microsecondsPerLook))
        }

        /// Ten times what a look takes.
        private static let microsecondsPerLook: Int64 = 10

        func isOver(at now: Instant) -> Bool { endsAt.map { now >= $0 || now < began } ?? false }
    }

    private struct Kind {
        let runs: Runnable
        var stretches: [UInt32: Stretch]
        /// When it claimed last.
        var claimed: Instant
    }

    private var kinds: [Kind] = []
    /// The front is looked at anew no oftener than this.
    static let patienceMicroseconds: Int64 = 1_000_000
    private static let kindsMax = 64
    /// A kind that has not claimed for so long makes room for another.
    private static let idleMicroseconds: Int64 = 10_000_000

    /// By queue, without those that it is time to look at from the front.
    mutating func stretches(for runs: Runnable, at now: Instant) -> [UInt32: Stretch] {
        guard let kind = kinds.firstIndex(where: { $0.runs == runs }) else { return [:] }
        kinds[kind].claimed = now
        kinds[kind].stretches = kinds[kind].stretches.filter { !$0.value.isOver(at: now) }
        return kinds[kind].stretches
    }

    /// False if there are too many kinds that claim: then nothing is noted, and the next claim looks from the front.
    mutating func note(_ stretches: [UInt32: Stretch], for runs: Runnable, at now: Instant) -> Bool {
        if let kind = kinds.firstIndex(where: { $0.runs == runs }) {
            kinds[kind].stretches.merge(stretches) { $1 }
            return true
        }
        if kinds.count == LookedPast.kindsMax {
            let idle = kinds.firstIndex { kind in
                kind.claimed > now || kind.claimed.advanced(microseconds: LookedPast.idleMicroseconds) < now
            }
            guard let idle else { return false }
            kinds.remove(at: idle)
        }
        kinds.append(Kind(runs: runs, stretches: stretches, claimed: now))
        return true
    }

    /// Whether some claims have looked past this place.
    func reaches(_ key: RowKey) -> Bool {
        kinds.contains { $0.stretches[key.readyQueue]?.mark(past: key) != nil }
    }

    /// A job has become ready in this process, before a mark.
    mutating func noteReady(_ key: RowKey, name: String?, version: UInt16) {
        for kind in kinds.indices {
            guard kinds[kind].stretches[key.readyQueue]?.mark(past: key) != nil else { continue }
            if let name, kinds[kind].runs.canRun(name, version: version) {
                kinds[kind].stretches[key.readyQueue]?.fallBack(before: key)
            } else {
                kinds[kind].stretches[key.readyQueue]?.isExact = false
            }
        }
    }

    /// Others have written, and may have put jobs before any mark.
    mutating func noteOthersWrote() {
        for kind in kinds.indices {
            for queue in kinds[kind].stretches.keys { kinds[kind].stretches[queue]?.isExact = false }
        }
    }

    mutating func removeAll() { kinds.removeAll() }
}
