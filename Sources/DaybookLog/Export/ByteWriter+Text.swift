internal import DaybookModel

// Numbers, digits and base64 as an export shows them, written by hand: a line holds some twenty of them, and a
// million lines are to be written in a second.

extension ByteWriter {
    @inline(__always)
    mutating func literal(_ text: StaticString) {
        bytes(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// The most a number can take.
    static let decimalBytesMax = 20

    @inline(__always)
    mutating func decimal(_ value: UInt64) {
        guard value >= 10 else { return byte(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value)) }
        let count = ByteWriter.digitCount(value)
        var rest = value
        var place = position + count
        while rest >= 10 {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            place -= 1
            place.storeBytes(of: UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit), as: UInt8.self)
            rest = quotient
        }
        (place - 1).storeBytes(of: UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest), as: UInt8.self)
        skip(count)
    }

    mutating func decimal(_ value: Int64) {
        if value < 0 { byte(UInt8(ascii: "-")) }
        decimal(value.magnitude)
    }

    /// `width` digits with leading zeros.
    @inline(__always)
    mutating func digits(_ value: Int, width: Int) {
        var rest = value
        for index in stride(from: width - 1, through: 0, by: -1) {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            (position + index).storeBytes(of: UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit), as: UInt8.self)
            rest = quotient
        }
        skip(width)
    }

    private static func digitCount(_ value: UInt64) -> Int {
        var count = 1
        var limit: UInt64 = 10
        while value >= limit {
            count += 1
            let (next, overflow) = limit.multipliedReportingOverflow(by: 10)
            if overflow { break }
            limit = next
        }
        return count
    }

    /// Two digits for each byte.
    @inline(__always)
    mutating func hex(_ bytes: UnsafeRawBufferPointer) {
        var offset = 0
        while bytes.count - offset >= 4 {
            let word = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
            fixed(ByteWriter.eightHexDigits(word).byteSwapped)
            offset += 4
        }
        while offset < bytes.count {
            byte(Hexadecimal.digit(bytes[offset] >> 4))
            byte(Hexadecimal.digit(bytes[offset] & 15))
            offset += 1
        }
    }

    @inline(__always)
    mutating func hex(_ hash: Hash) {
        hash.withBytes { hex($0) }
    }

    /// The digits of `word`, the first one in the highest byte: each nibble is moved to a byte of its own, then six
    /// is added to see which of them reach sixteen and so are letters.
    @inline(__always)
    private static func eightHexDigits(_ word: UInt32) -> UInt64 {
        var nibbles = UInt64(word)
        nibbles = (nibbles << 16 | nibbles) & 0x0000_FFFF_0000_FFFF
        nibbles = (nibbles << 8 | nibbles) & 0x00FF_00FF_00FF_00FF
        nibbles = (nibbles << 4 | nibbles) & 0x0F0F_0F0F_0F0F_0F0F
        let letters = (nibbles &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        return nibbles &+ 0x3030_3030_3030_3030 &+ letters &* 39
    }

    /// What `bytes` take as base64.
    static func base64Bytes(_ count: Int) -> Int { (count + 2) / 3 * 4 }

    mutating func base64(_ bytes: UnsafeRawBufferPointer) {
        let alphabet: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let taken = min(3, bytes.count - start)
            var bits: UInt32 = 0
            for index in 0..<3 { bits = bits << 8 | (index < taken ? UInt32(bytes[start + index]) : 0) }
            for index in 0..<4 {
                let symbol = alphabet.utf8Start[Int(bits >> UInt32(18 - 6 * index) & 63)]
                byte(index <= taken ? symbol : UInt8(ascii: "="))
            }
        }
    }

    /// Text that is UTF-8, between quotation marks. It takes at most `quotedBytesMax`.
    mutating func quoted(_ text: UnsafeRawBufferPointer) {
        skip(JSONText.quote(text, to: position.assumingMemoryBound(to: UInt8.self)))
    }

    /// The same without the quotation marks.
    mutating func escaped(_ text: UnsafeRawBufferPointer) {
        skip(JSONText.escape(text, to: position.assumingMemoryBound(to: UInt8.self)))
    }

    static func quotedBytesMax(_ count: Int) -> Int { JSONText.escapedBytesMax * count + 2 }
}
