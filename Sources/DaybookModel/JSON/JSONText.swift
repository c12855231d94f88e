/// Texts in JSON: escaping and its reverse.
package enum JSONText {
    /// No byte of a text takes more than this when it is escaped: `\u001f`.
    package static let escapedBytesMax = 6

    /// Writes `text`, which is UTF-8, between quotation marks. `out` has room for `escapedBytesMax` times the text
    /// and two bytes. Answers how many bytes were written.
    package static func quote(_ text: UnsafeRawBufferPointer, to out: UnsafeMutablePointer<UInt8>) -> Int {
        out[0] = UInt8(ascii: "\"")
        let count = escape(text, to: out + 1)
        out[count + 1] = UInt8(ascii: "\"")
        return count + 2
    }

    /// The same without quotation marks. Escaped are `"`, `\` and the characters below U+0020, these as `\u00` and
    /// two digits; all else stands as it is, so that there is one way to write a text.
    package static func escape(_ text: UnsafeRawBufferPointer, to out: UnsafeMutablePointer<UInt8>) -> Int {
        var count = 0
        var offset = 0
        while offset < text.count {
            let plain = endOfPlain(text, from: offset)
            if plain > offset {
                (UnsafeMutableRawPointer(out) + count).copyMemory(
                    from: text.baseAddress.unsafelyUnwrapped + offset, byteCount: plain - offset)
                count += plain - offset
                offset = plain
            }
            guard offset < text.count else { break }
            count += escape(text[offset], to: out + count)
            offset += 1
        }
        return count
    }

    package static func appendQuoted(_ text: String, to bytes: inout [UInt8]) {
        var text = text
        text.withUTF8 { appendQuoted(UnsafeRawBufferPointer($0), to: &bytes) }
    }

    /// The same for bytes that are UTF-8.
    package static func appendQuoted(_ text: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
        let quoted = [UInt8](unsafeUninitializedCapacity: text.count * escapedBytesMax + 2) { memory, count in
            if let start = memory.baseAddress { count = quote(text, to: start) }
        }
        bytes.append(contentsOf: quoted)
    }

    private static func escape(_ byte: UInt8, to out: UnsafeMutablePointer<UInt8>) -> Int {
        out[0] = UInt8(ascii: "\\")
        guard byte < 0x20 else {
            out[1] = byte
            return 2
        }
        out[1] = UInt8(ascii: "u")
        out[2] = UInt8(ascii: "0")
        out[3] = UInt8(ascii: "0")
        out[4] = UInt8(ascii: "0") + (byte >> 4)
        let low = byte & 15
        out[5] = low < 10 ? UInt8(ascii: "0") + low : UInt8(ascii: "a") + low - 10
        return 6
    }

    /// The offset of the first byte from `start` on that cannot stand in a text as it is.
    @inline(__always)
    package static func endOfPlain(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        var offset = start
        while bytes.count - offset >= 8 {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            let special = bytesBelow0x20(word) | bytesEqual(to: 0x22, in: word) | bytesEqual(to: 0x5C, in: word)
            guard special == 0 else { return offset + special.trailingZeroBitCount / 8 }
            offset += 8
        }
        while offset < bytes.count, isPlain(bytes[offset]) { offset += 1 }
        return offset
    }

    @inline(__always)
    static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    // In the two below the lowest high bit that is set is always right; those above it need not be, because a
    // borrow may run into them.

    @inline(__always)
    private static func bytesBelow0x20(_ word: UInt64) -> UInt64 {
        (word &- 0x2020_2020_2020_2020) & ~word & 0x8080_8080_8080_8080
    }

    @inline(__always)
    private static func bytesEqual(to byte: UInt64, in word: UInt64) -> UInt64 {
        let zeroWhereEqual = word ^ (byte &* 0x0101_0101_0101_0101)
        return (zeroWhereEqual &- 0x0101_0101_0101_0101) & ~zeroWhereEqual & 0x8080_8080_8080_8080
    }
}

extension JSONText {
    /// The text that stands between quotation marks as `escaped`, which a scanner has found to be well formed.
    package static func unescaped(_ escaped: UnsafeRawBufferPointer) -> [UInt8] {
        guard escaped.contains(UInt8(ascii: "\\")) else { return Array(escaped) }
        var text: [UInt8] = []
        text.reserveCapacity(escaped.count)
        var offset = 0
        while offset < escaped.count {
            guard escaped[offset] == UInt8(ascii: "\\"), offset + 1 < escaped.count else {
                let plain = max(endOfPlain(escaped, from: offset), offset + 1)
                text.append(contentsOf: UnsafeRawBufferPointer(rebasing: escaped[offset..<plain]))
                offset = plain
                continue
            }
            offset += 2
            switch escaped[offset - 1] {
            case UInt8(ascii: "b"): text.append(0x08)
            case UInt8(ascii: "f"): text.append(0x0C)
            case UInt8(ascii: "n"): text.append(0x0A)
            case UInt8(ascii: "r"): text.append(0x0D)
            case UInt8(ascii: "t"): text.append(0x09)
            case UInt8(ascii: "u"):
                let (scalar, end) = scalar(escaped, behindU: offset) ?? ("\u{FFFD}", offset)
                text.append(contentsOf: UTF8.encode(scalar).unsafelyUnwrapped)
                offset = end
            default: text.append(escaped[offset - 1])
            }
        }
        return text
    }

    package static func string(_ escaped: UnsafeRawBufferPointer) -> String {
        String(decoding: unescaped(escaped), as: UTF8.self)
    }

    /// The scalar whose digits stand at `offset`, behind `\u`, and where it ends: behind the other half if it is a
    /// pair.
    static func scalar(_ bytes: UnsafeRawBufferPointer, behindU offset: Int) -> (Unicode.Scalar, end: Int)? {
        guard let first = fourDigits(bytes, at: offset) else { return nil }
        if let scalar = Unicode.Scalar(first) { return (scalar, offset + 4) }
        // Half of a pair: the first half, if the second follows at once.
        guard first < 0xDC00, bytes.count - offset >= 10, bytes[offset + 4] == UInt8(ascii: "\\"),
            bytes[offset + 5] == UInt8(ascii: "u"), let second = fourDigits(bytes, at: offset + 6),
            (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { return nil }
        return (scalar, offset + 10)
    }

    private static func fourDigits(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> UInt32? {
        guard bytes.count - offset >= 4 else { return nil }
        var value: UInt32 = 0
        for index in offset..<offset + 4 {
            let digit: UInt8
            switch bytes[index] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = bytes[index] - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = bytes[index] - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = bytes[index] - UInt8(ascii: "A") + 10
            default: return nil
            }
            value = value << 4 | UInt32(digit)
        }
        return value
    }
}
