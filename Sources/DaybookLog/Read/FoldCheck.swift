// Folds a log beside its scan and holds every commit's recorded ledger digest against what the fold gives. What only
// the ledgers know is checked here too: that an event's `previous` is its job's latest event, and that its job was
// created.

internal import DaybookModel

/// Not Sendable: one thread at a time.
final class FoldCheck {
    let fold: LedgerFold
    @exclusivity(unchecked) private(set) var findings: FindingList
    /// The fold could not go on at this event.
    @exclusivity(unchecked) private(set) var stopped: VerifyFinding?
    /// The first commit whose recorded digest is not the fold's, since the ledgers were last rebuilt.
    @exclusivity(unchecked) private(set) var firstDifference: SequenceNumber?
    @exclusivity(unchecked) private var jobsWithUnknownEvents: Set<SequenceNumber> = []

    init(_ fold: LedgerFold, findingsMax: Int) {
        self.fold = fold
        findings = FindingList(limit: findingsMax)
    }

    /// Reads on, through event `last` and at most `count` events. Answers whether there is more to read.
    func read(_ log: any LogSnapshot, through last: SequenceNumber, atMost count: Int) throws -> Bool {
        guard stopped == nil else { return false }
        var left = count
        try log.events(from: fold.last + 1) { sequence, value in
            guard sequence <= last, left > 0 else { return false }
            left -= 1
            return try visit(sequence, value)
        }
        return stopped == nil && left == 0 && fold.last < last
    }

    /// Throws what says nothing about the log, as when there is no room for the fold.
    private func visit(_ sequence: SequenceNumber, _ value: UnsafeRawBufferPointer) throws -> Bool {
        do {
            let head = try EventHead(value, at: sequence)
            try checkReferences(head, sequence)
            try fold.apply(value, at: sequence, head)
            // Ledgers that were wrong have been put right here, and the log says so itself.
            if head.kind == EventKind.rebuilt.rawValue { firstDifference = nil }
            if head.isCommitEnd, let seal = Seal(of: value) {
                try fold.post()
                compare(seal.ledgers, sequence)
            }
            return true
        } catch  where ReadProblem.isDamage(error) {
            stopped = VerifyFinding(
                "Event \(sequence) cannot be posted to the ledgers: \(FoldCheck.sentence(error))", at: sequence)
            return false
        }
    }

    private func compare(_ recorded: LedgerDigest, _ sequence: SequenceNumber) {
        if recorded != fold.ledgers.digest, firstDifference == nil { firstDifference = sequence }
    }

    private func checkReferences(_ head: EventHead, _ sequence: SequenceNumber) throws {
        guard head.job != 0 else { return }
        if head.kind == EventKind.created.rawValue, head.job != sequence {
            findings.add("Event \(sequence) creates a job and says that it is job \(head.job).", at: sequence)
        }
        let isKnown = EventKind(rawValue: head.kind) != nil
        if !isKnown, jobsWithUnknownEvents.count < 10_000 { jobsWithUnknownEvents.insert(head.job) }
        let latest = head.job == sequence ? 0 : try fold.lastEvent(of: head.job)
        guard head.previous != latest, isKnown, !jobsWithUnknownEvents.contains(head.job) else { return }
        // Behind a gap the event before it may be the one that is missing, or that which took the job out of the
        // ledgers. It may lie in an archive, behind which the fold began: the ledgers know of it all the same.
        if try fold.hasLoss(), head.previous == 0 || latest < head.previous, head.previous < sequence { return }
        findings.add(
            """
            Event \(sequence) says that event \(head.previous) was the one before it of job \(head.job); \
            \(latest == 0 ? "there was none" : "it was \(latest)").
            """,
            at: sequence)
    }

    static func sentence(_ error: any Error) -> String {
        switch error {
        case let damage as EventDamage: damage.sentence + "."
        case let error as LogError: error.description
        case LedgerError.impossibleEvent(_, let kind, let why): "\(kind.name) is impossible there, because \(why)."
        case LedgerError.unreadableRow(let table, let key): "row \(key) of \(table.name) cannot be read."
        case LedgerError.missingRow(let table): "a row of \(table.name) is missing."
        default: "\(error)"
        }
    }
}
