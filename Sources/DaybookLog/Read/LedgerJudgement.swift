internal import DaybookModel

extension LogVerifier {
    /// Holds three things against each other: what the events give, what the commits recorded, and the rows at hand.
    func judgeLedgers(_ fold: VerifyPass.FoldResult?, _ sum: LedgerSum?, _ draft: inout VerifyDraft) {
        let logIsWhole = draft.findings.isEmpty
        guard let fold else { return }
        for finding in fold.findings { draft.findings.add(finding.sentence, at: finding.sequence) }
        guard !fold.metUnknownKind || (fold.stopped == nil && fold.firstDifference == nil) else {
            draft.doubts.add(
                """
                The log has events of kinds that this release does not know, so it cannot rebuild the ledgers; use the \
                release that wrote them.
                """
            )
            return
        }
        // What follows from a damaged event has been said.
        if let stopped = fold.stopped {
            if logIsWhole { draft.findings.add(stopped.sentence, at: stopped.sequence) }
        } else if let first = fold.firstDifference, logIsWhole {
            draft.findings.add(
                "The commit that ends with event \(first) recorded a ledger digest that its events do not give.",
                at: first)
        }
        guard let sum else { return }
        let isComplete = fold.stopped == nil && fold.last == draft.last
        if isComplete, fold.firstDifference == nil, sum.rows == sum.recorded, fold.digest == sum.rows {
            draft.ledgers = .equalToRebuild
            return
        }
        // Where events are damaged, the fold's rows may be wrong; what the last commit recorded still tells about the
        // rows at hand.
        guard sum.rows != sum.recorded || logIsWhole else { return }
        draft.ledgers = .different
        draft.findings.add("The rows of the ledgers do not add up to the digest that the last commit recorded.")
        if isComplete, logIsWhole { nameDifferences(&draft) }
    }

    /// Folds once more, keeping all rows, to say which differ.
    private func nameDifferences(_ draft: inout VerifyDraft) {
        do {
            let check = LedgerCheck(storage, limits: options.foldLimits, progress: progress)
            let result = try check.run(differencesMax: options.findingsMax)
            for difference in result.differences { draft.findings.add(difference.sentence, at: difference.job) }
            draft.findings.leaveOut(result.leftOut)
        } catch {
            draft.note(ReadProblem(error, while: .comparison))
        }
    }
}
