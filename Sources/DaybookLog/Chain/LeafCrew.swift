/// The leaves of one commit, hashed in bundles: full ones on a thread of their own, the rest on the caller's.
///
/// A small commit never leaves the caller's thread, and the other thread is not started before the first large one.
///
/// Not Sendable: one thread adds and takes.
final class LeafCrew {
    /// How many events to hand over at least: so many that handing them over costs little beside hashing them.
    static let bundle = 256

    /// The bundles, in turns. Those from `taken` on are handed over, and the one numbered `next` is not yet.
    private var hashers = [LeafHasher()]
    @exclusivity(unchecked) private var next = 0
    @exclusivity(unchecked) private var taken = 0
    private var helper: (thread: HashingThread, handle: WorkerThreads)?
    private var hasAskedForHelp = false

    init() {}

    deinit {
        helper?.thread.stop()
        helper?.handle.join()
    }

    /// Hands over events, whose memory must lie still until `finish` or `letMove`. Answers `false` if nobody can take
    /// them now.
    ///
    /// They must end with a node's last child, so that the next bundle begins with a first.
    func begin(_ events: Range<Int>, _ input: (Int) -> LeafHasher.Input) -> Bool {
        if !hasAskedForHelp {
            hasAskedForHelp = true
            helper = HashingThread.start()
        }
        guard let helper, next - taken < HashingThread.places else { return false }
        let hasher = nextHasher
        for index in events { hasher.note(input(index)) }
        helper.thread.hand(hasher)
        next += 1
        return true
    }

    /// Adds all events to the tree, in order: those that were handed over, then the others. After it there are none.
    func finish(
        _ others: Range<Int>, _ input: (Int) -> LeafHasher.Input,
        into tree: inout HistoryTree, completed: inout [HistoryTree.Node]
    ) {
        let hasher = nextHasher
        for index in others { hasher.add(input(index)) }
        hasher.hashWithNodes()
        while taken < next { takeOldest().take(into: &tree, completed: &completed) }
        hasher.take(into: &tree, completed: &completed)
    }

    /// Returns when nobody looks at the memory of what was handed over any more.
    func letMove() {
        for bundle in taken..<next { helper?.thread.takeBack(bundle) }
    }

    /// Forgets what was handed over.
    func removeAll() {
        while taken < next { takeOldest().removeAll() }
    }

    private var nextHasher: LeafHasher {
        // One hasher more than there are places, for the end of a commit.
        let slot = next % (HashingThread.places + 1)
        if slot == hashers.count { hashers.append(LeafHasher()) }
        return hashers[slot]
    }

    private func takeOldest() -> LeafHasher {
        helper?.thread.takeBack(taken)
        taken += 1
        return hashers[(taken - 1) % (HashingThread.places + 1)]
    }
}
