internal import DaybookModel

/// Goes through the fields of an event's facts and then, if they are wanted, of its payload. A field that this
/// release does not know is skipped; one that it knows must have the form that the table of fields gives it.
struct BodyReader {
    private var fields: FieldReader
    private var payload: ByteReader?
    /// The payload's salt, once all facts are read.
    private(set) var salt: UInt64 = 0

    init(facts: UnsafeRawBufferPointer, payload: UnsafeRawBufferPointer?) {
        fields = FieldReader(ByteReader(facts))
        if let payload, !payload.isEmpty { self.payload = ByteReader(payload) }
    }

    /// One field that this release knows, in the form that it should have.
    struct Content {
        let field: Field
        fileprivate let raw: RawField

        @inline(__always)
        var number: UInt64 { raw.number }
        @inline(__always)
        var isSet: Bool { raw.number == 1 }
        @inline(__always)
        var signed: Int64 { raw.signed }
        @inline(__always)
        var instant: Instant { Instant(microseconds: raw.signed) }
        var bytes: [UInt8] { Array(raw.bytes) }

        func text() throws(EventDamage) -> String {
            guard let text = String(checkedUTF8: raw.bytes) else { throw .badText }
            return text
        }

        func checkText() throws(EventDamage) {
            guard UTF8Check.isValid(raw.bytes) else { throw .badText }
        }
    }

    @inline(__always)
    mutating func next() throws(EventDamage) -> Content? {
        while true {
            guard let raw = try fields.next() else {
                guard try goOnWithPayload() else { return nil }
                continue
            }
            guard let field = raw.known else { continue }
            guard raw.form == field.form.stored else { throw .badField }
            return Content(field: field, raw: raw)
        }
    }

    private mutating func goOnWithPayload() throws(EventDamage) -> Bool {
        guard var rest = payload else { return false }
        salt = try rest.fixed()
        fields = FieldReader(rest)
        payload = nil
        return true
    }

    /// Reads to the end, for kinds without fields: what is there must at least be fields.
    mutating func finish() throws(EventDamage) {
        while try next() != nil {}
    }
}

extension Field.Form {
    /// The form in which such a field stands in the log.
    @inline(__always)
    var stored: UInt8 {
        switch self {
        case .number, .flag: RawField.Form.number
        case .signed, .instant: RawField.Form.signed
        case .text, .hex, .json: RawField.Form.bytes
        }
    }
}
