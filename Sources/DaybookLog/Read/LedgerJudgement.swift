internal import DaybookModel

extension LogVerifier {
    /// Holds three things against each other: what the events give, what the commits recorded, and the rows at hand.
    func judgeLedgers(_ fold: VerifyPass.FoldResult?, _ sum: LedgerSum?, _ draft: inout VerifyDraft) {
        let logIsWhole = draft.findings.isEmpty
        if let fold { judgeFold(fold, logIsWhole, &draft) }
        guard let sum else { return }
        let folded = fold.flatMap { $0.isComplete(draft.last) ? $0.digest : nil }
        if folded == sum.rows, logIsWhole || sum.rows == sum.recorded {
            draft.ledgers = .equalToRebuild
            return
        }
        if sum.rows != sum.recorded {
            draft.ledgers = .different
            let matter: VerifyFinding.Matter = logIsWhole && folded == sum.recorded ? .ledgers : .store
            draft.findings.add(
                "The rows of the ledgers do not add up to the digest that the last commit recorded.", matter)
        }
        // A fold over damaged events gives rows that nobody vouches for, and so does one that left events out.
        guard folded != nil, logIsWhole, fold?.metUnknownKind == false else { return }
        draft.ledgers = .different
        nameDifferences(folded == sum.recorded ? .ledgers : .store, &draft)
    }

    /// What the fold itself found, unless it follows from damage that has been reported.
    private func judgeFold(_ fold: VerifyPass.FoldResult, _ logIsWhole: Bool, _ draft: inout VerifyDraft) {
        for finding in fold.findings { draft.findings.add(finding.sentence, at: finding.sequence) }
        guard fold.stopped != nil || fold.firstDifference != nil else { return }
        if fold.metUnknownKind {
            draft.doubts.add(
                """
                The log has events of kinds that this release does not know, so it cannot rebuild the ledgers; use the \
                release that wrote them.
                """)
        } else if logIsWhole, let stopped = fold.stopped {
            draft.findings.add(stopped.sentence, at: stopped.sequence)
        } else if logIsWhole, let first = fold.firstDifference {
            draft.findings.add(
                "The commit that ends with event \(first) recorded a ledger digest that its events do not give.",
                at: first)
        }
    }

    /// Folds once more, keeping all rows, to say which differ.
    private func nameDifferences(_ matter: VerifyFinding.Matter, _ draft: inout VerifyDraft) {
        do {
            let check = LedgerCheck(storage, limits: options.foldLimits, progress: progress)
            let result = try check.compareRows(differencesMax: options.findingsMax)
            for difference in result.differences { draft.findings.add(difference.sentence, at: difference.job, matter) }
            draft.findings.leaveOut(result.leftOut)
        } catch {
            draft.note(ReadProblem(error, while: .comparison))
        }
    }
}
