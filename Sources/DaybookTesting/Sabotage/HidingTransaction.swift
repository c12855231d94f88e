internal import DaybookLog
internal import DaybookModel

/// A transaction that does not show some of the jobs that have come due.
final class HidingTransaction: LogTransaction {
    private let base: any LogTransaction
    private let reason: JobRecord.WaitReason

    init(_ base: any LogTransaction, waitingFor reason: JobRecord.WaitReason) {
        self.base = base
        self.reason = reason
    }

    private func isHidden(_ table: Table, _ key: UnsafeRawBufferPointer) throws -> Bool {
        guard table == .due, !RowKey(key).isSentinel, RowKey(key).second % 5 == 0 else { return false }
        return try Books.storedJob(RowKey(key).second, in: base)?.waitsFor == reason
    }

    func scan(
        _ table: Table, from key: UnsafeRawBufferPointer,
        _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws -> Bool
    ) throws {
        try base.scan(table, from: key) { key, value in try isHidden(table, key) ? true : try body(key, value) }
    }

    var last: SequenceNumber { get throws { try base.last } }
    var ledgerDigest: LedgerDigest {
        get { base.ledgerDigest }
        set { base.ledgerDigest = newValue }
    }
    func append(_ batch: EventBatch, ifHeadIs head: SequenceNumber) throws -> AppendResult {
        try base.append(batch, ifHeadIs: head)
    }
    func event<R>(_ sequence: SequenceNumber, _ body: (UnsafeRawBufferPointer) throws -> R) throws -> R? {
        try base.event(sequence, body)
    }
    func events(
        from first: SequenceNumber, _ body: (SequenceNumber, UnsafeRawBufferPointer) throws -> Bool
    ) throws { try base.events(from: first, body) }
    func eventsBackward(
        from last: SequenceNumber, _ body: (SequenceNumber, UnsafeRawBufferPointer) throws -> Bool
    ) throws { try base.eventsBackward(from: last, body) }
    func node(_ level: UInt8, _ index: UInt64) throws -> Hash? { try base.node(level, index) }
    func read<R>(
        _ table: Table, _ key: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> R
    ) throws -> R? { try base.read(table, key, body) }
    func put(
        _ table: Table, _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer,
        replacing old: UnsafeRawBufferPointer?
    ) throws { try base.put(table, key, value, replacing: old) }
    func remove(_ table: Table, _ key: UnsafeRawBufferPointer, old: UnsafeRawBufferPointer) throws {
        try base.remove(table, key, old: old)
    }
}
