internal import DaybookModel

internal import Synchronization

/// The log in memory: the reference for what a storage does, and the one that tests and simulations run on.
///
/// A write changes what is there and keeps a list of what it changed, to put it back if it fails. Readers have a copy,
/// which shares its content until somebody writes while they look.
package final class MemoryStorage: LogStorage {
    let content = Mutex(MemoryContent())

    package init() {}

    package func read<R>(_ body: (any LogSnapshot) throws -> R) throws -> R {
        try body(MemoryTransaction(content.withLock { $0 }))
    }

    package func write<R>(_ body: (any LogTransaction) throws -> R) throws -> R {
        // One writer at a time; the body must not come back here, as with any storage.
        try content.withLock { content in
            let transaction = MemoryTransaction(content)
            // Nobody else holds it now, so that changing it copies nothing.
            content = MemoryContent()
            defer { content = transaction.content }
            do {
                return try body(transaction)
            } catch {
                transaction.undo()
                throw error
            }
        }
    }
}

final class MemoryTransaction: LogTransaction {
    fileprivate(set) var content: MemoryContent
    var ledgerDigest: LedgerDigest
    /// What stood where something was changed, in that order.
    private var changes: [(table: Table, key: [UInt8], old: [UInt8]?)] = []
    private var newNodes: [MemoryContent.NodePlace] = []
    private let lastBefore: Int

    init(_ content: MemoryContent) {
        self.content = content
        lastBefore = content.events.count
        ledgerDigest = content.events.last?.withUnsafeBytes { Seal(of: $0)?.ledgers } ?? .empty
    }

    var last: SequenceNumber { UInt64(content.events.count) }

    func event<R>(_ sequence: SequenceNumber, _ body: (UnsafeRawBufferPointer) throws -> R) throws -> R? {
        guard sequence >= 1, sequence <= last else { return nil }
        return try content.events[Int(sequence) - 1].withUnsafeBytes(body)
    }

    func events(
        from first: SequenceNumber, _ body: (SequenceNumber, UnsafeRawBufferPointer) throws -> Bool
    ) throws {
        guard first <= last else { return }
        let events = content.events
        var index = Int(max(first, 1)) - 1
        while index < events.count, try events[index].withUnsafeBytes({ try body(UInt64(index) + 1, $0) }) {
            index += 1
        }
    }

    func eventsBackward(
        from last: SequenceNumber, _ body: (SequenceNumber, UnsafeRawBufferPointer) throws -> Bool
    ) throws {
        var sequence = min(last, self.last)
        while sequence >= 1, try event(sequence, { try body(sequence, $0) }) == true { sequence -= 1 }
    }

    func node(_ level: UInt8, _ index: UInt64) -> Hash? {
        content.nodes[MemoryContent.NodePlace(level: level, index: index)]
    }

    func append(_ batch: EventBatch, ifHeadIs head: SequenceNumber) -> AppendResult {
        guard last == head, batch.first == head + 1 else { return .headMoved(to: last) }
        for index in 0..<batch.count { content.events.append(Array(batch.value(index))) }
        for node in batch.nodes {
            let place = MemoryContent.NodePlace(level: node.level, index: node.index)
            newNodes.append(place)
            content.nodes[place] = node.hash
        }
        return .appended
    }

    func read<R>(
        _ table: Table, _ key: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> R
    ) throws -> R? {
        try content[table].value(key)?.withUnsafeBytes(body)
    }

    func put(
        _ table: Table, _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer,
        replacing old: UnsafeRawBufferPointer?
    ) throws {
        if let old { ledgerDigest.subtract(table, key, old) }
        ledgerDigest.add(table, key, value)
        let key = Array(key)
        let before = content[table].put(key, Array(value))
        changes.append((table, key, before))
    }

    func remove(_ table: Table, _ key: UnsafeRawBufferPointer, old: UnsafeRawBufferPointer) throws {
        ledgerDigest.subtract(table, key, old)
        let key = Array(key)
        if let before = content[table].remove(key) { changes.append((table, key, before)) }
    }

    /// Puts everything back.
    fileprivate func undo() {
        for (table, key, old) in changes.reversed() {
            if let old {
                content[table].put(key, old)
            } else {
                content[table].remove(key)
            }
        }
        for place in newNodes { content.nodes[place] = nil }
        content.events.removeSubrange(lastBefore...)
    }

    func scan(
        _ table: Table, from key: UnsafeRawBufferPointer,
        _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws -> Bool
    ) throws {
        try content[table].scan(from: key) { key, value in
            try key.withUnsafeBytes { key in try value.withUnsafeBytes { try body(key, $0) } }
        }
    }
}
