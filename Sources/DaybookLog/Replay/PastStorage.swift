internal import DaybookModel

/// A store as it was at a point of its log: whatever reads a storage reads this one and sees nothing of what came
/// later.
///
/// Unchecked because the monitor, not the compiler, keeps the fold to one thread at a time. Its ledgers are those of a
/// fold, so it costs one pass over the log up to that point, or from the last snapshot before it, and then as little as
/// the store itself.
package final class PastStorage: LogStorage, @unchecked Sendable {
    private let storage: any LogStorage
    private let replay: Replay
    private let monitor = Monitor()
    /// As of which event, and what the ledgers were.
    package let heading: LedgerDump.Heading

    /// Folds the log up to that point, and takes snapshots on the way if there is a shelf for them.
    package init(
        _ storage: any LogStorage, at point: ReplayPoint, limits: FoldLedgers.Limits = FoldLedgers.Limits(),
        snapshots: SnapshotShelf? = nil, progress: @escaping (ReadProgress) -> Void = { _ in }
    ) throws {
        self.storage = storage
        replay = Replay(storage, limits: limits, snapshots: snapshots, progress: progress)
        try replay.advance(to: point)
        heading = replay.heading
    }

    /// The ledgers as they were, row by row.
    package func dump<R>(_ body: (LedgerDump) throws -> R) throws -> R {
        monitor.lock()
        defer { monitor.unlock() }
        return try body(replay.dump)
    }

    package func read<R>(_ body: (any LogSnapshot) throws -> R) throws -> R {
        monitor.lock()
        defer { monitor.unlock() }
        return try storage.read { try body(PastSnapshot(replay.ledgers, $0, last: heading.sequence)) }
    }

    package func write<R>(_ body: (any LogTransaction) throws -> R) throws -> R {
        throw PastSnapshot.unchangeable
    }
}

/// The ledgers of a fold, and the events up to where it stands.
private final class PastSnapshot: LogSnapshot {
    private let ledgers: FoldLedgers
    private let log: any LogSnapshot
    let last: SequenceNumber

    init(_ ledgers: FoldLedgers, _ log: any LogSnapshot, last: SequenceNumber) {
        self.ledgers = ledgers
        self.log = log
        self.last = last
    }

    static var unchangeable: LogError { LogError(.unusable, "The past cannot be changed.") }

    func event<R>(_ sequence: SequenceNumber, _ body: (UnsafeRawBufferPointer) throws -> R) throws -> R? {
        sequence <= last ? try log.event(sequence, body) : nil
    }

    func events(
        from first: SequenceNumber, _ body: (SequenceNumber, UnsafeRawBufferPointer) throws -> Bool
    ) throws {
        try log.events(from: first) { try $0 <= last && body($0, $1) }
    }

    func eventsBackward(
        from last: SequenceNumber, _ body: (SequenceNumber, UnsafeRawBufferPointer) throws -> Bool
    ) throws {
        try log.eventsBackward(from: min(last, self.last), body)
    }

    /// What is closed is so now, whatever could be read then.
    func closedPayload(of sequence: SequenceNumber) throws -> ClosedPayload? {
        sequence <= last ? try log.closedPayload(of: sequence) : nil
    }

    func node(_ level: UInt8, _ index: UInt64) throws -> Hash? {
        // A node is there as soon as the last of its leaves is.
        let bits = 4 * UInt64(level)
        guard bits < 64, index < last >> bits else { return nil }
        return try log.node(level, index)
    }

    func read<R>(
        _ table: Table, _ key: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> R
    ) throws -> R? {
        try ledgers.read(table, key, body)
    }

    func scan(
        _ table: Table, from key: UnsafeRawBufferPointer,
        _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws -> Bool
    ) throws {
        try ledgers.scan(table, from: key, body)
    }

    func put(
        _ table: Table, _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer,
        replacing old: UnsafeRawBufferPointer?
    ) throws {
        throw PastSnapshot.unchangeable
    }

    func remove(_ table: Table, _ key: UnsafeRawBufferPointer, old: UnsafeRawBufferPointer) throws {
        throw PastSnapshot.unchangeable
    }
}
