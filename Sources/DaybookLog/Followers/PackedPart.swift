public import DaybookModel

/// What can be a part of ``Packed``: its bytes sort as its values do, and show where they end.
public protocol PackedPart {
    /// Adds the bytes of this value.
    func pack(into bytes: inout [UInt8])

    /// Takes a value off the front.
    static func unpack(from reader: inout PackedReader) throws(PackedError) -> Self
}

extension UInt64: PackedPart {
    /// Eight bytes, the highest first.
    @inlinable
    public func pack(into bytes: inout [UInt8]) {
        Swift.withUnsafeBytes(of: bigEndian) { bytes.append(contentsOf: $0) }
    }

    /// Eight bytes, the highest first.
    @inlinable
    public static func unpack(from reader: inout PackedReader) throws(PackedError) -> UInt64 { try reader.number() }
}

extension Int64: PackedPart {
    /// As an unsigned number, moved so that negative ones come first.
    @inlinable
    public func pack(into bytes: inout [UInt8]) { (UInt64(bitPattern: self) ^ 1 << 63).pack(into: &bytes) }

    /// As an unsigned number, moved so that negative ones come first.
    @inlinable
    public static func unpack(from reader: inout PackedReader) throws(PackedError) -> Int64 {
        Int64(bitPattern: try reader.number() ^ 1 << 63)
    }
}

extension Int: PackedPart {
    /// As 64 bits on every platform.
    @inlinable
    public func pack(into bytes: inout [UInt8]) { Int64(self).pack(into: &bytes) }

    /// As 64 bits on every platform.
    @inlinable
    public static func unpack(from reader: inout PackedReader) throws(PackedError) -> Int {
        Int(try Int64.unpack(from: &reader))
    }
}

extension Double: PackedPart {
    /// As the bits of the number, turned so that they sort as numbers do; −0 comes before 0.
    @inlinable
    public func pack(into bytes: inout [UInt8]) {
        let bits = bitPattern
        (bits >> 63 == 0 ? bits | 1 << 63 : ~bits).pack(into: &bytes)
    }

    /// As the bits of the number, turned so that they sort as numbers do.
    @inlinable
    public static func unpack(from reader: inout PackedReader) throws(PackedError) -> Double {
        let bits = try reader.number()
        return Double(bitPattern: bits >> 63 == 0 ? ~bits : bits & ~(1 << 63))
    }
}

extension Bool: PackedPart {
    /// A byte, 0 or 1.
    @inlinable
    public func pack(into bytes: inout [UInt8]) { bytes.append(self ? 1 : 0) }

    /// A byte, 0 or 1.
    @inlinable
    public static func unpack(from reader: inout PackedReader) throws(PackedError) -> Bool {
        switch try reader.byte() {
        case 0: return false
        case 1: return true
        default: throw PackedError()
        }
    }
}

extension Instant: PackedPart {
    /// Its microseconds.
    @inlinable
    public func pack(into bytes: inout [UInt8]) { microseconds.pack(into: &bytes) }

    /// Its microseconds.
    @inlinable
    public static func unpack(from reader: inout PackedReader) throws(PackedError) -> Instant {
        Instant(microseconds: try Int64.unpack(from: &reader))
    }
}

extension JobID: PackedPart {
    /// Its number.
    @inlinable
    public func pack(into bytes: inout [UInt8]) { rawValue.pack(into: &bytes) }

    /// Its number.
    @inlinable
    public static func unpack(from reader: inout PackedReader) throws(PackedError) -> JobID {
        JobID(rawValue: try reader.number())
    }
}

// A text or a run of bytes ends with two zeros; a zero inside is followed by 255. So a short one comes before all that
// begin with it, and whatever part comes next cannot be taken for more of it.

extension [UInt8]: PackedPart {
    /// The bytes, a zero as 0 and 255, and two zeros behind them.
    @inlinable
    public func pack(into bytes: inout [UInt8]) { bytes.appendClosed(self) }

    /// The bytes up to two zeros.
    @inlinable
    public static func unpack(from reader: inout PackedReader) throws(PackedError) -> [UInt8] {
        var found: [UInt8] = []
        while true {
            let byte = try reader.byte()
            guard byte == 0 else {
                found.append(byte)
                continue
            }
            switch try reader.byte() {
            case 0: return found
            case 255: found.append(0)
            default: throw PackedError()
            }
        }
    }
}

extension String: PackedPart {
    /// As its UTF-8 bytes are.
    @inlinable
    public func pack(into bytes: inout [UInt8]) { bytes.appendClosed(utf8) }

    /// As its UTF-8 bytes are.
    @inlinable
    public static func unpack(from reader: inout PackedReader) throws(PackedError) -> String {
        guard let text = String(validating: try [UInt8].unpack(from: &reader), as: UTF8.self) else {
            throw PackedError()
        }
        return text
    }
}

extension [UInt8] {
    @inlinable
    mutating func appendClosed(_ content: some Sequence<UInt8>) {
        for byte in content {
            append(byte)
            if byte == 0 { append(255) }
        }
        append(0)
        append(0)
    }
}
