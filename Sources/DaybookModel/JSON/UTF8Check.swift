// Whether bytes are UTF-8 as RFC 3629 has it: the shortest form of each scalar, no surrogates, nothing above
// U+10FFFF. Text is mostly ASCII, so eight bytes at a time are passed over while none has its high bit set.

package enum UTF8Check {
    package static func isValid(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var offset = 0
        while true {
            offset = endOfASCII(bytes, from: offset)
            guard offset < bytes.count else { return true }
            let length = scalarLength(bytes, at: offset)
            guard length > 0 else { return false }
            offset += length
        }
    }

    package static func isASCII(_ bytes: UnsafeRawBufferPointer) -> Bool {
        endOfASCII(bytes, from: 0) == bytes.count
    }

    /// The offset of the first byte from `start` on that is not ASCII.
    private static func endOfASCII(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        var offset = start
        while bytes.count - offset >= 8 {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            let high = word & 0x8080_8080_8080_8080
            guard high == 0 else { return offset + high.trailingZeroBitCount / 8 }
            offset += 8
        }
        while offset < bytes.count, bytes[offset] < 0x80 { offset += 1 }
        return offset
    }

    /// How many bytes the scalar takes that begins at `offset` with a byte that is not ASCII; 0 if there is none.
    static func scalarLength(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Int {
        let first = bytes[offset]
        // The second byte carries all limits; whatever follows may be any continuation.
        let (length, second): (Int, ClosedRange<UInt8>) =
            switch first {
            case 0xC2...0xDF: (2, 0x80...0xBF)
            case 0xE0: (3, 0xA0...0xBF)
            case 0xED: (3, 0x80...0x9F)
            case 0xE1...0xEF: (3, 0x80...0xBF)
            case 0xF0: (4, 0x90...0xBF)
            case 0xF4: (4, 0x80...0x8F)
            case 0xF1...0xF3: (4, 0x80...0xBF)
            default: (0, 0x80...0xBF)
            }
        guard length > 0, bytes.count - offset >= length, second.contains(bytes[offset + 1]) else { return 0 }
        for index in 2..<max(length, 2) where bytes[offset + index] & 0xC0 != 0x80 { return 0 }
        return length
    }
}

extension String {
    /// `nil` if the bytes are not UTF-8.
    package init?(checkedUTF8 bytes: UnsafeRawBufferPointer) {
        // `String(validating:as:)` looks up generic metadata at every call, ten times the cost of a short text.
        guard UTF8Check.isValid(bytes) else { return nil }
        self.init(decoding: bytes.assumingMemoryBound(to: UInt8.self), as: UTF8.self)
    }
}
