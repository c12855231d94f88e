internal import DaybookModel

internal import CDaybookPlatform

/// Hashes the leaves of many events at once: two messages are hashed side by side where the processor can.
///
/// An event is copied when it is added, its payload and the rest apart, so its memory may go at once. Payloads are hashed first; each
/// digest goes into the room that its leaf's message has left for it; then the leaves are hashed. The memory is kept, so
/// nothing is allocated once it has grown.
///
/// Not Sendable: one thread at a time.
final class LeafHasher {
    private let payloads = HashMessages()
    private let leaves = HashMessages()
    /// For each payload, where in the leaves' messages its digest goes.
    private var digestOffsets: [Int] = []

    /// One event's value, from its version on, without seal: facts and all before them, then the payload.
    struct Input {
        let sequence: SequenceNumber
        /// Everything up to the payload.
        let open: UnsafeRawBufferPointer
        let payload: UnsafeRawBufferPointer
    }

    /// How many events have been added since the last `finish`.
    var count: Int { leaves.count }

    func add(_ input: Input) {
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
        payloads.hash()
        for (index, offset) in digestOffsets.enumerated() { leaves.overwrite(payloads[index], at: offset) }
        leaves.hash()
        defer {
            payloads.removeAll()
            leaves.removeAll()
            digestOffsets.removeAll(keepingCapacity: true)
        }
        for index in 0..<leaves.count { try each(leaves[index]) }
    }
}

/// Messages laid one behind another, and their hashes once they have been asked for.
private final class HashMessages {
    private var memory: UnsafeMutableRawPointer
    private var capacity = 4096
    private(set) var byteCount = 0
    private var offsets: [Int] = []
    private var lengths: [Int] = []
    private var starts: [UnsafeRawPointer?] = []
    private var hashes: [Hash] = []

    init() {
        memory = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit {
        memory.deallocate()
    }

    var count: Int { offsets.count }

    subscript(index: Int) -> Hash { hashes[index] }

    /// Adds a message of `added` bytes, which `write` must write.
    func add(byteCount added: Int, _ write: (inout ByteWriter) -> Void) {
        if byteCount + added > capacity { grow(to: max(2 * capacity, byteCount + added)) }
        var out = ByteWriter(at: memory + byteCount)
        write(&out)
        offsets.append(byteCount)
        lengths.append(added)
        byteCount += added
    }

    func overwrite(_ hash: Hash, at offset: Int) {
        var out = ByteWriter(at: memory + offset)
        hash.withBytes { out.bytes($0) }
    }

    func hash() {
        while hashes.count < offsets.count { hashes.append(.zero) }
        guard !offsets.isEmpty else { return }
        starts.removeAll(keepingCapacity: true)
        for offset in offsets { starts.append(UnsafeRawPointer(memory + offset)) }
        hashes.withUnsafeMutableBytes { out in
            // The only error is a lack of memory for a fallback that needs a few hundred bytes.
            precondition(daybook_sha256_many(starts, lengths, offsets.count, out.baseAddress!) == 0)
        }
    }

    func removeAll() {
        offsets.removeAll(keepingCapacity: true)
        lengths.removeAll(keepingCapacity: true)
        byteCount = 0
    }

    private func grow(to capacity: Int) {
        let grown = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
        grown.copyMemory(from: memory, byteCount: byteCount)
        memory.deallocate()
        memory = grown
        self.capacity = capacity
    }
}
