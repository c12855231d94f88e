// One event's stored value as one line of an export. Docs/FileFormat.md says what the line looks like; this follows
// the stored bytes with the table of fields and never builds an `Event`, so what a later release wrote survives,
// and nothing is allocated for a line once the buffer has grown.

internal import DaybookModel

/// Writes lines one behind another into its buffer.
///
/// Not Sendable: one thread at a time.
final class EventJSON {
    /// Where an event stands among others, as its line says it.
    struct Place {
        /// The last event of its commit.
        let commit: SequenceNumber
        let leaf: Hash
    }

    private var out = ByteBuffer(capacity: 1 << 16)
    private var instants = InstantWriter()
    private var fields = FieldsJSON()
    private let sha = Sha256()
    private let isRedacted: Bool

    /// Redacted lines show a payload's digest in place of the payload.
    init(isRedacted: Bool = false) {
        self.isRedacted = isRedacted
    }

    var bytes: UnsafeRawBufferPointer { out.bytes }

    func removeAll() { out.cut(to: 0) }

    /// More than the envelope of any line can take, besides a person's name.
    private static let envelopeBytesMax = 1_024

    /// Adds the line of the event that `head` was read from. Without a place it says nothing of commit and leaf.
    func add(_ value: UnsafeRawBufferPointer, _ head: EventHead, at sequence: SequenceNumber, _ place: Place?) {
        writeHead(value, head, sequence)
        fields.begin()
        fields.write(.facts, UnsafeRawBufferPointer(rebasing: value[head.facts]), to: &out, &instants)
        if !head.payload.isEmpty { writePayload(UnsafeRawBufferPointer(rebasing: value[head.payload])) }
        out.write(room: EventJSON.envelopeBytesMax) { out in
            if let place {
                out.literal(",\"commit\":")
                out.decimal(place.commit)
                out.literal(",\"hash\":\"")
                out.hex(place.leaf)
                out.byte(UInt8(ascii: "\""))
            }
            if let seal = Seal(of: value) { EventJSON.write(seal, to: &out) }
            out.literal("}\n")
        }
    }

    private func writeHead(_ value: UnsafeRawBufferPointer, _ head: EventHead, _ sequence: SequenceNumber) {
        let person = UnsafeRawBufferPointer(rebasing: value[head.person])
        out.write(room: EventJSON.envelopeBytesMax + ByteWriter.quotedBytesMax(person.count)) { out in
            out.literal("{\"seq\":")
            out.decimal(sequence)
            out.literal(",\"time\":\"")
            instants.write(head.time, to: &out)
            out.literal("\",\"kind\":\"")
            if let name = KindTable.shared.name(head.kind) {
                out.bytes(name.bytes)
            } else {
                out.literal("kind")
                out.decimal(UInt64(head.kind))
            }
            out.byte(UInt8(ascii: "\""))
            if head.version != 1 { EventJSON.write(",\"version\":", UInt64(head.version), to: &out) }
            let presence = head.presence
            if presence.contains(.job) { EventJSON.write(",\"job\":", head.job, to: &out) }
            if presence.contains(.previous) { EventJSON.write(",\"previous\":", head.previous, to: &out) }
            if presence.contains(.cause) { EventJSON.write(",\"cause\":", head.cause, to: &out) }
            if presence.contains(.attempt) { EventJSON.write(",\"attempt\":", UInt64(head.attempt), to: &out) }
            if presence.contains(.token) { EventJSON.write(",\"token\":", head.token, to: &out) }
            EventJSON.writeActor(head, person, to: &out)
            if presence.contains(.process) { EventJSON.write(",\"process\":", head.process, to: &out) }
            if presence.contains(.worker) { EventJSON.write(",\"worker\":", UInt64(head.worker), to: &out) }
            if presence.contains(.recurring) { EventJSON.write(",\"recurring\":", head.recurring, to: &out) }
        }
    }

    private func writePayload(_ payload: UnsafeRawBufferPointer) {
        guard isRedacted else {
            out.write(room: 64) { out in
                out.literal(",\"salt\":\"")
                out.hex(UnsafeRawBufferPointer(rebasing: payload[..<8]))
                out.byte(UInt8(ascii: "\""))
            }
            fields.write(.payload, UnsafeRawBufferPointer(rebasing: payload[8...]), to: &out, &instants)
            return
        }
        sha.begin()
        sha.add(HashedAs.payload)
        sha.add(payload)
        let digest = sha.end()
        out.write(room: 160) { out in
            out.literal(",\"payload\":\"")
            out.hex(digest)
            EventJSON.write("\",\"payloadBytes\":", UInt64(payload.count), to: &out)
        }
    }

    @inline(__always)
    private static func write(_ name: StaticString, _ number: UInt64, to out: inout ByteWriter) {
        out.literal(name)
        out.decimal(number)
    }

    private static func writeActor(_ head: EventHead, _ person: UnsafeRawBufferPointer, to out: inout ByteWriter) {
        if head.presence.contains(.person) {
            out.literal(",\"actor\":\"person:")
            out.escaped(person)
        } else if head.presence.contains(.recurring) {
            write(",\"actor\":\"recurring:", head.recurring, to: &out)
        } else if head.presence.contains(.worker) {
            write(",\"actor\":\"worker:", head.process, to: &out)
            out.byte(UInt8(ascii: "."))
            out.decimal(UInt64(head.worker))
        } else if head.presence.contains(.process) {
            write(",\"actor\":\"process:", head.process, to: &out)
        } else {
            out.literal(",\"actor\":\"system")
        }
        out.byte(UInt8(ascii: "\""))
    }

    private static func write(_ seal: Seal, to out: inout ByteWriter) {
        write(",\"count\":", UInt64(seal.count), to: &out)
        out.literal(",\"ledgers\":\"")
        withUnsafeBytes(of: (seal.ledgers.first.littleEndian, seal.ledgers.second.littleEndian)) { out.hex($0) }
        out.literal("\",\"head\":\"")
        out.hex(seal.head)
        out.byte(UInt8(ascii: "\""))
    }
}
