/// The values that hold no others.
extension JSONScanner {
    @inline(__always)
    static func skipSpace(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        var offset = start
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x20, 0x09, 0x0A, 0x0D: offset += 1
            default: return offset
            }
        }
        return offset
    }

    static func pass(
        _ word: StaticString, _ bytes: UnsafeRawBufferPointer, _ offset: inout Int
    ) throws(JSONSyntaxError) {
        for index in 0..<word.utf8CodeUnitCount {
            guard offset + index < bytes.count else { throw JSONSyntaxError(.endsTooEarly, at: bytes.count) }
            guard bytes[offset + index] == word.utf8Start[index] else {
                throw JSONSyntaxError(.unexpectedByte, at: offset + index)
            }
        }
        offset += word.utf8CodeUnitCount
    }

    package static func passNumber(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int) throws(JSONSyntaxError) {
        if bytes[offset] == UInt8(ascii: "-") { offset += 1 }
        if offset < bytes.count, bytes[offset] == UInt8(ascii: "0") {
            offset += 1
        } else {
            try passDigits(bytes, &offset)
        }
        if offset < bytes.count, bytes[offset] == UInt8(ascii: ".") {
            offset += 1
            try passDigits(bytes, &offset)
        }
        guard offset < bytes.count else { return }
        // A digit behind a leading zero would pass for something that follows the value.
        guard !isDigit(bytes[offset]) else { throw JSONSyntaxError(.badNumber, at: offset) }
        guard bytes[offset] | 0x20 == UInt8(ascii: "e") else { return }
        offset += 1
        if offset < bytes.count, bytes[offset] == UInt8(ascii: "+") || bytes[offset] == UInt8(ascii: "-") {
            offset += 1
        }
        try passDigits(bytes, &offset)
    }

    private static func passDigits(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int) throws(JSONSyntaxError) {
        guard offset < bytes.count, isDigit(bytes[offset]) else { throw JSONSyntaxError(.badNumber, at: offset) }
        while offset < bytes.count, isDigit(bytes[offset]) { offset += 1 }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    /// Passes a text from its first quotation mark to behind its last. Answers whether it holds escapes.
    @discardableResult
    package static func passText(
        _ bytes: UnsafeRawBufferPointer, _ offset: inout Int, _ allowsNUL: Bool
    ) throws(JSONSyntaxError) -> Bool {
        var isEscaped = false
        offset += 1
        while true {
            let start = offset
            offset = JSONText.endOfPlain(bytes, from: start)
            try checkUTF8(bytes, start..<offset)
            guard offset < bytes.count else { throw JSONSyntaxError(.endsTooEarly, at: offset) }
            switch bytes[offset] {
            case UInt8(ascii: "\""):
                offset += 1
                return isEscaped
            case UInt8(ascii: "\\"):
                isEscaped = true
                try passEscape(bytes, &offset, allowsNUL)
            case 0: throw JSONSyntaxError(.nul, at: offset)
            default: throw JSONSyntaxError(.controlCharacter, at: offset)
            }
        }
    }

    private static func checkUTF8(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) throws(JSONSyntaxError) {
        guard !UTF8Check.isValid(UnsafeRawBufferPointer(rebasing: bytes[range])) else { return }
        throw JSONSyntaxError(.notUTF8, at: range.lowerBound)
    }

    private static func passEscape(
        _ bytes: UnsafeRawBufferPointer, _ offset: inout Int, _ allowsNUL: Bool
    ) throws(JSONSyntaxError) {
        guard offset + 1 < bytes.count else { throw JSONSyntaxError(.endsTooEarly, at: bytes.count) }
        switch bytes[offset + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            offset += 2
        case UInt8(ascii: "u"):
            guard let (scalar, end) = JSONText.scalar(bytes, behindU: offset + 2) else {
                throw JSONSyntaxError(.badEscape, at: offset)
            }
            guard scalar != "\0" || allowsNUL else { throw JSONSyntaxError(.nul, at: offset) }
            offset = end
        default: throw JSONSyntaxError(.badEscape, at: offset)
        }
    }
}
