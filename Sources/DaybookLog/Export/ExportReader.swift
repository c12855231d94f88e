// Reads an export from its first line to its last and proves that it is whole: every number follows the one before,
// every leaf is that of its line, every commit ends where it says and with as many events as it says, and every
// head follows from all that came before. What only a store can tell, the ledgers' digests, is left to whoever
// builds one.

internal import DaybookModel

/// Not Sendable: one thread at a time.
final class ExportReader {
    struct Needs {
        /// From the first event of the log, and to the end of a commit.
        var whole = true
        /// With all payloads.
        var payloads = true
        /// The ends of commits at which checkpoints were taken.
        var probes: Set<SequenceNumber> = []
    }

    private let needs: Needs
    private let each: (ExportedCommits) throws -> Void
    private var lines = LineSplitter()
    private let line = ExportedLine()
    private let hasher = LeafHasher()
    private let sha = Sha256()
    private let commits = ExportedCommits()
    private var isStarted = false
    /// The last event of the commit that has begun, as its events say; 0 between commits.
    private var commit: SequenceNumber = 0
    private var commitCount: UInt64 = 0
    /// Leaves as the lines claim them, for events whose own have not been computed yet.
    private var claimed: [(leaf: Hash, sequence: SequenceNumber, line: UInt64)] = []
    private var leaves: [Hash] = []
    private var completed: [HistoryTree.Node] = []
    /// `nil` in a part that does not begin with the log.
    private var tree: HistoryTree?

    private(set) var first: SequenceNumber = 0
    private(set) var last: SequenceNumber = 0
    private(set) var commitsRead: UInt64 = 0
    private(set) var withheldPayloads: UInt64 = 0
    private(set) var unknownKinds: UInt64 = 0
    private(set) var root: Hash?
    private(set) var head: Hash?
    /// Which store the first event says that it is.
    private(set) var identity: [UInt8] = []
    private(set) var probed: [SequenceNumber: CheckpointProbe] = [:]

    /// `each` is called with some whole commits at a time.
    init(_ needs: Needs, _ each: @escaping (ExportedCommits) throws -> Void) {
        self.needs = needs
        self.each = each
    }

    /// The commit in which the lines end without reaching its end.
    var cutCommit: SequenceNumber? { commit == 0 ? nil : commit }

    /// A batch of commits is handed on when it is as large as this.
    private static let bytesAtOnce = 8 << 20
    private static let leavesAtOnce = 128

    func feed(_ chunk: UnsafeRawBufferPointer) throws {
        try lines.feed(chunk, read)
    }

    func finish() throws {
        try lines.finish(read)
        guard isStarted else { throw LogError(.damaged, "There is no event in it: an export has a line for each.") }
        try checkLeaves()
        if commit != 0, needs.whole {
            throw LogError(
                .damaged,
                "It ends in the middle of the commit that ends with event \(commit); the rest of it is "
                    + "missing.",
                at: last)
        }
        if !commits.commits.isEmpty { try handOn() }
    }

    private func read(_ number: UInt64, _ bytes: UnsafeRawBufferPointer) throws {
        do throws(LineFlaw) {
            try line.read(bytes)
        } catch {
            throw LogError(.damaged, "Line \(number)\(guess(bytes)) cannot be used: \(error.sentence).")
        }
        do throws(LineFlaw) {
            try checkPlace()
            try checkPayload()
        } catch {
            throw refusal(number, line.sequence, error.sentence)
        }
        take(number)
        if line.sequence == 1 { try readIdentity(number) }
        if claimed.count >= ExportReader.leavesAtOnce { try checkLeaves() }
        if let seal = line.seal { try end(seal, number) }
    }

    /// Which event a line that cannot be used was about, if what came before it tells.
    private func guess(_ bytes: UnsafeRawBufferPointer) -> String {
        isStarted ? ", behind event \(last)," : ""
    }

    private func refusal(_ number: UInt64, _ sequence: SequenceNumber, _ sentence: String) -> LogError {
        LogError(.damaged, "Line \(number), event \(sequence): \(sentence).", at: sequence)
    }

    // MARK: Order

    private func checkPlace() throws(LineFlaw) {
        let sequence = line.sequence
        if isStarted {
            try checkFollows(sequence)
        } else {
            guard sequence == 1 || !needs.whole else {
                throw LineFlaw("the first line is not that of event 1, so the beginning of the log is missing")
            }
            if sequence == 1 { tree = HistoryTree() }
            first = sequence
            isStarted = true
            commits.restart(at: sequence)
        }
        guard sequence > 1 || line.kind == EventKind.genesis.rawValue else {
            throw LineFlaw("it is not the event that a log begins with")
        }
        guard line.commit >= sequence else {
            throw LineFlaw("its commit ends with event \(line.commit), which comes before it")
        }
        guard commit == 0 || commit == line.commit else {
            throw LineFlaw(
                "its commit ends with event \(line.commit), but the one before it is in the commit that "
                    + "ends with \(commit)")
        }
        guard (line.seal != nil) == (line.commit == sequence) else {
            throw LineFlaw(
                line.seal == nil
                    ? "it ends a commit, but count, ledgers and head are missing"
                    : "it has count, ledgers and head, but its commit ends with event \(line.commit)")
        }
    }

