internal import DaybookModel

/// Writes the fields of a body. What is empty or zero is left out, and most fields of most events are: so each call
/// is a test in the caller's code, and only what is there costs a call.
struct FieldWriter {
    private(set) var out: ByteWriter

    init(_ out: ByteWriter) {
        self.out = out
    }

    private mutating func write(_ field: Field, _ value: UInt64) {
        key(field, 0)
        out.varint(value)
    }

    private mutating func write(_ field: Field, signed value: Int64) {
        key(field, 2)
        out.zigzag(value)
    }

    private mutating func write(_ field: Field, _ text: String) {
        key(field, 1)
        out.text(text)
    }

    @inline(__always)
    private mutating func key(_ field: Field, _ form: UInt64) {
        out.varint(UInt64(field.rawValue) << 2 | form)
    }

    @inline(__always)
    mutating func number(_ field: Field, _ value: UInt64?) {
        if let value { write(field, value) }
    }

    @inline(__always)
    mutating func flag(_ field: Field, _ value: Bool) {
        if value { write(field, 1) }
    }

    @inline(__always)
    mutating func signed(_ field: Field, _ value: Int64) {
        if value != 0 { write(field, signed: value) }
    }

    @inline(__always)
    mutating func instant(_ field: Field, _ value: Instant?) {
        if let value { write(field, signed: value.microseconds) }
    }

    @inline(__always)
    mutating func text(_ field: Field, _ value: String?) {
        if let value, !value.isEmpty { write(field, value) }
    }

    @inline(__always)
    mutating func texts(_ field: Field, _ values: [String]) {
        for value in values { text(field, value) }
    }

    mutating func bytes(_ field: Field, _ value: [UInt8]) {
        guard !value.isEmpty else { return }
        key(field, 1)
        out.varint(UInt64(value.count))
        value.withUnsafeBytes { out.bytes($0) }
    }

    mutating func salt(_ salt: UInt64) {
        out.fixed(salt)
    }
}
