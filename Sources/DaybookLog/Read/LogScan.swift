// One pass over a stretch of the log: order, checksums, heads and fields of every event, and the chain. It never throws
// for what it finds in an event; it notes it and goes on.

internal import DaybookModel

/// Not Sendable: one thread at a time.
final class LogScan {
    @exclusivity(unchecked) private(set) var tally = ScanTally()
    @exclusivity(unchecked) private(set) var findings: FindingList
    /// The number of the event that should come next.
    @exclusivity(unchecked) private(set) var next: SequenceNumber
    /// What a checkpoint asks about, as this pass found it.
    @exclusivity(unchecked) private(set) var probed: CheckpointProbe?

    private let probe: SequenceNumber?
    @exclusivity(unchecked) private var chain: ChainFollower
    private let hasher = LeafHasher()
    /// What happened since leaves were last hashed, to be replayed in order once they are.
    @exclusivity(unchecked) private var ends: [(leavesBefore: Int, seal: Seal, sequence: SequenceNumber)] = []
    @exclusivity(unchecked) private var doubts: [Int] = []
    /// The last event of the commit before; `nil` behind a gap, which may have held one.
    @exclusivity(unchecked) private var lastEnd: SequenceNumber?
    @exclusivity(unchecked) private var endsInCommit = true

    /// Leaves hashed at once: enough to keep two lanes busy, few enough to stay in the nearest caches.
    private static let leavesAtOnce = 128

    /// Begins behind the first `start` events.
    init(
        after start: SequenceNumber, chain: ChainFollower, lastEnd: SequenceNumber, findingsMax: Int,
        probe: SequenceNumber?
    ) {
        next = start + 1
        self.chain = chain
        self.lastEnd = lastEnd
        self.probe = probe
        findings = FindingList(limit: findingsMax)
    }

    /// A pass over a whole log, from its first event.
    convenience init(findingsMax: Int, probe: SequenceNumber?) {
        self.init(
            after: 0, chain: ChainFollower(after: 0, tree: HistoryTree(), head: .zero), lastEnd: 0,
            findingsMax: findingsMax, probe: probe)
    }

    /// What reading the stored nodes of the tree failed with, after which they are left alone.
    var nodesProblem: (any Error)? { chain.nodesProblem }

    var isSpotless: Bool { findings.isEmpty && chain.isSpotless }

    /// Reads on, through event `last` and at most `count` events. Answers whether there is more to read.
    func read(_ log: any LogSnapshot, through last: SequenceNumber, atMost count: Int, stopsAtFinding: Bool = false)
        throws -> Bool
    {
        var left = count
        defer { hashLeaves(log) }
        try log.events(from: next) { sequence, value in
            guard sequence <= last, left > 0, !(stopsAtFinding && !findings.isEmpty) else { return false }
            left -= 1
            if sequence != next { gap(upTo: sequence, log) }
            visit(sequence, value, log)
            return true
        }
        if left > 0, next <= last, findings.isEmpty || !stopsAtFinding { gap(upTo: last + 1, log) }
        return next <= last
    }

    /// Leaves out events that cannot be read; the caller has said so.
    func passUnread(through last: SequenceNumber) {
        chain.skip(last + 1 - next) { _, _ in nil }
        lastEnd = nil
        endsInCommit = true
        next = last + 1
    }

    /// Says what only the end of the log can show.
    func finish(at last: SequenceNumber) {
        guard last > 0, !endsInCommit, next == last + 1 else { return }
        findings.add(
            "The log ends inside a commit: event \(last) carries no seal, so what came behind it is lost.", at: last)
    }

    // MARK: One event

    private func visit(_ sequence: SequenceNumber, _ value: UnsafeRawBufferPointer, _ log: any LogSnapshot) {
        next = sequence + 1
        guard EventChecksum.matches(value, at: sequence) else {
            damaged(sequence, .badChecksum, value, log)
            return
        }
        do {
            let head = try EventHead(value, at: sequence)
            try FieldCheck.check(value, head)
            checkPlace(sequence, head)
            take(sequence, value, head)
            if hasher.count >= LogScan.leavesAtOnce { hashLeaves(log) }
        } catch {
            damaged(sequence, error, value, log)
        }
    }

