internal import DaybookModel

/// Writes members of a line back as the fields that they were: those of the facts, or salt and fields of the payload.
struct FieldsEncoder: ~Copyable {
    private var out = ByteBuffer(capacity: 1 << 10)
    private(set) var count = 0
    private(set) var hasSalt = false
    private var elements = JSONScanner(allowsNUL: true)

    init() {}

    var bytes: UnsafeRawBufferPointer { out.bytes }

    mutating func restart() {
        out.cut(to: 0)
        count = 0
        hasSalt = false
    }

    mutating func salt(_ value: UnsafeRawBufferPointer) throws(LineFlaw) {
        guard let salt = LineValue.hex(value), salt.count == 8 else { throw .wrong(.salt, "16 hex digits") }
        append(salt)
        hasSalt = true
    }

    /// All fields at once, as they are stored.
    mutating func raw(_ value: UnsafeRawBufferPointer, _ key: LineKey) throws(LineFlaw) {
        guard let fields = LineValue.hex(value) else { throw .wrong(key, "hex digits") }
        guard key != .rawPayload || hasSalt else { throw LineFlaw("rawPayload stands without a salt") }
        append(fields)
        count += 1
    }

    mutating func add(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws(LineFlaw) {
        let field = try FieldsEncoder.field(key)
        count += 1
        guard field.mayBeList, value.first == UInt8(ascii: "[") else {
            guard !field.mustBeList else { throw FieldsEncoder.wrong(key, "an array") }
            return try addValue(field, key, value)
        }
        try addList(field, key, value)
    }

    private mutating func addList(
        _ field: LineField, _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer
    ) throws(LineFlaw) {
        var offset = 1
        repeat {
            // The line has been scanned, so the only surprise is an array without any element.
            guard let range = try? elements.scanValue(value, from: offset) else {
                throw FieldsEncoder.wrong(key, "an array with something in it")
            }
            guard range.lowerBound == offset, value[range.upperBound] > 0x20 else {
                throw FieldsEncoder.wrong(key, "an array without white space")
            }
            try addValue(field, key, UnsafeRawBufferPointer(rebasing: value[range]))
            offset = range.upperBound + 1
        } while value[offset - 1] == UInt8(ascii: ",")
    }

    private mutating func addValue(
        _ field: LineField, _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer
    ) throws(LineFlaw) {
        switch field.content {
        case .number:
            guard let number = LineValue.number(value) else { throw FieldsEncoder.wrong(key, "a number") }
            append(field, RawField.Form.number, number)
        case .flag:
            guard let flag = LineValue.flag(value) else { throw FieldsEncoder.wrong(key, "true or false") }
            append(field, RawField.Form.number, flag ? 1 : 0)
        case .signed:
            guard let number = LineValue.signed(value) else { throw FieldsEncoder.wrong(key, "a whole number") }
            append(field, number)
        case .instant:
            guard let instant = LineValue.instant(value) else { throw FieldsEncoder.wrong(key, "a time") }
            append(field, instant.microseconds)
        case .text:
            guard let text = LineValue.text(value) else {
                throw FieldsEncoder.wrong(
                    key,
                    "a text as an export "
                        + "writes it")
            }
            text.withUnsafeBytes { append(field, bytes: $0) }
        case .hex:
            guard let bytes = LineValue.hex(value) else { throw FieldsEncoder.wrong(key, "hex digits") }
            bytes.withUnsafeBytes { append(field, bytes: $0) }
        case .base64:
            guard let bytes = LineValue.base64(value) else { throw FieldsEncoder.wrong(key, "base64") }
            bytes.withUnsafeBytes { append(field, bytes: $0) }
        case .json: append(field, bytes: value)
        case .fixed:
            guard let bytes = LineValue.hex(value), bytes.count == 8 else {
                throw FieldsEncoder.wrong(key, "16 hex digits")
            }
            out.write(room: 2 * ByteWriter.varintBytesMax) { out in
                out.varint(field.id << 2 | UInt64(RawField.Form.fixed))
                bytes.withUnsafeBytes { out.bytes($0) }
            }
        }
    }

    private mutating func append(_ field: LineField, _ form: UInt8, _ number: UInt64) {
        out.write(room: 2 * ByteWriter.varintBytesMax) { out in
            out.varint(field.id << 2 | UInt64(form))
            out.varint(number)
        }
    }

    private mutating func append(_ field: LineField, _ number: Int64) {
        out.write(room: 2 * ByteWriter.varintBytesMax) { out in
            out.varint(field.id << 2 | UInt64(RawField.Form.signed))
            out.zigzag(number)
        }
    }

    private mutating func append(_ field: LineField, bytes: UnsafeRawBufferPointer) {
        out.write(room: 2 * ByteWriter.varintBytesMax + bytes.count) { out in
            out.varint(field.id << 2 | UInt64(RawField.Form.bytes))
            out.varint(UInt64(bytes.count))
            out.bytes(bytes)
        }
    }

    private mutating func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { out.append($0) }
    }
}

