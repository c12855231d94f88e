internal import DaybookModel

internal import Synchronization

/// The log in memory: the reference for what a storage does, and the one that tests and simulations run on.
///
/// A write works on a copy and takes its place when it succeeds, which is all there is to a transaction. Arrays and
/// dictionaries share their content until they are changed, so the copy costs what is changed.
package final class MemoryStorage: LogStorage {
    /// What is kept: events by number from 1, nodes, and for each table its rows in key order.
    struct Content {
        var events: [[UInt8]] = []
        var nodes: [[UInt64]: Hash] = [:]
        var tables: [Table: SortedRows] = [:]
    }

    fileprivate let content = Mutex(Content())

    package init() {}

    package func read<R>(_ body: (any LogSnapshot) throws -> R) throws -> R {
        try body(MemoryTransaction(content.withLock { $0 }))
    }

    package func write<R>(_ body: (any LogTransaction) throws -> R) throws -> R {
        // One writer at a time; the body must not come back here, as with any storage.
        try content.withLock { content in
            let transaction = MemoryTransaction(content)
            let result = try body(transaction)
            content = transaction.content
            return result
        }
    }
}

extension MemoryStorage {
    /// Damages an event, as a bad disk would.
    func damage(event sequence: SequenceNumber, _ change: (inout [UInt8]) -> Void) {
        content.withLock { change(&$0.events[Int(sequence) - 1]) }
    }
}

final class MemoryTransaction: LogTransaction {
    fileprivate(set) var content: MemoryStorage.Content
    var ledgerDigest: LedgerDigest

    init(_ content: MemoryStorage.Content) {
        self.content = content
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
        var sequence = max(first, 1)
        while sequence <= last, try event(sequence, { try body(sequence, $0) }) == true { sequence += 1 }
    }

    func eventsBackward(
        from last: SequenceNumber, _ body: (SequenceNumber, UnsafeRawBufferPointer) throws -> Bool
    ) throws {
        var sequence = min(last, self.last)
        while sequence >= 1, try event(sequence, { try body(sequence, $0) }) == true { sequence -= 1 }
    }

    func node(_ level: UInt8, _ index: UInt64) -> Hash? { content.nodes[[UInt64(level), index]] }

    func append(_ batch: EventBatch, ifHeadIs head: SequenceNumber) -> AppendResult {
        guard last == head, batch.first == head + 1 else { return .headMoved(to: last) }
        for index in 0..<batch.count { content.events.append(Array(batch.value(index))) }
        for node in batch.nodes { content.nodes[[UInt64(node.level), node.index]] = node.hash }
        return .appended
    }

    func read<R>(
        _ table: Table, _ key: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> R
    ) throws -> R? {
        try content.tables[table]?.value(Array(key))?.withUnsafeBytes(body)
    }

    func put(
        _ table: Table, _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer,
        replacing old: UnsafeRawBufferPointer?
    ) throws {
        if let old { ledgerDigest.subtract(table, key, old) }
        ledgerDigest.add(table, key, value)
        content.tables[table, default: SortedRows()].put(Array(key), Array(value))
    }

    func remove(_ table: Table, _ key: UnsafeRawBufferPointer, old: UnsafeRawBufferPointer) throws {
        ledgerDigest.subtract(table, key, old)
        content.tables[table]?.remove(Array(key))
    }

    func scan(
        _ table: Table, from key: UnsafeRawBufferPointer,
        _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws -> Bool
    ) throws {
        try content.tables[table]?.scan(from: Array(key)) { key, value in
            try key.withUnsafeBytes { key in try value.withUnsafeBytes { try body(key, $0) } }
        }
    }
}
