internal import DaybookModel

/// Turns events into values. The checksum, the mark and the seal are put on later, by the batch that the event is
/// part of.
enum EventEncoding {
    /// Where the parts of an encoded event lie, from the start of its value.
    struct Layout {
        let count: Int
        let payloadCount: Int
    }

    /// In which version claims and successes are written. A test holds it against the upcasts.
    static let versionOfMost: UInt8 = 1

    /// The value of an event takes no more than this.
    static func byteCountMax(_ event: Event) -> Int {
        let body = event.body.created?._withUnsafeGuaranteedRef { $0.byteCountMax } ?? event.body.byteCountMax
        return byteCountMax(event.actor) + body
    }

    /// Writes the value of event `sequence` to `start`, where there is room for it.
    static func write(_ event: Event, at sequence: SequenceNumber, to start: UnsafeMutableRawPointer) -> Layout {
        guard let created = event.body.created else { return write(event, event.body, at: sequence, to: start) }
        return created._withUnsafeGuaranteedRef { write(event, $0, at: sequence, to: start) }
    }

    @inline(__always)
    private static func write(
        _ event: Event, _ body: some WrittenBody, at sequence: SequenceNumber, to start: UnsafeMutableRawPointer
    ) -> Layout {
        var out = ByteWriter(at: start + EventHead.Offset.version)
        out.byte(body.version)
        out.byte(body.kind)
        var presence = event.presence
        // The payload's length is not known before it is written; it is written behind the facts' place and moved.
        let payloadCount = body.payloadByteCount
        if payloadCount > 0 { presence.insert(.payload) }
        out.fixed(presence.rawValue)
        out.fixed(event.time.microseconds)
        if presence.contains(.job) { out.varint(sequence - event.job) }
        if presence.contains(.previous) { out.varint(sequence - event.previous) }
        if presence.contains(.cause) { out.varint(sequence - event.cause) }
        if presence.contains(.attempt) { out.varint(UInt64(event.attempt)) }
        if presence.contains(.token) { out.varint(sequence - event.token) }
        if presence.contains(.process) { out.varint(sequence - event.actor.process) }
        if presence.contains(.worker) { out.varint(UInt64(event.actor.worker)) }
        if presence.contains(.person) { out.text(event.actor.person!) }
        if presence.contains(.recurring) { out.varint(sequence - event.actor.recurring) }
        if presence.contains(.payload) { out.varint(UInt64(payloadCount)) }
        var fields = FieldWriter(out)
        body.writeFacts(to: &fields)
        if event.actor.person != nil, !body.tellsClient { fields.text(.client, event.actor.client) }
        let payloadStart = fields.out.position
        if payloadCount > 0 { body.writePayload(to: &fields) }
        assert(fields.out.position - payloadStart == payloadCount)
        return Layout(count: fields.out.position - start, payloadCount: payloadCount)
    }

    /// What stands around a body, and the seal behind it, take no more than this.
    private static func byteCountMax(_ actor: Actor) -> Int {
        EventHead.Offset.variable + 10 * ByteWriter.varintBytesMax + (actor.person?.utf8.count ?? 0)
            + room(actor.client) + Seal.byteCount
    }
}

/// What an event's value is made of, beside what every event has.
private protocol WrittenBody {
    var kind: UInt8 { get }
    /// The version of its kind's form in which it is written.
    var version: UInt8 { get }
    /// Whether the body has a `client` of its own. It stands for the actor's where that has none.
    var tellsClient: Bool { get }
    /// More than the body can take.
    var byteCountMax: Int { get }
    /// Exactly what `writePayload` writes; 0 if there is nothing to write.
    var payloadByteCount: Int { get }

    func writeFacts(to fields: inout FieldWriter)
    func writePayload(to fields: inout FieldWriter)
}

extension Box<Created>: WrittenBody {
    fileprivate var kind: UInt8 { EventKind.created.rawValue }
    fileprivate var version: UInt8 { EventUpcasts.standard.version(of: kind) }
    fileprivate var tellsClient: Bool { value.client != nil }
}

extension EventBody: WrittenBody {
    /// What is written most, for as long as the event is there. A look at the body's kind anywhere else copies the body
    /// first, because an event is large; here it lies where it lies, and nobody has to hold on to it.
    @inline(never)
    fileprivate var created: Unmanaged<Box<Created>>? {
        if case .created(let created) = self { Unmanaged.passUnretained(created) } else { nil }
    }

    fileprivate var tellsClient: Bool {
        switch self {
        case .created(let created), .carried(let created): created.value.client != nil
        case .duplicate(let duplicate): duplicate.value.client != nil
        case .replaced(let replaced): replaced.value.client != nil
        default: false
        }
    }

    fileprivate var version: UInt8 {
        switch self {
        // Most of all events, and the shortest way for them.
        case .claimed, .succeeded: EventEncoding.versionOfMost
        case .unknown(_, let version): version
        // What an older release understands as it is meant stays as it reads it.
        case .batchCreated(_, in: 0): 1
        case .queueLimited(let limited) where limited.value.limit?.weight == nil: 1
        case .erased(let erased) where erased.value.isAfterwards: 1
        default: EventUpcasts.standard.version(of: kind)
        }
    }
}

extension Event {
    fileprivate var presence: EventHead.Presence {
        var presence: EventHead.Presence = []
        if job != 0 { presence.insert(.job) }
        if previous != 0 { presence.insert(.previous) }
        if cause != 0 { presence.insert(.cause) }
        if attempt != 0 { presence.insert(.attempt) }
        if token != 0 { presence.insert(.token) }
        if actor.process != 0 { presence.insert(.process) }
        if actor.worker != 0 { presence.insert(.worker) }
        if actor.person != nil { presence.insert(.person) }
        if actor.recurring != 0 { presence.insert(.recurring) }
        return presence
    }
}
