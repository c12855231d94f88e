// The first pass of a verification, on several threads. Whoever is free takes the fold, which is the longest, and then
// one stretch of the log after the other.

internal import DaybookModel

internal import Synchronization

final class VerifyPass: Sendable {
    /// Events checked in one go: a power of the tree's fanout, so that whatever lies before a stretch is in stored
    /// nodes.
    static let stretchEvents = 65_536

    struct Result: Sendable {
        var tally = ScanTally()
        var isSpotless = true
        var probed: CheckpointProbe?
        var fold: FoldResult?
        var problems: [ReadProblem] = []
    }

    /// What the fold came to.
    struct FoldResult: Sendable {
        let last: SequenceNumber
        let digest: LedgerDigest
        let findings: [VerifyFinding]
        let stopped: VerifyFinding?
        let firstDifference: SequenceNumber?
        let metUnknownKind: Bool

        /// Whether every event up to `last` was folded.
        func isComplete(_ last: SequenceNumber) -> Bool { stopped == nil && self.last == last }
    }

    private struct State {
        var result = Result()
        var nextStretch: UInt64 = 0
        var foldIsTaken: Bool
    }

    private let verifier: LogVerifier
    /// Where the verification begins: behind this event.
    private let start: SequenceNumber
    private let last: SequenceNumber
    private let state: Mutex<State>

    init(_ verifier: LogVerifier, after start: SequenceNumber, last: SequenceNumber) {
        self.verifier = verifier
        self.start = start
        self.last = last
        state = Mutex(
            State(
                nextStretch: start / UInt64(VerifyPass.stretchEvents), foldIsTaken: !verifier.checksLedgers))
    }

    /// What was found, once all threads have come back from `work`.
    var result: Result { state.withLock { $0.result } }

    private enum Errand {
        case fold
        case stretch(after: SequenceNumber)
    }

    /// Does what is to be done until nothing is left.
    func work() {
        while let task = nextTask() {
            do {
                switch task {
                case .fold: try fold()
                case .stretch(let start): try check(after: start)
                }
            } catch {
                note(error, task)
            }
        }
    }

    private func nextTask() -> Errand? {
        state.withLock { state in
            if !state.foldIsTaken {
                state.foldIsTaken = true
                return .fold
            }
            // After the first flaw the careful pass will say all there is to say.
            let start = max(start, state.nextStretch * UInt64(VerifyPass.stretchEvents))
            guard start < last, state.result.isSpotless, !verifier.options.isStopped() else { return nil }
            state.nextStretch += 1
            return .stretch(after: start)
        }
    }

    private func note(_ error: any Error, _ task: Errand) {
        state.withLock { state in
            switch task {
            case .stretch: state.result.isSpotless = false
            case .fold: state.result.problems.append(ReadProblem(error, while: .rebuild))
            }
        }
    }

    private var step: Int { min(verifier.options.eventsBetweenProgress, VerifyPass.stretchEvents) }

    // MARK: Stretches

    private func check(after start: SequenceNumber) throws {
        // A verification may begin in the middle of a stretch; all others begin at boundaries.
        let stretch = UInt64(VerifyPass.stretchEvents)
        let end = min((start / stretch + 1) * stretch, last)
        let isFirst = start == self.start
        verifier.progress(ReadProgress(.events, at: start + 1, of: last))
        let scan = try verifier.storage.read { log in
            let probe = verifier.options.newestCheckpoint?.sequence
            let scan =
                try isFirst
                ? LogScan(after: start, of: log, findingsMax: 1, probe: probe)
                : LogScan(stretchAfter: start, of: log, probe: probe)
            while try scan.read(log, through: end, atMost: step, stopsAtFinding: true), scan.findings.isEmpty {
                verifier.progress(ReadProgress(.events, at: scan.next, of: last))
            }
            return scan
        }
        if end == last { scan.finish(at: last) }
        state.withLock { state in
            state.result.tally.add(scan.tally)
            if !scan.isSpotless { state.result.isSpotless = false }
            if let probed = scan.probed { state.result.probed = probed }
        }
    }

    // MARK: The fold

    private func fold() throws {
        let check = FoldCheck(
            LedgerFold(FoldLedgers(.digest, limits: verifier.options.foldLimits)),
            findingsMax: verifier.options.findingsMax)
        if start > 0 { try verifier.storage.read { try check.fold.beginBehindArchives(of: $0) } }
        var hasMore = true
        while hasMore, !verifier.options.isStopped() {
            verifier.progress(ReadProgress(.rebuild, at: check.fold.last + 1, of: last))
            hasMore = try verifier.storage.read {
                try check.read($0, through: last, atMost: step)
            }
        }
        let result = FoldResult(
            last: check.fold.last, digest: check.fold.ledgers.digest, findings: check.findings.kept,
            stopped: check.stopped, firstDifference: check.firstDifference, metUnknownKind: check.fold.metUnknownKind)
        state.withLock { $0.result.fold = result }
    }
}

extension LogScan {
    /// A pass that begins at the first event, or behind a commit's end: that of the last archive.
    convenience init(
        after start: SequenceNumber, of log: any LogSnapshot, findingsMax: Int, probe: SequenceNumber?
    ) throws {
        guard start > 0 else {
            self.init(findingsMax: findingsMax, probe: probe)
            return
        }
        let chain = ChainFollower(
            after: start, tree: try HistoryTree(of: log, count: start), head: try log.seal(endingAt: start).head)
        self.init(after: start, chain: chain, lastEnd: start, findingsMax: findingsMax, probe: probe)
    }

    /// A pass over a stretch that begins where stored nodes end. What they and the commit before say is taken on trust
    /// here, and proven by the stretches before.
    fileprivate convenience init(stretchAfter start: SequenceNumber, of log: any LogSnapshot, probe: SequenceNumber?)
        throws
    {
        guard start > 0 else {
            self.init(findingsMax: 1, probe: probe)
            return
        }
        let tree = try HistoryTree(of: log, count: start)
        var before: (last: SequenceNumber, seal: Seal)?
        try log.eventsBackward(from: start) { sequence, value in
            before = Seal(of: value).map { (sequence, $0) }
            return before == nil
        }
        guard let before else { throw LogError(.damaged, "No commit ends before event \(start + 1).", at: start) }
        self.init(
            after: start, chain: ChainFollower(after: start, tree: tree, head: before.seal.head), lastEnd: before.last,
            findingsMax: 1, probe: probe)
    }
}
