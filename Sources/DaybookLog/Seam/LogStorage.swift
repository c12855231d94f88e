package import DaybookModel

/// Where a log and its ledgers are kept: the one seam between Daybook and whatever keeps bytes.
///
/// Locally that is an LMDB environment, where appending and posting are one transaction. Where the log lives on
/// another engine, the local environment is a cache of it: a writer catches up, decides, and appends *if the head
/// is still what it decided on*. So nothing above this may take the local commit for the moment of truth, or hand
/// out sequence numbers by itself.
package protocol LogStorage: Sendable {
    /// Runs `body` on a consistent snapshot. Keep it short; nothing handed to it may be kept.
    func read<R>(_ body: (any LogSnapshot) throws -> R) throws -> R

    /// Runs `body` in the one write transaction of the moment; commits durably when it returns, changes nothing
    /// when it throws. The body may run more than once (the map had to grow), so it changes nothing outside but
    /// what it resets itself.
    func write<R>(_ body: (any LogTransaction) throws -> R) throws -> R

    /// The same, and calls `committed` once it is durable, before anybody else is told of it.
    func write<R>(_ body: (any LogTransaction) throws -> R, committed: (R) -> Void) throws -> R

    /// What payloads are encrypted with before they are appended; nil where they stand open.
    var keyring: Keyring? { get }

    /// The storage as it is, with payloads under their keys: what digests are made of.
    var stored: any LogStorage { get }

    /// The storage for whoever reads payloads.
    var opened: any LogStorage { get }
}

extension LogStorage {
    package var keyring: Keyring? { nil }
    package var stored: any LogStorage { self }
    package var opened: any LogStorage { self }

    package func write<R>(_ body: (any LogTransaction) throws -> R, committed: (R) -> Void) throws -> R {
        let result = try write(body)
        committed(result)
        return result
    }
}

/// The log and the ledgers as of one commit.
package protocol LogSnapshot: Ledgers {
    /// The number of the last event; 0 for a log without any.
    var last: SequenceNumber { get throws }

    /// Calls `body` with the value of one event, if there is such an event.
    func event<R>(_ sequence: SequenceNumber, _ body: (UnsafeRawBufferPointer) throws -> R) throws -> R?

    /// Calls `body` with the events from `first` on, in order, for as long as it answers true.
    func events(
        from first: SequenceNumber, _ body: (SequenceNumber, UnsafeRawBufferPointer) throws -> Bool) throws

    /// Calls `body` with the events from `last` back, in falling order, for as long as it answers true.
    func eventsBackward(
        from last: SequenceNumber, _ body: (SequenceNumber, UnsafeRawBufferPointer) throws -> Bool) throws

    /// A stored node of the history tree.
    func node(_ level: UInt8, _ index: UInt64) throws -> Hash?

    /// What payloads are encrypted with before they are appended; nil where they stand open.
    var keyring: Keyring? { get }

    /// Why an event's payload cannot be read here; nil if it can be, or there is none.
    func closedPayload(of sequence: SequenceNumber) throws -> ClosedPayload?

    /// Up to here the log may have been moved to archives; 0 if all of it is at hand. Whoever asks for such an event
    /// gets it from there.
    var archivedThrough: SequenceNumber { get throws }

    /// Whether the ledgers can be read; false where another release made them, and only the log means something here.
    var knowsLedgers: Bool { get }

    /// What the store tells of an event that somebody met who did not understand it; nil if nobody did.
    var strangeMark: [UInt8]? { get throws }

    /// Calls `body` with the rows of the ledgers as of ``archivedThrough``, in table and key order.
    func forEachBaseRow(
        _ body: (Table, _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws -> Void) throws
}

extension LogSnapshot {
    package var keyring: Keyring? { nil }

    package var archivedThrough: SequenceNumber { get throws { 0 } }

    package var knowsLedgers: Bool { true }

    package var strangeMark: [UInt8]? { get throws { nil } }

    package func forEachBaseRow(
        _ body: (Table, _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws -> Void
    ) throws {}
}

/// A snapshot that can be added to.
package protocol LogTransaction: LogSnapshot {
    /// The digest of all ledger rows, kept up to date by every put and remove.
    var ledgerDigest: LedgerDigest { get set }

    /// Appends a closed batch if the log still ends at `head`; otherwise changes nothing and says where the log
    /// ends now, so that the caller can read what came after `head` and decide again.
    func append(_ batch: EventBatch, ifHeadIs head: SequenceNumber) throws -> AppendResult

    /// Throws if somebody has brought the store into another form since this process opened it.
    func requireUnchangedForm() throws

    /// Has the store tell of such an event from now on; nothing where it can tell nothing of itself.
    func putStrangeMark(_ mark: [UInt8]) throws
}

extension LogTransaction {
    package func putStrangeMark(_ mark: [UInt8]) throws {}

    package func requireUnchangedForm() throws {}
}

package enum AppendResult: Equatable, Sendable {
    case appended
    case headMoved(to: SequenceNumber)
}
