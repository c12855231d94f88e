internal import DaybookModel

internal import CDaybookPlatform

/// Hashes the leaves of many events at once: two messages are hashed side by side where the processor can.
///
/// An event is copied when it is added, its payload and the rest apart, so its memory may go at once; one that is only
/// noted is copied when all are hashed, and must lie still until then. Payloads are hashed first; each digest goes
/// into the room that its leaf's message has left for it; then the leaves are hashed. The memory is kept, so
/// nothing is allocated once it has grown.
///
/// Not Sendable: one thread at a time.
final class LeafHasher {
    private let payloads = HashMessages()
    private let leaves = HashMessages()
    /// Nodes of the history tree whose children are all among the leaves.
    private let nodes = HashMessages()
    /// The number of the first event that was added.
    @exclusivity(unchecked) private var first: SequenceNumber = 0
    /// For each payload, where in the leaves' messages its digest goes.
    @exclusivity(unchecked) private var digestOffsets: [Int] = []

    /// One event's value, from its version on, without seal: facts and all before them, then the payload.
    struct Input {
        let sequence: SequenceNumber
        /// Everything up to the payload.
        let open: UnsafeRawBufferPointer
        let payload: UnsafeRawBufferPointer
    }

    @exclusivity(unchecked) private var noted: [Input] = []

    /// How many events have been added or noted since the last `finish`.
    var count: Int { leaves.count + noted.count }

    /// Will add an event when all are hashed.
    func note(_ input: Input) {
        noted.append(input)
    }

    /// Adds what was noted, whose memory may go then.
    private func addNoted() {
        for input in noted { add(input) }
        noted.removeAll(keepingCapacity: true)
    }

    func add(_ input: Input) {
        if leaves.count == 0 { first = input.sequence }
        let hasPayload = !input.payload.isEmpty
        let openBytes = 1 + 8 + input.open.count
        leaves.add(byteCount: openBytes + (hasPayload ? Hash.byteCount : 0)) { out in
            out.byte(HashedAs.leaf)
            out.fixed(input.sequence.byteSwapped)
            out.bytes(input.open)
        }
        guard hasPayload else { return }
        digestOffsets.append(leaves.byteCount - Hash.byteCount)
        payloads.add(byteCount: 1 + input.payload.count) { out in
            out.byte(HashedAs.payload)
            out.bytes(input.payload)
        }
    }

    /// Calls `each` with the leaf of each event added, in order, and is empty again.
    func finish(_ each: (Hash) throws -> Void) rethrows {
        hash()
        try take(each)
    }

    /// Does all the work; `take` tells what came of it.
    func hash() {
        addNoted()
        payloads.hash()
        for (index, offset) in digestOffsets.enumerated() { leaves.overwrite(payloads[index], at: offset) }
        leaves.hash()
    }

    /// Calls `each` with the leaf of each event that was hashed, in order, and is empty again.
    func take(_ each: (Hash) throws -> Void) rethrows {
        defer { removeAll() }
        for index in 0..<leaves.count { try each(leaves[index]) }
    }

    /// As `hash`, and the nodes of the history tree that have all their children here. The events must follow each
    /// other.
    func hashWithNodes() {
        hash()
        for index in 0..<(leaves.count - min(leaves.count, leading)) / HistoryTree.fanout {
            nodes.add(byteCount: 1 + HistoryTree.fanout * Hash.byteCount) { out in
                out.byte(HashedAs.node)
                out.bytes(leaves.hashes(from: leading + index * HistoryTree.fanout, count: HistoryTree.fanout))
            }
        }
        nodes.hash()
    }

    /// Adds what `hashWithNodes` has hashed to a tree that ends before it, and is empty again.
    func take(into tree: inout HistoryTree, completed: inout [HistoryTree.Node]) {
        let before = min(leading, leaves.count)
        for index in 0..<before { tree.append(leaves[index], completed: &completed) }
        for index in 0..<nodes.count { tree.append(node: nodes[index], completed: &completed) }
        for index in before + nodes.count * HistoryTree.fanout..<leaves.count {
            tree.append(leaves[index], completed: &completed)
        }
        removeAll()
    }

    /// How many leaves belong to a node that began before the first of them.
    private var leading: Int {
        let width = UInt64(HistoryTree.fanout)
        return Int((width - (first - 1) % width) % width)
    }

    func removeAll() {
        noted.removeAll(keepingCapacity: true)
        payloads.removeAll()
        leaves.removeAll()
        nodes.removeAll()
        digestOffsets.removeAll(keepingCapacity: true)
    }
}

/// Messages laid one behind another, and their hashes once they have been asked for.
private final class HashMessages {
    @exclusivity(unchecked) private var memory: UnsafeMutableRawPointer
    @exclusivity(unchecked) private var byteCapacity = 1 << 14
    @exclusivity(unchecked) private(set) var byteCount = 0
    /// For each message its length, where it starts, and its hash; the last two are filled in when all are hashed.
    @exclusivity(unchecked) private var lengths: UnsafeMutablePointer<Int>
    @exclusivity(unchecked) private var starts: UnsafeMutablePointer<UnsafeRawPointer?>
    @exclusivity(unchecked) private var hashes: UnsafeMutablePointer<Hash>
    @exclusivity(unchecked) private var capacity = LeafCrew.bundle
    @exclusivity(unchecked) private(set) var count = 0

    init() {
        memory = .allocate(byteCount: byteCapacity, alignment: 16)
        lengths = .allocate(capacity: capacity)
        starts = .allocate(capacity: capacity)
        hashes = .allocate(capacity: capacity)
    }

    deinit {
        memory.deallocate()
        lengths.deallocate()
        starts.deallocate()
        hashes.deallocate()
    }

    subscript(index: Int) -> Hash { hashes[index] }

    func hashes(from first: Int, count: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(UnsafeBufferPointer(start: hashes + first, count: count))
    }

    /// Adds a message of `added` bytes, which `write` must write.
    @inline(__always)
    func add(byteCount added: Int, _ write: (inout ByteWriter) -> Void) {
        let start = byteCount
        if start + added > byteCapacity || count == capacity { grow(toHold: start + added) }
        var out = ByteWriter(at: memory + start)
        write(&out)
        lengths[count] = added
        count += 1
        byteCount = start + added
    }

    func overwrite(_ hash: Hash, at offset: Int) {
        var out = ByteWriter(at: memory + offset)
        hash.withBytes { out.bytes($0) }
    }

    func hash() {
        var start = UnsafeRawPointer(memory)
        for index in 0..<count {
            starts[index] = start
            start += lengths[index]
        }
        // The only error is a lack of memory for a fallback that needs a few hundred bytes.
        precondition(daybook_sha256_many(starts, lengths, count, hashes) == 0)
    }

    func removeAll() {
        count = 0
        byteCount = 0
    }

    private func grow(toHold needed: Int) {
        if needed > byteCapacity {
            byteCapacity = max(2 * byteCapacity, needed)
            let grown = UnsafeMutableRawPointer.allocate(byteCount: byteCapacity, alignment: 16)
            grown.copyMemory(from: memory, byteCount: byteCount)
            memory.deallocate()
            memory = grown
        }
        guard count == capacity else { return }
        capacity *= 2
        let grown = UnsafeMutablePointer<Int>.allocate(capacity: capacity)
        grown.update(from: lengths, count: count)
        lengths.deallocate()
        lengths = grown
        starts.deallocate()
        starts = .allocate(capacity: capacity)
        hashes.deallocate()
        hashes = .allocate(capacity: capacity)
    }
}
