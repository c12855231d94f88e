internal import DaybookModel

/// What a line says of its event outside the fields.
struct EnvelopeParts {
    private(set) var sequence: SequenceNumber = 0
    private(set) var kind: UInt8 = 0
    private(set) var person: [UInt8]?
    private(set) var payloadBytes: UInt64 = 0
    private var version: UInt64 = 1
    private var time = Instant.epoch
    private var actor: [UInt8] = []
    private var job: UInt64 = 0
    private var previous: UInt64 = 0
    private var cause: UInt64 = 0
    private var attempt: UInt64 = 0
    private var token: UInt64 = 0
    private var process: UInt64 = 0
    private var worker: UInt64 = 0
    private var recurring: UInt64 = 0
    private var count: UInt64 = 0
    private var ledgers: LedgerDigest?
    private var head: Hash?
    private var seen: UInt32 = 0

    init() {}

    func has(_ key: LineKey) -> Bool { seen & 1 << UInt32(key.rank) != 0 }

    mutating func take(_ key: LineKey, _ value: UnsafeRawBufferPointer) throws(LineFlaw) {
        seen |= 1 << UInt32(key.rank)
        switch key {
        case .time:
            guard let instant = LineValue.instant(value) else { throw .wrong(key, "a time as an export writes it") }
            time = instant
        case .kind: try takeKind(value)
        case .actor:
            guard let text = LineValue.text(value) else { throw .wrong(key, "a text as an export writes it") }
            actor = text
        case .ledgers:
            guard let content = LineValue.content(value),
                let digest = LedgerDigest(hex: String(decoding: content, as: UTF8.self))
            else {
                throw .wrong(key, "32 hex digits")
            }
            ledgers = digest
        case .head:
            guard let hash = LineValue.hash(value) else { throw .wrong(key, "64 hex digits") }
            head = hash
        default: try takeNumber(key, value)
        }
    }

    private mutating func takeNumber(_ key: LineKey, _ value: UnsafeRawBufferPointer) throws(LineFlaw) {
        guard let number = LineValue.number(value) else { throw .wrong(key, "a number") }
        switch key {
        case .seq: sequence = number
        case .version: version = number
        case .job: job = number
        case .previous: previous = number
        case .cause: cause = number
        case .attempt: attempt = number
        case .token: token = number
        case .process: process = number
        case .worker: worker = number
        case .recurring: recurring = number
        case .count: count = number
        default: payloadBytes = number
        }
    }

    private mutating func takeKind(_ value: UnsafeRawBufferPointer) throws(LineFlaw) {
        guard let content = LineValue.content(value) else { throw .wrong(.kind, "a text") }
        if let known = KindTable.shared.kind(named: content) {
            kind = known
            return
        }
        guard content.starts(with: "kind".utf8),
            let number = LineValue.number(UnsafeRawBufferPointer(rebasing: content[4...])),
            let small = UInt8(exactly: number)
        else {
            throw LineFlaw("kind is none that this release knows; a later one may have written it")
        }
        kind = small
    }

    // MARK: What must hold

    mutating func check() throws(LineFlaw) {
        for key in [LineKey.seq, .time, .kind, .actor] where !has(key) { throw .missing(key) }
        guard sequence > 0 else { throw .wrong(.seq, "1 or more") }
        guard version <= 255 else { throw .wrong(.version, "at most 255") }
        // Version 1 is not written, so that a line can be written in one way only.
        guard !has(.version) || version != 1 else { throw LineFlaw("version 1 is told by leaving it out") }
        for (key, number) in [(LineKey.job, job), (.previous, previous), (.cause, cause), (.token, token)] {
            try checkReference(key, number)
        }
        try checkReference(.process, process)
        try checkReference(.recurring, recurring)
        guard attempt <= UInt64(UInt32.max) else { throw .wrong(.attempt, "at most \(UInt32.max)") }
        guard worker <= UInt64(UInt32.max) else { throw .wrong(.worker, "at most \(UInt32.max)") }
        try checkActor()
    }

    private func checkReference(_ key: LineKey, _ number: UInt64) throws(LineFlaw) {
        guard !has(key) || (number >= 1 && number <= sequence) else {
            throw .wrong(key, "the number of this event or of one before it")
        }
    }

    private mutating func checkActor() throws(LineFlaw) {
        let prefix = Array("person:".utf8)
        if actor.starts(with: prefix) {
            person = Array(actor.dropFirst(prefix.count))
            return
        }
        let expected =
            has(.recurring)
            ? "recurring:\(recurring)"
            : has(.worker) ? "worker:\(process).\(worker)" : has(.process) ? "process:\(process)" : "system"
        guard actor == Array(expected.utf8) else {
            throw LineFlaw("actor is not what process, worker and recurring say: \(expected)")
        }
    }

    func seal() throws(LineFlaw) -> Seal? {
        guard has(.count) || has(.ledgers) || has(.head) else { return nil }
        guard has(.count) else { throw .missing(.count) }
        guard let ledgers else { throw .missing(.ledgers) }
        guard let head else { throw .missing(.head) }
        guard let count = UInt32(exactly: count) else { throw .wrong(.count, "at most \(UInt32.max)") }
        return Seal(count: count, ledgers: ledgers, head: head)
    }

    // MARK: As it is stored

    private var presence: EventHead.Presence {
        var presence: EventHead.Presence = []
        if has(.job) { presence.insert(.job) }
        if has(.previous) { presence.insert(.previous) }
        if has(.cause) { presence.insert(.cause) }
        if has(.attempt) { presence.insert(.attempt) }
        if has(.token) { presence.insert(.token) }
        if has(.process) { presence.insert(.process) }
        if has(.worker) { presence.insert(.worker) }
        if person != nil { presence.insert(.person) }
        if has(.recurring) { presence.insert(.recurring) }
        return presence
    }

    /// Writes all that stands before the payload's length.
    func write(hasPayload: Bool, to out: inout ByteWriter) {
        let presence = hasPayload ? presence.union(.payload) : presence
        out.byte(UInt8(truncatingIfNeeded: version))
        out.byte(kind)
        out.fixed(presence.rawValue)
        out.fixed(time.microseconds)
        if presence.contains(.job) { out.varint(sequence - job) }
        if presence.contains(.previous) { out.varint(sequence - previous) }
        if presence.contains(.cause) { out.varint(sequence - cause) }
        if presence.contains(.attempt) { out.varint(attempt) }
        if presence.contains(.token) { out.varint(sequence - token) }
        if presence.contains(.process) { out.varint(sequence - process) }
        if presence.contains(.worker) { out.varint(worker) }
        if let person {
            out.varint(UInt64(person.count))
            person.withUnsafeBytes { out.bytes($0) }
        }
        if presence.contains(.recurring) { out.varint(sequence - recurring) }
    }
}
