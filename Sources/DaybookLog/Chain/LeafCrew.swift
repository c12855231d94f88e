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
    @exclusivity(unchecked) private var leaves: [Hash] = []
    private var helper: (thread: HashingThread, handle: WorkerThreads)?
    private var hasAskedForHelp = false

    init() {
        current = hashers[0]
    }

    deinit {
        helper?.thread.stop()
        helper?.handle.join()
    }

    func add(_ input: LeafHasher.Input) {
        // A full bundle goes on its way when the next event shows that it was not the last: alone it is hashed here.
        if current.count == LeafCrew.bundle { handOver() }
        current.add(input)
    }

    /// The leaves of all events that were added, in order; after it there are none.
    func finish() -> [Hash] {
        current.hash()
        while taken < filling { takeOldest() }
        current.take { leaves.append($0) }
        defer { leaves.removeAll(keepingCapacity: true) }
        return leaves
    }

    /// Forgets what was added.
    func removeAll() {
        while taken < filling { takeOldest() }
        current.removeAll()
        leaves.removeAll(keepingCapacity: true)
    }

    private func handOver() {
        if !hasAskedForHelp {
            hasAskedForHelp = true
            helper = HashingThread.start()
        }
        guard let helper else {
            current.hash()
            current.take { leaves.append($0) }
            return
        }
        helper.thread.hand(current)
        filling += 1
        // One hasher more than there are places, for the bundle that is being filled.
        if filling - taken == HashingThread.places { takeOldest() }
        let slot = filling % (HashingThread.places + 1)
        if slot == hashers.count { hashers.append(LeafHasher()) }
        current = hashers[slot]
    }

    private func takeOldest() {
        helper?.thread.takeBack(taken)
        hashers[taken % (HashingThread.places + 1)].take { leaves.append($0) }
        taken += 1
    }
}
