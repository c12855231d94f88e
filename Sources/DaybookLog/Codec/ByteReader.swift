/// Reads what `ByteWriter` wrote, from bytes that nobody vouches for: every read checks what is left.
struct ByteReader {
    private let bytes: UnsafeRawBufferPointer
    private(set) var offset: Int
    private let end: Int

    /// The memory must stay as it is for as long as the reader is used.
    init(_ bytes: UnsafeRawBufferPointer, from start: Int = 0, to end: Int? = nil) {
        self.bytes = bytes
        offset = start
        self.end = end ?? bytes.count
    }

    var isAtEnd: Bool { offset >= end }
    var remaining: Int { end - offset }

    @inline(__always)
    mutating func byte() throws(EventDamage) -> UInt8 {
        guard offset < end else { throw .cutShort }
        defer { offset += 1 }
        return bytes[offset]
    }

    mutating func fixed<T: FixedWidthInteger>(_ type: T.Type = T.self) throws(EventDamage) -> T {
        guard end - offset >= MemoryLayout<T>.size else { throw .cutShort }
        defer { offset += MemoryLayout<T>.size }
        return T(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: T.self))
    }

    @inline(__always)
    mutating func varint() throws(EventDamage) -> UInt64 {
        let first = try byte()
        if first < 0x80 { return UInt64(first) }
        return try longVarint(first)
    }

    private mutating func longVarint(_ first: UInt8) throws(EventDamage) -> UInt64 {
        var value = UInt64(first & 0x7F)
        var shift: UInt64 = 7
        while true {
            let next = try byte()
            // The tenth byte has room for one bit; and a last byte of zero would be a second way to write the same.
            guard shift < 63 || next <= 1, next != 0 else { throw .badNumber }
            value |= UInt64(next & 0x7F) << shift
            if next < 0x80 { return value }
            shift += 7
        }
    }

    mutating func zigzag() throws(EventDamage) -> Int64 {
        let value = try varint()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    /// The next `count` bytes, in place.
    mutating func take(_ count: UInt64) throws(EventDamage) -> UnsafeRawBufferPointer {
        guard count <= UInt64(end - offset) else { throw .cutShort }
        defer { offset += Int(count) }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + Int(count)])
    }
}

/// Why bytes are not an event.
package enum EventDamage: Error, Equatable, Sendable {
    case cutShort
    case badNumber
    case badChecksum
    case badText
    case badMark
    case badPresence
    case badReference
    case badField
    case missingField

    package var sentence: String {
        switch self {
        case .cutShort: "it ends too early"
        case .badNumber: "a number in it is not written as the format asks"
        case .badChecksum: "its checksum does not match"
        case .badText: "a text in it is not UTF-8"
        case .badMark: "its mark is neither 0 nor 1"
        case .badPresence: "it announces parts that this format does not have"
        case .badReference: "it points at an event that cannot be"
        case .badField: "a field in it does not have the form that it should"
        case .missingField: "a field that its kind needs is not there"
        }
    }
}
