// One line of an export, read back into the bytes that stand in the log. The members of a line are not interpreted
// but written back through the table of fields, so what this release does not know survives; whether the outcome is
// right the leaf tells.

internal import DaybookModel

/// Its memory is kept from one line to the next.
///
/// Not Sendable: one thread at a time.
final class ExportedLine {
    private(set) var sequence: SequenceNumber = 0
    /// The last event of the same commit.
    private(set) var commit: SequenceNumber = 0
    /// The leaf that the line claims.
    private(set) var leaf = Hash.zero
    /// What the line claims of its commit, if it is the commit's last.
    private(set) var seal: Seal?
    private(set) var kind: UInt8 = 0
    /// The digest of a payload that the line withholds.
    private(set) var payloadDigest: Hash?
    /// Of the payload's bytes in `value`: none if it is withheld.
    private(set) var payloadCount = 0
    private var encoded = ByteBuffer()
    private var hasCommit = false
    private var hasLeaf = false

    private let needsPlace: Bool
    private var scanner = JSONScanner(depthMax: JSONScanner.usualDepthMax + 1, allowsNUL: true)
    private var facts = FieldsEncoder()
    private var payload = FieldsEncoder()
    private var parts = EnvelopeParts()

    /// Lines of an export have a place: `commit` and `hash`. Those of a single event have none.
    init(needsPlace: Bool = true) {
        self.needsPlace = needsPlace
    }

    /// The event's value from its version on, without a seal, and without the payload if that is withheld.
    var value: UnsafeRawBufferPointer { encoded.bytes }

    func read(_ line: UnsafeRawBufferPointer) throws(LineFlaw) {
        try scan(line)
        restart()
        var last = -1
        for member in scanner.members {
            let key = UnsafeRawBufferPointer(rebasing: line[member.key])
            let value = UnsafeRawBufferPointer(rebasing: line[member.value])
            if let known = LineKey.index[key] {
                guard known.rank > last, !isFieldOpen(known) else {
                    throw LineFlaw("\(known.rawValue) does not stand where it should")
                }
                last = known.rank
                try take(known, value)
            } else {
                try takeField(key, value, after: last)
            }
        }
        try finish()
    }

    private func scan(_ line: UnsafeRawBufferPointer) throws(LineFlaw) {
        let value: Range<Int>
        do {
            value = try scanner.scanWhole(line)
        } catch {
            throw LineFlaw("it is not JSON: \(error)")
        }
        guard JSONKind(firstByte: line[value.lowerBound]) == .object else { throw LineFlaw("it is not a JSON object") }
        // Each member follows the one before with nothing but the signs that must stand there.
        var next = 2
        for member in scanner.members {
            guard member.key.lowerBound == next, member.value.lowerBound == member.key.upperBound + 2 else {
                throw LineFlaw("it has white space where an export has none")
            }
            next = member.value.upperBound + 2
        }
        guard line.count == max(next - 1, 2) else { throw LineFlaw("it has white space where an export has none") }
    }

    private func restart() {
        parts = EnvelopeParts()
        facts.restart()
        payload.restart()
        payloadDigest = nil
        seal = nil
        (commit, hasCommit) = (0, false)
        (leaf, hasLeaf) = (.zero, false)
    }

    /// Whether fields have been read that `key` would have to stand before.
    private func isFieldOpen(_ key: LineKey) -> Bool {
        if key.rank <= LineKey.rawFacts.rank { return facts.count > 0 }
        return key == .rawPayload && payload.count > 0
    }

    private func takeField(
        _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer, after last: Int
    ) throws(LineFlaw) {
        if last >= LineKey.actor.rank, last < LineKey.rawFacts.rank {
            try facts.add(key, value)
        } else if last == LineKey.salt.rank {
            try payload.add(key, value)
        } else {
            try FieldsEncoder.requireKnown(key)
            throw LineFlaw("\(String(decoding: key, as: UTF8.self)) does not stand where it should")
        }
    }

    private func take(_ key: LineKey, _ value: UnsafeRawBufferPointer) throws(LineFlaw) {
        switch key {
        case .salt: try payload.salt(value)
        case .rawFacts: try facts.raw(value, key)
        case .rawPayload: try payload.raw(value, key)
        case .payload:
            guard let digest = LineValue.hash(value) else { throw .wrong(key, "64 hex digits") }
            payloadDigest = digest
        case .commit:
            guard let number = LineValue.number(value) else { throw .wrong(key, "a number") }
            (commit, hasCommit) = (number, true)
        case .hash:
            guard let hash = LineValue.hash(value) else { throw .wrong(key, "64 hex digits") }
            (leaf, hasLeaf) = (hash, true)
        default: try parts.take(key, value)
        }
    }

    // MARK: What the line says as a whole

    private func finish() throws(LineFlaw) {
        try parts.check()
        sequence = parts.sequence
        kind = parts.kind
        guard hasCommit || !needsPlace else { throw .missing(.commit) }
        guard hasLeaf || !needsPlace else { throw .missing(.hash) }
        seal = try parts.seal()
        try encode()
    }

    private func encode() throws(LineFlaw) {
        let hasPayload = payload.hasSalt || payloadDigest != nil
        guard (payloadDigest != nil) == parts.has(.payloadBytes), !(payload.hasSalt && payloadDigest != nil) else {
            throw LineFlaw("payload and payloadBytes stand together, and never beside a salt")
        }
        var announced = UInt64(payload.bytes.count)
        if payloadDigest != nil {
            announced = parts.payloadBytes
            guard announced >= 8 else { throw .wrong(.payloadBytes, "8 or more") }
        }
        payloadCount = payload.bytes.count
        encoded.cut(to: 0)
        let room = EventHead.Offset.variable + 11 * ByteWriter.varintBytesMax + (parts.person?.count ?? 0)
        encoded.write(room: room + facts.bytes.count + payload.bytes.count) { out in
            parts.write(hasPayload: hasPayload, to: &out)
            if hasPayload { out.varint(announced) }
            out.bytes(facts.bytes)
            out.bytes(payload.bytes)
        }
    }
}
