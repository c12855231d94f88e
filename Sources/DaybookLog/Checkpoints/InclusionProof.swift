// Proves to a stranger that a job's events are in the log that a checkpoint vouches for, and shows nothing of any other
// job.
//
// The tree over the checkpoint's events is walked from its peaks down. A node with none of the shown events below it is
// told as it is; one that has some is opened into its 16 children. So the nodes of the proof stand in the order in
// which a verifier meets them, and need no names: he walks the same way, takes the next node wherever there is
// nothing shown below, and hashes back up to the root.

package import DaybookModel

package struct InclusionProof {
    /// One event: all that its leaf is made of but the payload, in whose place its digest may stand.
    fileprivate struct Shown {
        let sequence: SequenceNumber
        let open: [UInt8]
        let payload: [UInt8]
        let digest: Hash?
    }

    package struct Options: Sendable {
        /// Whether all events of the job are proven, however large the proof becomes.
        package var provesAll = false
        /// Whether the job's own payloads are shown in place of their digests.
        package var showsPayloads = false

        package init() {}
    }

    /// Unless all events are asked for, a proof takes no more than this: in a log of ten million events room for the
    /// creation of a job and at least its two latest events, wherever they stand, and for a dozen that stand together.
    package static let byteCountMax = 16_000

    package let job: SequenceNumber
    /// How many events the job had at the checkpoint, and how many of them are proven.
    package let eventCount: Int
    package var shownCount: Int { shown.count }
    private let checkpoint: CheckpointText
    private let shown: [Shown]
    private let nodes: [Hash]

    package init(
        of job: SequenceNumber, at checkpoint: CheckpointText, in storage: any LogStorage,
        _ options: Options = Options()
    ) throws {
        let count = checkpoint.checkpoint.sequence
        let history = try storage.history(of: job).map(\.sequence)
        guard !history.isEmpty else { throw LogError(.notFound, try storage.read { try $0.absence(of: job) }) }
        guard job <= count else {
            throw LogError(.notFound, "Job \(job) was created after the checkpoint, which ends with event \(count).")
        }
        let sequences = history.filter { $0 <= count }
        self.job = job
        self.checkpoint = checkpoint
        eventCount = sequences.count
        (shown, nodes) = try storage.read { log in
            try log.requireExtension(of: checkpoint.checkpoint)
            let all = try sequences.map { try Shown($0, log, showsPayload: options.showsPayloads) }
            let chosen = options.provesAll ? all : InclusionProof.chosen(all, count, checkpoint)
            let walk = ProofWalk(count: count, shown: chosen.map(\.sequence))
            var nodes: [Hash] = []
            let reader = NodeReader(log)
            try walk.forEachNode { nodes.append(try reader.node($0, $1)) }
            return (chosen, nodes)
        }
    }

    /// The job's creation, and from its latest event back as many as there is room for. A creation with so many tags
    /// and keys that it leaves room for nothing is left out, if the job has other events.
    private static func chosen(_ all: [Shown], _ count: SequenceNumber, _ checkpoint: CheckpointText) -> [Shown] {
        var chosen: [Shown] = []
        var byteCount = 300 + checkpoint.line.count * 5 / 4
        func add(_ event: Shown) -> Bool {
            let sequences = (chosen + [event]).map(\.sequence).sorted()
            guard byteCount + event.byteCount + nodeBytes(of: sequences, among: count) <= byteCountMax else {
                return false
            }
            byteCount += event.byteCount
            chosen.append(event)
            return true
        }
        _ = add(all[0])
        for event in all.dropFirst().reversed() { guard add(event) else { break } }
        return chosen.isEmpty ? [all[all.count - 1]] : chosen.sorted { $0.sequence < $1.sequence }
    }

    /// What the nodes take that are told with these events, in rising order, of a log of so many.
    package static func nodeBytes(of sequences: [SequenceNumber], among count: SequenceNumber) -> Int {
        var nodes = 0
        ProofWalk(count: count, shown: sequences).forEachNode { _, _ in nodes += 1 }
        return ByteWriter.base64Bytes(nodes * Hash.byteCount)
    }

    /// One line of JSON, without its end.
    package var line: [UInt8] {
        var line = Array("{\"proof\":1,\"job\":\(job),\"of\":\(eventCount),\"events\":[".utf8)
        for (index, event) in shown.enumerated() {
            if index > 0 { line.append(UInt8(ascii: ",")) }
            line += event.json
        }
        let bytes = nodes.flatMap { $0.withBytes { Array($0) } }
        line += Array("],\"nodes\":\"\(Base64.text(bytes))\",\"checkpoint\":".utf8)
        JSONText.appendQuoted(String(decoding: checkpoint.line, as: UTF8.self), to: &line)
        line.append(UInt8(ascii: "}"))
        return line
    }
}

