/// The leaves of one commit: events are added in order and hashed in bundles, full bundles on a thread of their own.
///
/// A small commit never leaves the caller's thread, and the other thread is not started before the first large one.
///
/// Not Sendable: one thread adds and takes.
final class LeafCrew {
    /// Large enough that handing it over costs little beside hashing it.
    private static let bundle = 128

    /// The bundles, in turns. The one numbered `filling` is being filled; those from `taken` on are handed over.
    private var hashers = [LeafHasher()]
    @exclusivity(unchecked) private var filling = 0
    @exclusivity(unchecked) private var taken = 0
    @exclusivity(unchecked) private var current: LeafHasher
    private var helper: (thread: HashingThread, handle: WorkerThreads)?
    private var hasAskedForHelp = false

    init() {
        current = hashers[0]
    }

    deinit {
        helper?.thread.stop()
        helper?.handle.join()
    }

    /// Adds an event, whose memory must lie still until `finish` or `letMove`.
    func add(_ input: LeafHasher.Input) {
        // A full bundle goes on its way when the next event shows that it was not the last: alone it is hashed here.
        // It ends with a node's last child, so that the next begins with a first.
        if current.count >= LeafCrew.bundle, input.sequence % UInt64(HistoryTree.fanout) == 1 { handOver() }
        current.note(input)
    }

    /// Adds all events to the tree, in order; after it there are none.
    func finish(into tree: inout HistoryTree, completed: inout [HistoryTree.Node]) {
        current.hashWithNodes()
        while taken < filling { takeOldest().take(into: &tree, completed: &completed) }
        current.take(into: &tree, completed: &completed)
    }

    /// Returns when nobody looks at the memory of what was added any more.
    func letMove() {
        for bundle in taken..<filling { helper?.thread.takeBack(bundle) }
        current.addNoted()
    }

    /// Forgets what was added.
    func removeAll() {
        while taken < filling { takeOldest().removeAll() }
        current.removeAll()
    }

    private func handOver() {
        if !hasAskedForHelp {
            hasAskedForHelp = true
            helper = HashingThread.start()
        }
        // All out: this bundle grows until the commit ends.
        guard let helper, filling - taken < HashingThread.places else { return }
        helper.thread.hand(current)
        filling += 1
        // One hasher more than there are places, for the bundle that is being filled.
        let slot = filling % (HashingThread.places + 1)
        if slot == hashers.count { hashers.append(LeafHasher()) }
        current = hashers[slot]
    }

    private func takeOldest() -> LeafHasher {
        helper?.thread.takeBack(taken)
        taken += 1
        return hashers[(taken - 1) % (HashingThread.places + 1)]
    }
}