    private func checkFollows(_ sequence: SequenceNumber) throws(LineFlaw) {
        guard sequence != last + 1 else { return }
        if sequence > last {
            let missing = sequence == last + 2 ? "event \(last + 1) is" : "events \(last + 1) to \(sequence - 1) are"
            throw LineFlaw("\(missing) missing before it")
        }
        throw LineFlaw(
            "it stands behind event \(last): lines were reordered, or two exports were joined")
    }

    private func checkPayload() throws(LineFlaw) {
        guard line.payloadDigest != nil else { return }
        guard !needs.payloads else {
            throw LineFlaw("its payload is withheld; a redacted export can be verified but not imported")
        }
        withheldPayloads += 1
    }

    // MARK: Content

    private func take(_ number: UInt64) {
        last = line.sequence
        commit = line.commit
        commitCount += 1
        if KindTable.shared.name(line.kind) == nil { unknownKinds += 1 }
        claimed.append((line.leaf, line.sequence, number))
        if let digest = line.payloadDigest {
            // One by one: who withholds payloads sends them all withheld, and a part of them breaks no batch.
            flushLeaves()
            leaves.append(leaf(of: line.value, digest))
        } else {
            let value = line.value
            let openCount = value.count - line.payloadCount
            hasher.add(
                LeafHasher.Input(
                    sequence: line.sequence, open: UnsafeRawBufferPointer(rebasing: value[..<openCount]),
                    payload: UnsafeRawBufferPointer(rebasing: value[openCount...])))
        }
        if needs.payloads { commits.add(line.value, payloadCount: line.payloadCount, line: number) }
    }

    private func readIdentity(_ number: UInt64) throws {
        let batch = EventBatch()
        batch.append(encoded: line.value, payloadCount: line.payloadCount)
        do {
            guard case .genesis(let genesis) = try Event(batch.value(0), at: 1, withPayload: false).body else { return }
            identity = genesis.value.identity
        } catch {
            throw refusal(number, 1, "it cannot be read: \(error.sentence)")
        }
    }

    private func leaf(of open: UnsafeRawBufferPointer, _ digest: Hash) -> Hash {
        sha.begin()
        sha.add(HashedAs.leaf)
        sha.add(line.sequence.bigEndian)
        sha.add(open)
        sha.add(digest)
        return sha.end()
    }

    private func flushLeaves() {
        hasher.finish { leaves.append($0) }
    }

    private func checkLeaves() throws {
        flushLeaves()
        for (leaf, claim) in zip(leaves, claimed) {
            guard leaf == claim.leaf else {
                throw refusal(
                    claim.line, claim.sequence,
                    "its hash is \(leaf.hex), not \(claim.leaf.hex) as the line says: something in the line was "
                        + "changed")
            }
            completed.removeAll(keepingCapacity: true)
            tree?.append(leaf, completed: &completed)
        }
        leaves.removeAll(keepingCapacity: true)
        claimed.removeAll(keepingCapacity: true)
    }

    private func end(_ seal: Seal, _ number: UInt64) throws {
        try checkLeaves()
        // The first commit of a part may have begun before it.
        let isWhole = first == 1 || commitsRead > 0
        guard UInt64(seal.count) == commitCount || (!isWhole && UInt64(seal.count) > commitCount) else {
            throw refusal(
                number, last,
                "its commit says that it has \(seal.count) events, and \(commitCount) are "
                    + "there")
        }
        if let tree {
            let root = tree.root()
            let computed = Seal.head(
                after: head ?? .zero, root: root, count: seal.count, ledgers: seal.ledgers, sha)
            guard computed == seal.head else {
                throw refusal(
                    number, last,
                    "its head is \(seal.head.hex), and \(computed.hex) follows from what came before: count or "
                        + "ledgers were changed, or commits come from another log")
            }
            self.root = root
            if needs.probes.contains(last) { probed[last] = CheckpointProbe(root: root, head: seal.head) }
        }
        head = seal.head
        commit = 0
        commitCount = 0
        commitsRead += 1
        commits.endCommit(seal)
        if commits.byteCount >= ExportReader.bytesAtOnce || commits.commits.count >= 10_000 { try handOn() }
    }

    private func handOn() throws {
        try each(commits)
        commits.restart(at: last + 1)
    }
}
