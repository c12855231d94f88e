// The fields of an event's facts or payload as members of its line. Whatever is stored can be told: a field in a
// form that is not its own goes by its number, bytes that are not what their field promises go as base64, and where
// names alone would not do, because a field stands twice or the bytes are no fields, all of them go as hex digits.

internal import DaybookModel

struct FieldsJSON {
    enum Part {
        case facts, payload
    }

    private let table = FieldTable.shared
    private var scanner = JSONScanner()
    private var seen = (UInt64(0), UInt64(0), UInt64(0), UInt64(0))
    private var seenLarge: Set<UInt64> = []

    init() {}

    /// Starts with another event.
    mutating func begin() {
        seen = (0, 0, 0, 0)
        if !seenLarge.isEmpty { seenLarge.removeAll(keepingCapacity: true) }
    }

    mutating func write(
        _ part: Part, _ bytes: UnsafeRawBufferPointer, to out: inout ByteBuffer, _ instants: inout InstantWriter
    ) {
        guard !bytes.isEmpty else { return }
        let start = out.count
        var reader = FieldReader(ByteReader(bytes))
        do {
            while let field = try reader.next() {
                guard markSeen(field.id) else { throw EventDamage.badField }
                try write(field, &reader, to: &out, &instants)
            }
        } catch {
            out.cut(to: start)
            out.write(room: 32 + 2 * bytes.count) { out in
                out.literal(part == .facts ? ",\"rawFacts\":\"" : ",\"rawPayload\":\"")
                out.hex(bytes)
                out.byte(UInt8(ascii: "\""))
            }
            if part == .facts { begin() }
        }
    }

    /// Whether this is the first time that the field stands in the event.
    private mutating func markSeen(_ id: UInt64) -> Bool {
        let bit: UInt64 = 1 << (id & 63)
        func mark(_ word: inout UInt64) -> Bool {
            defer { word |= bit }
            return word & bit == 0
        }
        switch id >> 6 {
        case 0: return mark(&seen.0)
        case 1: return mark(&seen.1)
        case 2: return mark(&seen.2)
        case 3: return mark(&seen.3)
        default: return seenLarge.insert(id).inserted
        }
    }

    /// More than a field's name and a number or instant can take.
    private static let nameAndNumberBytesMax = 128

    private mutating func write(
        _ field: RawField, _ reader: inout FieldReader, to out: inout ByteBuffer, _ instants: inout InstantWriter
    ) throws(EventDamage) {
        guard let entry = table.entry(field.id), entry.form.fits(field) else {
            return try writeUnknown(field, &reader, to: &out)
        }
        guard entry.isList else {
            let asBase64 = !isPlain(field, entry)
            out.write(room: FieldsJSON.nameAndNumberBytesMax + ByteWriter.quotedBytesMax(field.bytes.count)) { out in
                FieldsJSON.name(entry, asBase64, to: &out)
                FieldsJSON.value(field, entry, asBase64, to: &out, &instants)
            }
            return
        }
        try writeList(field, entry, &reader, to: &out, &instants)
    }

    private mutating func writeList(
        _ field: RawField, _ entry: FieldTable.Entry, _ reader: inout FieldReader, to out: inout ByteBuffer,
        _ instants: inout InstantWriter
    ) throws(EventDamage) {
        var asBase64 = !isPlain(field, entry)
        var ahead = reader
        while !asBase64, let next = try ahead.next(), next.isOfList(field) { asBase64 = !isPlain(next, entry) }
        out.write(room: FieldsJSON.nameAndNumberBytesMax) { FieldsJSON.name(entry, asBase64, to: &$0) }
        try FieldsJSON.forEach(field, &reader, to: &out) { field, out in
            FieldsJSON.value(field, entry, asBase64, to: &out, &instants)
        }
    }

    /// A field that has no name here, or not the form that its name promises.
    private func writeUnknown(
        _ field: RawField, _ reader: inout FieldReader, to out: inout ByteBuffer
    ) throws(EventDamage) {
        out.write(room: FieldsJSON.nameAndNumberBytesMax) { out in
            out.literal(",\"field")
            out.decimal(field.id)
            out.byte(UInt8(ascii: "."))
            out.decimal(UInt64(field.form))
            out.literal("\":")
        }
        var ahead = reader
        if let next = try ahead.next(), next.isOfList(field) {
            return try FieldsJSON.forEach(field, &reader, to: &out, FieldsJSON.unknownValue)
        }
        out.write(room: FieldsJSON.nameAndNumberBytesMax + ByteWriter.quotedBytesMax(field.bytes.count)) { out in
            FieldsJSON.unknownValue(field, to: &out)
        }
    }

