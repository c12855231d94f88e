internal import DaybookModel

/// One field as it stands in the log.
struct RawField {
    let id: UInt64
    let form: UInt8
    /// Forms 0 and 2 (still zigzag) and 3.
    let number: UInt64
    /// Form 1.
    let bytes: UnsafeRawBufferPointer

    @inline(__always)
    var known: Field? { UInt32(exactly: id).flatMap(Field.init(rawValue:)) }

    @inline(__always)
    var signed: Int64 { Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1) }

    /// Which of the four forms a field has.
    enum Form {
        static let number: UInt8 = 0
        static let bytes: UInt8 = 1
        static let signed: UInt8 = 2
        static let fixed: UInt8 = 3
    }
}

/// Goes through the fields of a body, one after the other.
struct FieldReader {
    private var reader: ByteReader

    init(_ reader: ByteReader) {
        self.reader = reader
    }

    @inline(__always)
    mutating func next() throws(EventDamage) -> RawField? {
        guard !reader.isAtEnd else { return nil }
        let key = try reader.varint()
        guard key >> 2 != 0 else { throw .badField }
        let form = UInt8(truncatingIfNeeded: key & 3)
        let none = UnsafeRawBufferPointer(start: nil, count: 0)
        switch form {
        case RawField.Form.bytes:
            return RawField(id: key >> 2, form: form, number: 0, bytes: try reader.take(try reader.varint()))
        case RawField.Form.fixed:
            return RawField(id: key >> 2, form: form, number: try reader.fixed(), bytes: none)
        default:
            return RawField(id: key >> 2, form: form, number: try reader.varint(), bytes: none)
        }
    }
}
