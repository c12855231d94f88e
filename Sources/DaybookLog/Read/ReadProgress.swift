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
    /// The event that is to be read next; for `ledgers` and `comparison`, the rows that were read.
    package var position: UInt64
    /// Of this many.
    package var total: UInt64

    package init(_ phase: Phase, at position: UInt64, of total: UInt64) {
        self.phase = phase
        self.position = position
        self.total = total
    }
}
