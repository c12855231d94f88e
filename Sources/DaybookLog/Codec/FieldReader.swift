internal import DaybookModel

/// One field as it stands in the log.
struct RawField {
    let id: UInt64
    let form: UInt8
    /// Forms 0 and 2 (still zigzag) and 3.
    let number: UInt64
    /// Form 1.
    let bytes: UnsafeRawBufferPointer

    var known: Field? { UInt32(exactly: id).flatMap(Field.init(rawValue:)) }

    var signed: Int64 { Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1) }

    func text() throws(EventDamage) -> String {
        guard form == 1 else { throw .badField }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .badText }
        return text
    }
}

/// Goes through the fields of a body, one after the other.
struct FieldReader {
    private var reader: ByteReader

    init(_ reader: ByteReader) {
        self.reader = reader
    }

    mutating func next() throws(EventDamage) -> RawField? {
        guard !reader.isAtEnd else { return nil }
        let key = try reader.varint()
        let form = UInt8(key & 3)
        let none = UnsafeRawBufferPointer(start: nil, count: 0)
        guard key >> 2 != 0 else { throw .badField }
        switch form {
        case 0, 2: return RawField(id: key >> 2, form: form, number: try reader.varint(), bytes: none)
        case 1: return RawField(id: key >> 2, form: form, number: 0, bytes: try reader.take(try reader.varint()))
        default: return RawField(id: key >> 2, form: form, number: try reader.fixed(), bytes: none)
        }
    }
}
