internal import DaybookModel

/// Whether every field of an event can be read. It asks what decoding asks of fields, and builds nothing.
enum FieldCheck {
    static func check(_ value: UnsafeRawBufferPointer, _ head: EventHead) throws(EventDamage) {
        try check(ByteReader(value, from: head.facts.lowerBound, to: head.facts.upperBound))
        guard !head.payload.isEmpty else { return }
        var payload = ByteReader(value, from: head.payload.lowerBound, to: head.payload.upperBound)
        _ = try payload.fixed(UInt64.self)
        try check(payload)
    }

    private static func check(_ bytes: ByteReader) throws(EventDamage) {
        var fields = FieldReader(bytes)
        while let raw = try fields.next() {
            guard let field = raw.known else { continue }
            let wanted: UInt8 =
                switch field.form {
                case .text, .hex, .json: 1
                case .number, .flag: 0
                case .signed, .instant: 2
                }
            guard raw.form == wanted else { throw .badField }
            if field.form == .text, !isText(raw.bytes) { throw .badText }
        }
    }

    private static func isText(_ bytes: UnsafeRawBufferPointer) -> Bool {
        // Nearly all texts are names in ASCII, which eight bytes at a time tell cheaply.
        var high: UInt64 = 0
        var index = 0
        while index + 8 <= bytes.count {
            high |= bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            index += 8
        }
        var rest: UInt8 = 0
        while index < bytes.count {
            rest |= bytes[index]
            index += 1
        }
        if high & 0x8080_8080_8080_8080 == 0, rest & 0x80 == 0 { return true }
        return String(validating: bytes, as: UTF8.self) != nil
    }
}
