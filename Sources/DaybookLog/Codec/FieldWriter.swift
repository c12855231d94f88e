internal import DaybookModel

/// Writes the fields of a body. What is empty or zero is left out.
struct FieldWriter {
    private(set) var out: ByteWriter

    init(_ out: ByteWriter) {
        self.out = out
    }

    @inline(__always)
    private mutating func key(_ field: Field, _ form: UInt64) {
        out.varint(UInt64(field.rawValue) << 2 | form)
    }

    mutating func number(_ field: Field, _ value: UInt64?) {
        guard let value else { return }
        key(field, 0)
        out.varint(value)
    }

    mutating func flag(_ field: Field, _ value: Bool) {
        guard value else { return }
        key(field, 0)
        out.varint(1)
    }

    mutating func signed(_ field: Field, _ value: Int64) {
        guard value != 0 else { return }
        key(field, 2)
        out.zigzag(value)
    }

    mutating func instant(_ field: Field, _ value: Instant?) {
        guard let value else { return }
        key(field, 2)
        out.zigzag(value.microseconds)
    }

    mutating func text(_ field: Field, _ value: String?) {
        guard let value, !value.isEmpty else { return }
        key(field, 1)
        out.text(value)
    }

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
