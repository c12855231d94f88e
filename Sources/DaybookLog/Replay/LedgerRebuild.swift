package import DaybookModel

/// Puts the ledgers of a store right: makes them what the log makes of them, in one transaction. Interrupted anywhere,
/// it leaves them as they were.
///
/// Rows that are as they should be are not touched, so a large store costs the time to compare, not to write. While it
/// compares, other writers wait: about a second for three million rows. What was done is an event of its own, so that
/// everybody can see it, and so that writers drop what they hold in memory of the rows from before.
package struct LedgerRebuild {
    package struct Result: Equatable, Sendable {
        /// As of which event the ledgers were made anew.
        package var sequence: SequenceNumber
        /// As in ``LedgerCheck/Result``.
        package var start: SequenceNumber = 0
        /// How many rows were not what they should be. If none, nothing was written.
        package var rows: Int
        /// The event that says so; `nil` if there was nothing to do.
        package var event: SequenceNumber?

        package init(
            sequence: SequenceNumber, start: SequenceNumber = 0, rows: Int, event: SequenceNumber? = nil
        ) {
            self.sequence = sequence
            self.start = start
            self.rows = rows
            self.event = event
        }
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

    /// Folds the log up to where it ends while others write, and what has come since, the comparison and the
    /// correction in one turn of a writer.
    package func run(now: Instant, by actor: Actor, reason: String) throws -> Result {
        let replay = Replay(storage, limits: limits, progress: progress)
        try replay.advance(to: .end)
        return try LogWriter(storage).turn(now: now) { turn in
            try turn.requireNothingStrange()
            try replay.advance(toEndOf: turn.transaction)
            if let strange = replay.strange { throw strange.refusal }
            progress(ReadProgress(.comparison, at: 0, of: 0))
            let sequence = replay.heading.sequence
            try requireSameRules(replay.heading, turn.transaction)
            let count = try correct(turn.transaction, as: replay.ledgers)
            guard count > 0 else { return Result(sequence: sequence, start: replay.start, rows: 0) }
            // Taking wrong rows out of the digest, one by one, would make it wrong in turn.
            turn.transaction.ledgerDigest = replay.heading.ledgers
            let rebuilt = Event(
                time: now, actor: actor, body: .rebuilt(rows: UInt64(count), reason: reason))
            return Result(sequence: sequence, start: replay.start, rows: count, event: try turn.record(rebuilt))
        }
    }

    /// Answers how many rows were wrong.
    private func correct(_ live: any LogTransaction, as folded: FoldLedgers) throws -> Int {
        var count = 0
        let comparison = LedgerComparison(live, expected: folded, writesSentences: false)
        try comparison.forEachDifference { difference in
            // The comparison has passed the row by, and does not come back to it.
            try live.correct(difference)
            count += 1
            return true
        }
        return count
    }

    /// Rows that went wrong do not add up to what the last commit recorded. Where they do and a rebuild gives other
    /// ones all the same, it is the rules that are others than those of the release that wrote the log.
    private func requireSameRules(_ folded: LedgerDump.Heading, _ live: any LogTransaction) throws {
        let recorded = folded.sequence == 0 ? LedgerDigest.empty : try live.seal(endingAt: folded.sequence).ledgers
        guard folded.ledgers != recorded, try LedgerSum(of: live, at: folded.sequence, progress).rows == recorded
        else { return }
        throw LogError(
            .damaged,
            """
            The ledgers are as event \(folded.sequence) recorded them, and the log's events give other ones: they were \
            written by other rules than this release's. Nothing was changed; use the release that wrote them.
            """, at: folded.sequence)
    }
}

extension LogTransaction {
    /// Puts the row that should be there, or takes out one that should not. The digest is the caller's to set.
    fileprivate func correct(_ difference: LedgerDifference) throws {
        try difference.key.withUnsafeBytes { key in
            let found = difference.found ?? []
            try found.withUnsafeBytes { found in
                guard let expected = difference.expected else { return try remove(difference.table, key, old: found) }
                // Never as a new row: those of some tables may only be added at the end.
                try expected.withUnsafeBytes { try put(difference.table, key, $0, replacing: found) }
            }
        }
    }
}
