package import DaybookModel

/// The events of one commit, encoded one behind another and sealed together when the commit is complete.
///
/// Hashing goes on beside the writer, so the seal is not there when the batch is closed but when somebody asks for what
/// depends on it: the last event's value, completed nodes, the seal itself. Whoever stores the other values first waits
/// the least.
///
/// Not Sendable: the writer's thread has it to itself, so its state goes untracked; tracking costs as much as
/// encoding an event.
package final class EventBatch {
    private struct Entry {
        let start: Int
        var count: Int
        let payloadCount: Int
    }

    @exclusivity(unchecked) package private(set) var first: SequenceNumber = 1
    @exclusivity(unchecked) private var entries: [Entry] = []
    @exclusivity(unchecked) private var memory: UnsafeMutableRawPointer
    @exclusivity(unchecked) private var capacity: Int
    @exclusivity(unchecked) private var used = 0
    private let crew = LeafCrew()
    /// How many events the crew has begun to hash.
    @exclusivity(unchecked) private var handedOver = 0
    private let sha = Sha256()
    /// The edge of the log's history tree: before this batch, and with it once it is sealed.
    @exclusivity(unchecked) package var tree = HistoryTree()
    @exclusivity(unchecked) private var completedNodes: [HistoryTree.Node] = []
    /// What the seal is to say, from closing to sealing.
    @exclusivity(unchecked) private var unsealed: (previous: Hash, ledgers: LedgerDigest)?
    @exclusivity(unchecked) private var sealed = Seal(count: 0, ledgers: .empty, head: .zero)

    package init() {
        capacity = 1 << 16
        memory = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit {
        crew.letMove()
        memory.deallocate()
    }

    package var count: Int { entries.count }
    package var byteCount: Int { used }
    package var isEmpty: Bool { entries.isEmpty }
    package var last: SequenceNumber { first + UInt64(entries.count) - 1 }

    /// Nodes of the tree that this batch completes, once it is closed.
    package var nodes: [HistoryTree.Node] {
        settle()
        return completedNodes
    }

    /// The seal, once the batch is closed.
    package var seal: Seal {
        settle()
        return sealed
    }

    /// Empties the batch; its first event will be number `first`.
    package func restart(at first: SequenceNumber) {
        self.first = first
        entries.removeAll(keepingCapacity: true)
        completedNodes.removeAll(keepingCapacity: true)
        crew.removeAll()
        handedOver = 0
        unsealed = nil
        used = 0
        if capacity > 8 << 20 { shrink() }
    }

    /// Adds an event and returns its number.
    @discardableResult
    package func append(_ event: Event) -> SequenceNumber {
        let sequence = first + UInt64(entries.count)
        let layout = EventEncoding.write(event, at: sequence, to: reserve(EventEncoding.byteCountMax(event)))
        add(Entry(start: used, count: layout.count, payloadCount: layout.payloadCount))
        return sequence
    }

    /// Adds an event whose payload is to stand under a key, as `seal` answers it.
    func append(
        _ event: Event, sealedBy seal: (UnsafeRawBufferPointer) throws -> [UInt8]
    ) throws -> SequenceNumber {
        try append(event, changedBy: { try SealedEvent.sealing($0, at: $1, seal) })
    }

    /// Adds an event whose payload nobody is ever to read.
    func append(erased event: Event) throws -> SequenceNumber {
        try append(event, changedBy: { try SealedEvent.erasing($0, at: $1) })
    }

    /// Adds an event with another payload, if `change` gives it one.
    private func append(
        _ event: Event,
        changedBy change: (UnsafeRawBufferPointer, SequenceNumber) throws -> (value: [UInt8], payloadCount: Int)?
    ) throws -> SequenceNumber {
        let sequence = first + UInt64(entries.count)
        let layout = EventEncoding.write(event, at: sequence, to: reserve(EventEncoding.byteCountMax(event)))
        (memory + used).storeBytes(of: 0, toByteOffset: EventHead.Offset.mark, as: UInt8.self)
        let open = UnsafeRawBufferPointer(start: memory + used, count: layout.count)
        if let (value, payloadCount) = try change(open, sequence) {
            let start = reserve(value.count + Seal.byteCount)
            value.withUnsafeBytes { start.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
            add(Entry(start: used, count: value.count, payloadCount: payloadCount))
        } else {
            add(Entry(start: used, count: layout.count, payloadCount: layout.payloadCount))
        }
        return sequence
    }

    /// Adds an event that is encoded already, as an import finds it: its value without checksum, mark and seal.
    package func append(encoded value: UnsafeRawBufferPointer, payloadCount: Int) {
        let count = EventHead.Offset.version + value.count
        let start = reserve(count + Seal.byteCount) + EventHead.Offset.version
        start.copyMemory(from: value.baseAddress!, byteCount: value.count)
        add(Entry(start: used, count: count, payloadCount: payloadCount))
    }

    /// Takes in what has just been written, as an event that is not the last of its commit.
    private func add(_ entry: Entry) {
        let index = entries.count
        if index - handedOver >= LeafCrew.bundle { handOver() }
        entries.append(entry)
        used += entry.count
        finish(index, isLast: false)
    }

    /// Lets the crew begin with the events that it does not have yet, if they end with a node's last child. It is asked
    /// when another one shows that the last of them does not end the commit: what is left at the end is hashed here.
    private func handOver() {
        guard (first + UInt64(entries.count)) % UInt64(HistoryTree.fanout) == 1 else { return }
        if crew.begin(handedOver..<entries.count, leafInput) { handedOver = entries.count }
    }

    /// Ends the commit, which follows one with this head. No event may be added after that.
    package func close(after previous: Hash, ledgers: LedgerDigest) {
        unsealed = (previous, ledgers)
    }

    /// Seals a batch that is closed, unless it is sealed already.
    private func settle() {
        guard let (previous, ledgers) = unsealed else { return }
        unsealed = nil
        crew.finish(handedOver..<entries.count, leafInput, into: &tree, completed: &completedNodes)
        let count = UInt32(entries.count)
        let head = Seal.head(after: previous, root: tree.root(), count: count, ledgers: ledgers, sha)
        sealed = Seal(count: count, ledgers: ledgers, head: head)
        sealed.write(to: memory + used)
        let last = entries.count - 1
        entries[last].count += Seal.byteCount
        used += Seal.byteCount
        finish(last, isLast: true)
    }

    private func leafInput(_ index: Int) -> LeafHasher.Input {
        let entry = entries[index]
        let start = memory + entry.start
        let openEnd = entry.count - entry.payloadCount
        return LeafHasher.Input(
            sequence: first + UInt64(index),
            open: UnsafeRawBufferPointer(
                start: start + EventHead.Offset.version, count: openEnd - EventHead.Offset.version),
            payload: UnsafeRawBufferPointer(start: start + openEnd, count: entry.payloadCount))
    }

    private func finish(_ index: Int, isLast: Bool) {
        let start = memory + entries[index].start
        start.storeBytes(of: isLast ? 1 : 0, toByteOffset: EventHead.Offset.mark, as: UInt8.self)
        let checksum = EventChecksum.of(
            UnsafeRawBufferPointer(start: start, count: entries[index].count), at: first + UInt64(index))
        start.storeBytes(of: checksum.littleEndian, as: UInt32.self)
    }

    /// The value of the event at `index`; that of the last is complete once the batch is closed.
    package func value(_ index: Int) -> UnsafeRawBufferPointer {
        if index == entries.count - 1 { settle() }
        return UnsafeRawBufferPointer(start: memory + entries[index].start, count: entries[index].count)
    }

    /// Where the next value goes, with room for so many bytes.
    @inline(__always)
    private func reserve(_ count: Int) -> UnsafeMutableRawPointer {
        if used + count > capacity { resize(to: max(capacity * 2, used + count)) }
        return memory + used
    }

    private func shrink() {
        resize(to: 1 << 16)
    }

    private func resize(to capacity: Int) {
        crew.letMove()
        let grown = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
        grown.copyMemory(from: memory, byteCount: used)
        memory.deallocate()
        memory = grown
        self.capacity = capacity
    }
}
