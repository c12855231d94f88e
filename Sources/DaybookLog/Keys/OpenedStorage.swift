internal import DaybookModel

/// A storage whose payloads are open to whoever reads it, as far as their keys are there. What checks, copies or
/// exports a log reads the storage beneath: there stands what the chain is made of.
package struct OpenedStorage: LogStorage {
    private let base: LMDBStorage
    private let ring: Keyring

    init(_ base: LMDBStorage, _ keyring: Keyring) {
        self.base = base
        ring = keyring
    }

    package var keyring: Keyring? { ring }
    package var stored: any LogStorage { base }

    package func read<R>(_ body: (any LogSnapshot) throws -> R) throws -> R {
        try base.read { try body(OpenedSnapshot($0, ring)) }
    }

    /// Writers read what stands there: what goes on in the log must not depend on who has which key.
    package func write<R>(_ body: (any LogTransaction) throws -> R) throws -> R { try base.write(body) }

    package func write<R>(_ body: (any LogTransaction) throws -> R, committed: (R) -> Void) throws -> R {
        try base.write(body, committed: committed)
    }
}

/// A snapshot with its payloads open.
private final class OpenedSnapshot: LogSnapshot {
    private let base: any LogSnapshot
    private let opener: PayloadOpener

    init(_ base: any LogSnapshot, _ ring: Keyring) {
        self.base = base
        opener = PayloadOpener(ring: ring, log: base)
    }

    var keyring: Keyring? { opener.ring }
    var last: SequenceNumber { get throws { try base.last } }

    func event<R>(_ sequence: SequenceNumber, _ body: (UnsafeRawBufferPointer) throws -> R) throws -> R? {
        try base.event(sequence) { try open($0, at: sequence, body) }
    }

    func events(
        from first: SequenceNumber, _ body: (SequenceNumber, UnsafeRawBufferPointer) throws -> Bool
    ) throws {
        try base.events(from: first) { sequence, value in
            try open(value, at: sequence) { try body(sequence, $0) }
        }
    }

    func eventsBackward(
        from last: SequenceNumber, _ body: (SequenceNumber, UnsafeRawBufferPointer) throws -> Bool
    ) throws {
        try base.eventsBackward(from: last) { sequence, value in
            try open(value, at: sequence) { try body(sequence, $0) }
        }
    }

    private func open<R>(
        _ value: UnsafeRawBufferPointer, at sequence: SequenceNumber, _ body: (UnsafeRawBufferPointer) throws -> R
    ) throws -> R {
        guard let opened = try SealedEvent.opening(value, at: sequence, opener) else { return try body(value) }
        return try opened.withUnsafeBytes { try body($0) }
    }

    var archivedThrough: SequenceNumber { get throws { try base.archivedThrough } }
    var knowsLedgers: Bool { base.knowsLedgers }
    var strangeMark: [UInt8]? { get throws { try base.strangeMark } }

    func forEachBaseRow(
        _ body: (Table, _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws -> Void
    ) throws {
        try base.forEachBaseRow(body)
    }

    func node(_ level: UInt8, _ index: UInt64) throws -> Hash? { try base.node(level, index) }

    // MARK: The ledgers, which hold no payloads

    func read<R>(
        _ table: Table, _ key: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> R
    ) throws -> R? {
        try base.read(table, key, body)
    }

    func scan(
        _ table: Table, from key: UnsafeRawBufferPointer,
        _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws -> Bool
    ) throws {
        try base.scan(table, from: key, body)
    }

    func put(
        _ table: Table, _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer,
        replacing old: UnsafeRawBufferPointer?
    ) throws {
        try base.put(table, key, value, replacing: old)
    }

    func remove(_ table: Table, _ key: UnsafeRawBufferPointer, old: UnsafeRawBufferPointer) throws {
        try base.remove(table, key, old: old)
    }
}
