/// Reads what `ByteWriter` wrote, from bytes that nobody vouches for: every read checks what is left.
struct ByteReader {
    private var position: UnsafeRawPointer
    private let end: UnsafeRawPointer

    /// The memory must stay as it is for as long as the reader is used.
    init(_ bytes: UnsafeRawBufferPointer) {
        // An empty buffer may have no address; any will do, because nothing is read from it.
        position = bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 1)!
        end = position + bytes.count
    }

    /// The part of `bytes` in `range`, which the caller has made sure lies within.
    init(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) {
        self.init(UnsafeRawBufferPointer(rebasing: bytes[range]))
    }

    var isAtEnd: Bool { position == end }
    var remaining: Int { end - position }

    @inline(__always)
    mutating func byte() throws(EventDamage) -> UInt8 {
        guard position < end else { throw .cutShort }
        let value = position.load(as: UInt8.self)
        position += 1
        return value
    }

    @inline(__always)
    mutating func fixed<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type = T.self) throws(EventDamage) -> T {
        guard remaining >= MemoryLayout<T>.size else { throw .cutShort }
        let value = position.loadUnaligned(as: T.self)
        position += MemoryLayout<T>.size
        return T(littleEndian: value)
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

    /// The next `count` bytes, in place.
    @inline(__always)
    mutating func take(_ count: UInt64) throws(EventDamage) -> UnsafeRawBufferPointer {
        guard count <= UInt64(remaining) else { throw .cutShort }
        let taken = UnsafeRawBufferPointer(start: position, count: Int(count))
        position += Int(count)
        return taken
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