    /// Writes `first` and the fields of the same kind that follow it as an array, and passes them.
    private static func forEach(
        _ first: RawField, _ reader: inout FieldReader, to out: inout ByteBuffer,
        _ write: (RawField, inout ByteWriter) -> Void
    ) throws(EventDamage) {
        var field = first
        var separator = UInt8(ascii: "[")
        var hasMore = true
        while hasMore {
            out.write(room: nameAndNumberBytesMax + ByteWriter.quotedBytesMax(field.bytes.count)) { out in
                out.byte(separator)
                write(field, &out)
            }
            separator = UInt8(ascii: ",")
            var ahead = reader
            hasMore = false
            if let next = try ahead.next(), next.isOfList(first) {
                (field, reader, hasMore) = (next, ahead, true)
            }
        }
        out.write(room: 1) { $0.byte(UInt8(ascii: "]")) }
    }
}

// MARK: Values

extension FieldsJSON {
    /// Whether the field's bytes are what its name promises.
    private mutating func isPlain(_ field: RawField, _ entry: FieldTable.Entry) -> Bool {
        switch entry.form {
        case .number, .signed, .flag, .instant, .hex: return true
        case .text: return UTF8Check.isValid(field.bytes)
        case .json:
            let bytes = field.bytes
            guard !bytes.contains(UInt8(ascii: "\n")), !bytes.contains(UInt8(ascii: "\r")),
                let range = try? scanner.scanWhole(bytes)
            else { return false }
            return range == 0..<bytes.count
        }
    }

    @inline(__always)
    private static func name(_ entry: FieldTable.Entry, _ asBase64: Bool, to out: inout ByteWriter) {
        out.literal(",\"")
        out.bytes(entry.name.bytes)
        out.literal(asBase64 ? "64\":" : "\":")
    }

    @inline(__always)
    private static func value(
        _ field: RawField, _ entry: FieldTable.Entry, _ asBase64: Bool, to out: inout ByteWriter,
        _ instants: inout InstantWriter
    ) {
        switch entry.form {
        case .number: out.decimal(field.number)
        case .signed: out.decimal(field.signed)
        case .flag: out.literal(field.number == 1 ? "true" : "false")
        case .instant:
            out.byte(UInt8(ascii: "\""))
            instants.write(Instant(microseconds: field.signed), to: &out)
            out.byte(UInt8(ascii: "\""))
        case .hex: hexDigits(field.bytes, to: &out)
        case .text, .json:
            if asBase64 {
                out.byte(UInt8(ascii: "\""))
                out.base64(field.bytes)
                out.byte(UInt8(ascii: "\""))
            } else if entry.form == .text {
                out.quoted(field.bytes)
            } else {
                out.bytes(field.bytes)
            }
        }
    }

    private static func unknownValue(_ field: RawField, to out: inout ByteWriter) {
        switch field.form {
        case RawField.Form.number: out.decimal(field.number)
        case RawField.Form.signed: out.decimal(field.signed)
        case RawField.Form.bytes: hexDigits(field.bytes, to: &out)
        default: withUnsafeBytes(of: field.number.littleEndian) { hexDigits($0, to: &out) }
        }
    }

    private static func hexDigits(_ bytes: UnsafeRawBufferPointer, to out: inout ByteWriter) {
        out.byte(UInt8(ascii: "\""))
        out.hex(bytes)
        out.byte(UInt8(ascii: "\""))
    }
}

extension RawField {
    /// Whether it goes on with the list that `first` begins.
    fileprivate func isOfList(_ first: RawField) -> Bool { id == first.id && form == first.form }
}

extension Field.Form {
    /// Whether the field is stored as its form asks.
    @inline(__always)
    fileprivate func fits(_ field: RawField) -> Bool {
        field.form == stored && (self != .flag || field.number <= 1)
    }
}
