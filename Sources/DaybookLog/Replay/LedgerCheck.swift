// Compares the ledgers of a store with a rebuild from its log, while others go on writing.
//
// In one snapshot the rows are summed; the log up to the event at which that snapshot stood will never change, so
// it can be folded at leisure, and the fold's digest must be that sum. Only where it is not are the rows themselves
// compared: that needs all rows of the fold and a snapshot that stays open while both are walked.

package import DaybookModel

/// The ledgers of a store against its log.
package struct LedgerCheck {
    /// What a check found.
    package struct Result: Equatable, Sendable {
        /// As of which event the two were compared.
        package var sequence: SequenceNumber
        /// The replay began with the ledgers that were put by for this event, behind which the archives end; 0 if it
        /// began with event 1.
        package var start: SequenceNumber = 0
        /// At most as many as were asked for, in table and key order.
        package var differences: [LedgerDifference] = []
        /// How many differences there were beyond those.
        package var leftOut = 0

        /// An event that this release does not understand: equal is then what it makes of the log, which may be too
        /// little.
        package var strange: StrangeEvent?

        package var isEqual: Bool { differences.isEmpty && leftOut == 0 }
    }

    private let storage: any LogStorage
    private let limits: FoldLedgers.Limits
    private let progress: (ReadProgress) -> Void

    package init(
        _ storage: any LogStorage, limits: FoldLedgers.Limits = FoldLedgers.Limits(),
        progress: @escaping (ReadProgress) -> Void = { _ in }
    ) {
        self.storage = storage
        self.limits = limits
        self.progress = progress
    }

    /// Compares digests, and rows where those differ.
    package func run(differencesMax: Int = 100) throws -> Result {
        if let equal = try compareDigests() { return equal }
        return try compareRows(differencesMax: differencesMax)
    }

    /// Nil where the ledgers are not what the log makes them.
    private func compareDigests() throws -> Result? {
        let (last, sum) = try storage.read { log in
            let last = try log.last
            return (last, try LedgerSum(of: log, at: last, progress))
        }
        let replay = Replay(storage, keeping: .digest, limits: limits, progress: progress)
        try replay.advance(to: .sequence(last))
        guard replay.heading.ledgers == sum.rows else { return nil }
        return Result(sequence: last, start: replay.start, strange: replay.strange)
    }

    /// Folds the log up to where it ends, and in one snapshot what has come since; then compares row by row.
    func compareRows(differencesMax: Int) throws -> Result {
        let replay = Replay(storage, limits: limits, progress: progress)
        try replay.advance(to: .end)
        return try storage.read { log in
            try replay.advance(toEndOf: log)
            progress(ReadProgress(.comparison, at: 0, of: 0))
            var result = Result(
                sequence: replay.heading.sequence, start: replay.start, strange: replay.strange)
            try LedgerComparison(log, expected: replay.ledgers).forEachDifference { difference in
                if result.differences.count < differencesMax {
                    result.differences.append(difference)
                } else {
                    result.leftOut += 1
                }
                return true
            }
            return result
        }
    }
}
