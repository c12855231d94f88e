package import DaybookModel

/// How far a verification or a replay has come. It is told before a stretch is touched, so that when reading it kills
/// the process, the last thing told says where.
package struct ReadProgress: Equatable, Sendable {
    package enum Phase: String, Sendable, CaseIterable {
        case opening
        case events
        case ledgers
        case rebuild
        case comparison

        /// What is being read, for a sentence.
        package var object: String {
            switch self {
            case .opening: "the head of the log"
            case .events: "events"
            case .ledgers: "the ledgers"
            case .rebuild: "events to rebuild the ledgers"
            case .comparison: "the ledgers row by row"
            }
        }
    }

    package var phase: Phase
    /// The event that is to be read next; for `ledgers` and `comparison`, the rows of the table that were read.
    package var position: UInt64
    /// Of this many.
    package var total: UInt64
    /// The ledger whose rows are being read.
    package var table: Table?

    package init(_ phase: Phase, at position: UInt64, of total: UInt64, _ table: Table? = nil) {
        self.phase = phase
        self.position = position
        self.total = total
        self.table = table
    }

    /// Some rows of a ledger were read.
    package init(in table: Table, at position: UInt64) { self.init(.ledgers, at: position, of: 0, table) }
}
