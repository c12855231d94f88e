package import DaybookModel

// A log keeps every event as the release of its day wrote it. When a kind's form changes, the kind gets a new
// version and one upcast: a function from the fields of the version before to those of the new one. Reading an old
// event runs the upcasts from its version up and then reads the result like an event of today. Nothing stored is
// ever rewritten, and exports show what is stored.

/// How events of older versions are read, by kind.
package final class EventUpcasts: Sendable {
    package typealias Upcast = @Sendable (inout EventFields) -> Void

    /// Those of this release.
    package static let standard = EventUpcasts([
        // From version 2 on a batch may be inside another; before, the field meant nothing.
        .batchCreated: [{ fields in fields.forget(.batch) }],
        // From version 2 on a key may have a weight; before, the field meant nothing.
        .queueLimited: [{ fields in fields.forget(.weight) }],
        // From version 2 on the keys are destroyed after the event, and the ledgers know of it.
        .erased: [{ fields in fields.facts.append(Erased.afterwards) }],
    ])

    /// By kind; the first turns version 1 into version 2, the next version 2 into version 3, and so on.
    private let upcasts: [EventKind: [Upcast]]
    /// The version of each kind's form today, by the kind's number.
    private let versions: [UInt8]

    package init(_ upcasts: [EventKind: [Upcast]]) {
        self.upcasts = upcasts
        var versions = [UInt8](repeating: 1, count: 256)
        for (kind, upcasts) in upcasts { versions[Int(kind.rawValue)] += UInt8(upcasts.count) }
        self.versions = versions
    }

    /// The version in which events of this kind are written: one more than there are upcasts.
    @inline(__always)
    func version(of kind: UInt8) -> UInt8 { versions[Int(kind)] }

    /// The body of an event of an older version, which the caller has made sure has one.
    func body(
        of kind: EventKind, _ head: EventHead, _ actor: Actor, facts: UnsafeRawBufferPointer,
        payload: UnsafeRawBufferPointer?
    ) throws(EventDamage) -> EventBody {
        var fields = EventFields()
        fields.facts = try EventFields.read(FieldReader(ByteReader(facts)))
        if let payload, !payload.isEmpty {
            var reader = ByteReader(payload)
            let salt = try reader.fixed(UInt64.self)
            fields.payload = try EventFields.read(FieldReader(reader))
            fields.salt = salt
        }
        for upcast in upcasts[kind, default: []].dropFirst(Int(head.version) - 1) { upcast(&fields) }
        // Written as an event of today and read like one, so that there is one reader.
        let (newFacts, newPayload) = (fields.encodedFacts, fields.encodedPayload)
        return try newFacts.withUnsafeBufferPointer { facts throws(EventDamage) in
            try newPayload.withUnsafeBufferPointer { payload throws(EventDamage) in
                var reader = BodyReader(facts: UnsafeRawBufferPointer(facts), payload: UnsafeRawBufferPointer(payload))
                return try EventBody(kind, head, actor, &reader)
            }
        }
    }
}

/// The fields of a stored event, as an upcast sees and changes them.
package struct EventFields: Equatable, Sendable {
    package enum Content: Equatable, Sendable {
        case number(UInt64)
        case signed(Int64)
        case bytes([UInt8])
        case fixed(UInt64)

        package static func text(_ text: String) -> Content { .bytes(Array(text.utf8)) }
    }

    package struct Entry: Equatable, Sendable {
        package var id: UInt64
        package var content: Content

        package init(_ field: Field, _ content: Content) {
            self.init(id: UInt64(field.rawValue), content)
        }

        package init(id: UInt64, _ content: Content) {
            self.id = id
            self.content = content
        }
    }

    package var facts: [Entry] = []
    package var payload: [Entry] = []
    var salt: UInt64 = 0

    /// Takes a fact away, whatever it says.
    package mutating func forget(_ field: Field) {
        facts.removeAll { $0.id == UInt64(field.rawValue) }
    }
}

extension EventFields {
    fileprivate static func read(_ fields: FieldReader) throws(EventDamage) -> [Entry] {
        var (fields, entries) = (fields, [Entry]())
        while let raw = try fields.next() {
            let content: Content =
                switch raw.form {
                case RawField.Form.number: .number(raw.number)
                case RawField.Form.bytes: .bytes(Array(raw.bytes))
                case RawField.Form.signed: .signed(raw.signed)
                default: .fixed(raw.number)
                }
            entries.append(Entry(id: raw.id, content))
        }
        return entries
    }

    fileprivate var encodedFacts: [UInt8] { EventFields.encoded(facts) }

    fileprivate var encodedPayload: [UInt8] {
        payload.isEmpty ? [] : withUnsafeBytes(of: salt.littleEndian) { Array($0) } + EventFields.encoded(payload)
    }

    private static func encoded(_ entries: [Entry]) -> [UInt8] {
        let bound = entries.reduce(0) { $0 + 2 * ByteWriter.varintBytesMax + $1.content.byteCount }
        return [UInt8](unsafeUninitializedCapacity: bound) { memory, count in
            guard let start = UnsafeMutableRawPointer(memory.baseAddress) else { return }
            var out = ByteWriter(at: start)
            for entry in entries { entry.write(to: &out) }
            count = out.position - start
        }
    }
}

extension EventFields.Content {
    fileprivate var byteCount: Int {
        if case .bytes(let bytes) = self { return bytes.count }
        return ByteWriter.varintBytesMax
    }
}

extension EventFields.Entry {
    fileprivate func write(to out: inout ByteWriter) {
        switch content {
        case .number(let number):
            out.varint(id << 2 | UInt64(RawField.Form.number))
            out.varint(number)
        case .signed(let number):
            out.varint(id << 2 | UInt64(RawField.Form.signed))
            out.zigzag(number)
        case .bytes(let bytes):
            out.varint(id << 2 | UInt64(RawField.Form.bytes))
            out.varint(UInt64(bytes.count))
            bytes.withUnsafeBytes { out.bytes($0) }
        case .fixed(let number):
            out.varint(id << 2 | UInt64(RawField.Form.fixed))
            out.fixed(number)
        }
    }
}
