internal import DaybookLog
internal import DaybookModel

/// A transaction that does not show some rows, or shows them as they are not.
final class HidingTransaction: LogTransaction {
    enum Trick {
        /// Some of the jobs that have come due are not there.
        case due(JobRecord.WaitReason)
        /// Some of those who wait for a job are not there.
        case children
        /// Limits allow one more than they do.
        case limits
    }

    private let base: any LogTransaction
    private let trick: Trick

    init(_ base: any LogTransaction, _ trick: Trick) {
        self.base = base
        self.trick = trick
    }

    private func isHidden(_ table: Table, _ key: UnsafeRawBufferPointer) throws -> Bool {
        switch (trick, table) {
        case (.due(let reason), .due):
            guard !RowKey(key).isSentinel, RowKey(key).second % 5 == 0 else { return false }
            return try Books.storedJob(RowKey(key).second, in: base)?.waitsFor == reason
        case (.children, .children): return RowKey(key).first != 0 && RowKey(key).second % 5 == 0
        default: return false
        }
    }

    /// Rules of limits stand under keys that begin with a 1, and begin with how many may run.
    private func isRule(_ table: Table, _ key: UnsafeRawBufferPointer) -> Bool {
        guard case .limits = trick, table == .limits else { return false }
        return key.first == 1
    }

    private func raised(_ value: UnsafeRawBufferPointer) -> [UInt8] {
        var bytes = Array(value)
        if let least = bytes.first, least > 0, least < 255 { bytes[0] = least + 1 }
        return bytes
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
    ) throws -> R? {
        try base.read(table, key) { value in
            try isRule(table, key) ? raised(value).withUnsafeBytes(body) : body(value)
        }
    }

    // What stood there was not what was shown.
    func put(
        _ table: Table, _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer,
        replacing old: UnsafeRawBufferPointer?
    ) throws {
        guard isRule(table, key), old != nil, let real = try base.read(table, key, { Array($0) }) else {
            return try base.put(table, key, value, replacing: old)
        }
        try real.withUnsafeBytes { try base.put(table, key, value, replacing: $0) }
    }
    func remove(_ table: Table, _ key: UnsafeRawBufferPointer, old: UnsafeRawBufferPointer) throws {
        guard isRule(table, key), let real = try base.read(table, key, { Array($0) }) else {
            return try base.remove(table, key, old: old)
        }
        try real.withUnsafeBytes { try base.remove(table, key, old: $0) }
    }
}