// MARK: Names

/// What a member's name says of its field.
private struct LineField {
    enum Content {
        case number, signed, flag, instant, text, hex, json, base64, fixed
    }

    let id: UInt64
    let content: Content
    let mayBeList: Bool
    let mustBeList: Bool
}

extension FieldsEncoder {
    static func requireKnown(_ key: UnsafeRawBufferPointer) throws(LineFlaw) { _ = try field(key) }

    private static func field(_ key: UnsafeRawBufferPointer) throws(LineFlaw) -> LineField {
        if let entry = FieldTable.shared.entry(named: key) { return LineField(entry, isBase64: false) }
        if key.count > 2, key.suffix(2).elementsEqual("64".utf8),
            let entry = FieldTable.shared.entry(named: UnsafeRawBufferPointer(rebasing: key.dropLast(2))),
            entry.form == .text || entry.form == .json
        {
            return LineField(entry, isBase64: true)
        }
        guard let numbered = numbered(key) else { throw LineFlaw("no export has a member named \(quoted(key))") }
        return numbered
    }

    /// `field<id>.<form>`.
    private static func numbered(_ key: UnsafeRawBufferPointer) -> LineField? {
        guard key.starts(with: "field".utf8), let point = key.firstIndex(of: UInt8(ascii: ".")), point > 5,
            let id = LineValue.number(UnsafeRawBufferPointer(rebasing: key[5..<point])), id > 0, id <= UInt64.max >> 2,
            let form = LineValue.number(UnsafeRawBufferPointer(rebasing: key[(point + 1)...])), form < 4
        else { return nil }
        let contents: [LineField.Content] = [.number, .hex, .signed, .fixed]
        return LineField(id: id, content: contents[Int(form)], mayBeList: true, mustBeList: false)
    }

    private static func wrong(_ key: UnsafeRawBufferPointer, _ wanted: String) -> LineFlaw {
        LineFlaw("\(quoted(key)) is not \(wanted)")
    }

    /// The beginning of a name that may be anything.
    private static func quoted(_ key: UnsafeRawBufferPointer) -> String {
        let shown = String(decoding: key.prefix(40), as: UTF8.self).unicodeScalars.filter { $0.value >= 0x20 }
        return "\"\(String(String.UnicodeScalarView(shown)))\"" + (key.count > 40 ? " (and so on)" : "")
    }
}

extension LineField {
    fileprivate init(_ entry: FieldTable.Entry, isBase64: Bool) {
        let content: Content =
            switch entry.form {
            case .number: .number
            case .signed: .signed
            case .flag: .flag
            case .instant: .instant
            case .text: .text
            case .hex: .hex
            case .json: .json
            }
        self.init(
            id: entry.id, content: isBase64 ? .base64 : content, mayBeList: entry.isList, mustBeList: entry.isList)
    }
}
