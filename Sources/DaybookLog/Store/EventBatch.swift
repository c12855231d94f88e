package import DaybookModel

internal import CDaybookPlatform

/// The events of one commit, encoded one behind another, hashed and sealed together when the commit is complete.
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
    private let hasher = LeafHasher()
    private let sha = Sha256()
    @exclusivity(unchecked) private var completedNodes: [HistoryTree.Node] = []
    @exclusivity(unchecked) package private(set) var leaves: [Hash] = []
    @exclusivity(unchecked) package private(set) var seal = Seal(count: 0, ledgers: .empty, head: .zero)

    package init() {
        capacity = 1 << 16
        memory = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit {
        memory.deallocate()
    }

    package var count: Int { entries.count }
    package var byteCount: Int { used }
    package var isEmpty: Bool { entries.isEmpty }
    package var last: SequenceNumber { first + UInt64(entries.count) - 1 }
    package var nodes: [HistoryTree.Node] { completedNodes }

    /// Empties the batch; its first event will be number `first`.
    package func restart(at first: SequenceNumber) {
        self.first = first
        entries.removeAll(keepingCapacity: true)
        completedNodes.removeAll(keepingCapacity: true)
        leaves.removeAll(keepingCapacity: true)
        used = 0
        if capacity > 8 << 20 { shrink() }
    }

    /// Adds an event and returns its number.
    @discardableResult
    package func append(_ event: Event) -> SequenceNumber {
        let sequence = first + UInt64(entries.count)
        reserve(EventEncoding.byteCountMax(event))
        let layout = EventEncoding.write(event, at: sequence, to: memory + used)
        entries.append(Entry(start: used, count: layout.count, payloadCount: layout.payloadCount))
        used += layout.count
        return sequence
    }

    /// Adds an event that is encoded already, as an import finds it: its value without checksum, mark and seal.
    package func append(encoded value: UnsafeRawBufferPointer, payloadCount: Int) {
        let count = EventHead.Offset.version + value.count
        reserve(count + Seal.byteCount)
        // Whoever reads the event before it is sealed must find a mark.
        (memory + used).initializeMemory(as: UInt8.self, repeating: 0, count: EventHead.Offset.version)
        (memory + used + EventHead.Offset.version).copyMemory(from: value.baseAddress!, byteCount: value.count)
        entries.append(Entry(start: used, count: count, payloadCount: payloadCount))
        used += count
    }

    /// Hashes the events into `tree`, and seals the last of them. No event may be added after that.
    package func close(after previous: Hash, ledgers: LedgerDigest, tree: inout HistoryTree) {
        for index in entries.indices { hasher.add(leafInput(index)) }
        hasher.finish { leaf in
            leaves.append(leaf)
            tree.append(leaf, completed: &completedNodes)
        }
        let count = UInt32(entries.count)
        let head = Seal.head(after: previous, root: tree.root(), count: count, ledgers: ledgers, sha)
        seal = Seal(count: count, ledgers: ledgers, head: head)
        let last = entries.count - 1
        seal.write(to: memory + used)
        entries[last].count += Seal.byteCount
        used += Seal.byteCount
        for index in 0...last { finish(index, isLast: index == last) }
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

    /// The value of the event at `index`, complete once the batch is closed.
    package func value(_ index: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: memory + entries[index].start, count: entries[index].count)
    }

    private func reserve(_ count: Int) {
        guard used + count > capacity else { return }
        resize(to: max(capacity * 2, used + count))
    }

    private func shrink() {
        resize(to: 1 << 16)
    }

    private func resize(to capacity: Int) {
        let grown = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
        grown.copyMemory(from: memory, byteCount: used)
        memory.deallocate()
        memory = grown
        self.capacity = capacity
    }
}

/// The checksum of one event: over its number, so that a misplaced row shows, and over everything behind the
/// checksum itself.
enum EventChecksum {
    @inline(__always)
    static func of(_ value: UnsafeRawBufferPointer, at sequence: SequenceNumber) -> UInt32 {
        let start = withUnsafeBytes(of: sequence.bigEndian) { daybook_crc32c(0, $0.baseAddress, 8) }
        return daybook_crc32c(start, value.baseAddress! + 4, value.count - 4)
    }

    @inline(__always)
    static func matches(_ value: UnsafeRawBufferPointer, at sequence: SequenceNumber) -> Bool {
        value.count >= EventHead.Offset.variable
            && UInt32(littleEndian: value.loadUnaligned(as: UInt32.self)) == of(value, at: sequence)
    }
}