    private func checkPlace(_ sequence: SequenceNumber, _ head: EventHead) {
        if head.cause == sequence || head.previous == sequence {
            findings.add("Event \(sequence) names itself as what came before it.", at: sequence)
        }
        let isGenesis = head.kind == EventKind.genesis.rawValue
        if isGenesis != (sequence == 1) {
            findings.add(
                isGenesis
                    ? "Event \(sequence) is the first event of some log, in the middle of this one."
                    : "Event 1 is not what a log begins with.", at: sequence)
        }
    }

    private func take(_ sequence: SequenceNumber, _ value: UnsafeRawBufferPointer, _ head: EventHead) {
        tally.count(head)
        hasher.add(LeafHasher.Input(value, head, at: sequence))
        endsInCommit = head.isCommitEnd
        if head.isCommitEnd, let seal = Seal(of: value) { ends.append((hasher.count, seal, sequence)) }
    }

    /// An event that cannot be trusted. Its leaf still may be right, as when the checksum itself was hit.
    private func damaged(
        _ sequence: SequenceNumber, _ damage: EventDamage, _ value: UnsafeRawBufferPointer, _ log: any LogSnapshot
    ) {
        findings.add("Event \(sequence) is damaged: \(damage.sentence).", at: sequence)
        if let head = try? EventHead(value, at: sequence) {
            take(sequence, value, head)
            doubts.append(hasher.count)
        } else {
            tally.events += 1
            hashLeaves(log)
            pass(1, log)
        }
    }

    private func gap(upTo found: SequenceNumber, _ log: any LogSnapshot) {
        let which = found - 1 == next ? "Event \(next) is" : "Events \(next) to \(found - 1) are"
        findings.add("\(which) missing.", at: next)
        hashLeaves(log)
        pass(found - next, log)
        next = found
    }

    private func pass(_ count: UInt64, _ log: any LogSnapshot) {
        chain.skip(count) { try log.node($0, $1) }
        lastEnd = nil
        endsInCommit = true
    }

    // MARK: The chain

    private func hashLeaves(_ log: any LogSnapshot) {
        var leaves = 0
        var nextEnd = 0
        var nextDoubt = 0
        hasher.finish { leaf in
            chain.add(leaf) { try log.node($0, $1) }
            leaves += 1
            while nextDoubt < doubts.count, doubts[nextDoubt] == leaves {
                chain.doubt()
                nextDoubt += 1
            }
            if nextEnd < ends.count, ends[nextEnd].leavesBefore == leaves {
                end(ends[nextEnd].seal, at: ends[nextEnd].sequence)
                nextEnd += 1
            }
        }
        ends.removeAll(keepingCapacity: true)
        doubts.removeAll(keepingCapacity: true)
    }

    private func end(_ seal: Seal, at sequence: SequenceNumber) {
        if let lastEnd, UInt64(seal.count) != sequence - lastEnd {
            findings.add(
                """
                The commit that ends with event \(sequence) says that it has \(seal.count) events, and \
                \(sequence - lastEnd) are there.
                """,
                at: sequence)
            chain.doubt()
        }
        let first = lastEnd.map { $0 + 1 }
        lastEnd = sequence
        if case .differs(let nodesDiffer) = chain.end(seal) {
            findings.add(LogScan.sentence(first, sequence, nodesDiffer), at: sequence)
        }
        if sequence == probe, let root = chain.root { probed = CheckpointProbe(root: root, head: seal.head) }
        for node in chain.takeWrongNodes() {
            findings.add(
                """
                Node \(node.level)/\(node.index) of the history tree is not what its events give: it should be \
                \(node.hash.hex).
                """,
                at: sequence)
        }
    }

    private static func sentence(_ first: SequenceNumber?, _ last: SequenceNumber, _ nodesDiffer: Bool) -> String {
        let events = first.map { $0 == last ? "event \($0)" : "events \($0) to \(last)" } ?? "the events up to \(last)"
        let what =
            nodesDiffer
            ? ", nor do the stored nodes: events were changed after they were sealed"
            : ": one of them or the seal was changed"
        return "The head of the commit that ends with event \(last) does not follow from \(events)\(what)."
    }
}