extension InclusionProof.Shown {
    fileprivate init(_ sequence: SequenceNumber, _ log: any LogSnapshot, showsPayload: Bool) throws {
        let found = try log.event(sequence) { value in
            let input = LeafHasher.Input(value, try EventHead(value, at: sequence), at: sequence)
            let digest =
                input.payload.isEmpty || showsPayload ? nil : PayloadDigest.of(input.payload)
            return Self(
                sequence: sequence, open: Array(input.open), payload: showsPayload ? Array(input.payload) : [],
                digest: digest)
        }
        guard let found else { throw LogError(.damaged, "Event \(sequence) is missing.", at: sequence) }
        self = found
    }

    fileprivate var json: [UInt8] {
        var text = "{\"seq\":\(sequence),\"open\":\"\(Base64.text(open))\""
        if let digest { text += ",\"digest\":\"\(Base64.text(digest.withBytes { Array($0) }))\"" }
        if !payload.isEmpty { text += ",\"payload\":\"\(Base64.text(payload))\"" }
        return Array((text + "}").utf8)
    }

    fileprivate var byteCount: Int { json.count + 1 }
}

private enum PayloadDigest {
    static func of(_ payload: UnsafeRawBufferPointer) -> Hash {
        let sha = Sha256()
        sha.begin()
        sha.add(HashedAs.payload)
        sha.add(payload)
        return sha.end()
    }
}

/// The way through the tree over the first `count` events, opened where events are shown.
private struct ProofWalk {
    let count: UInt64
    /// Rising.
    let shown: [SequenceNumber]

    /// Calls `body` with the level and index of each node that a verifier cannot compute from what is shown.
    func forEachNode(_ body: (_ level: Int, _ index: UInt64) throws -> Void) rethrows {
        for level in (0..<HistoryTree.levelsMax).reversed() {
            let total = count >> UInt64(4 * level)
            for index in (total - total % UInt64(HistoryTree.fanout))..<total { try visit(level, index, body) }
        }
    }

    private func visit(_ level: Int, _ index: UInt64, _ body: (Int, UInt64) throws -> Void) rethrows {
        guard hasShown(level, index) else { return try body(level, index) }
        guard level > 0 else { return }
        let width = UInt64(HistoryTree.fanout)
        for child in index * width..<(index + 1) * width { try visit(level - 1, child, body) }
    }

    private func hasShown(_ level: Int, _ index: UInt64) -> Bool {
        let bits = UInt64(4 * level)
        return shown.contains { ($0 - 1) >> bits == index }
    }
}

/// Nodes from where they are stored, and the lowest from the events themselves.
private struct NodeReader {
    private let log: any LogSnapshot
    private let hasher = LeafHasher()
    private let sha = Sha256()

    init(_ log: any LogSnapshot) {
        self.log = log
    }

    func node(_ level: Int, _ index: UInt64) throws -> Hash {
        if level == 0 { return try leaf(index) }
        if level < HistoryTree.lowestStoredLevel { return try hashed(level, index) }
        guard let node = try log.node(UInt8(level), index) else {
            throw LogError(
                .damaged, "Node \(level)/\(index) of the history tree is missing; run `daybook log verify`.")
        }
        return node
    }

    private func leaf(_ index: UInt64) throws -> Hash {
        let leaf = try log.event(index + 1) { try hasher.leaf(of: $0, at: index + 1) }
        guard let leaf else { throw LogError(.damaged, "Event \(index + 1) is missing.", at: index + 1) }
        return leaf
    }

    private func hashed(_ level: Int, _ index: UInt64) throws -> Hash {
        let width = UInt64(HistoryTree.fanout)
        let children = try (index * width..<(index + 1) * width).map { try node(level - 1, $0) }
        sha.begin()
        sha.add(HashedAs.node)
        for child in children { sha.add(child) }
        return sha.end()
    }
}
