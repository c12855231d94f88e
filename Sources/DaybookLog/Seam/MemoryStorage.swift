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
    private let lastBefore: SequenceNumber

    init(_ content: MemoryContent) {
        self.content = content
        lastBefore = content.events.last
        ledgerDigest = content.events.read(lastBefore) { Seal(of: $0)?.ledgers ?? .empty } ?? .empty
    }

    var last: SequenceNumber { content.events.last }

    func event<R>(_ sequence: SequenceNumber, _ body: (UnsafeRawBufferPointer) throws -> R) throws -> R? {
        // The body may change what is there.
        let events = content.events
        return try events.read(sequence, body)
    }

    func events(
        from first: SequenceNumber, _ body: (SequenceNumber, UnsafeRawBufferPointer) throws -> Bool
    ) throws {
        let events = content.events
        try events.scan(from: first, body)
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
        for index in 0..<batch.count { content.events.append(batch.value(index)) }
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
        content.events.cut(after: lastBefore)
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
