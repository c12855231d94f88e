internal import DaybookModel

// One pass over the bytes finds where each value begins and ends, and refuses what is no JSON: it does not recurse, so
// depth is a limit that we set and not the stack's. Whether a text's escapes and a number's digits are right is
// looked at when they are asked for, as Foundation does: what nobody reads need not be right.
//
// It takes what Foundation takes, which is more than JSON: a comma may stand before a closing bracket.

/// Why bytes are no JSON.
struct JSONFlaw: Error {
    let offset: Int
}

struct JSONTokenizer {
    private let bytes: UnsafeRawBufferPointer
    private var offset = 0
    private(set) var tokens: JSONTokens
    /// The innermost container that is open, and how many are.
    private var container = JSONTokenizer.none
    private var depth = 0

    private static let none = UInt32.max
    private static let depthMax = 512

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        tokens = JSONTokens(capacity: bytes.count / 8 + 4)
    }

    mutating func run() throws(JSONFlaw) {
        guard bytes.count < Int(Int32.max) else { throw JSONFlaw(offset: 0) }
        repeat {
            try passValue()
        } while try passToNext()
        skipSpace()
        guard offset == bytes.count else { throw JSONFlaw(offset: offset) }
    }

    /// Passes one value; of a container only the bracket.
    @inline(__always)
    private mutating func passValue() throws(JSONFlaw) {
        var key = 0..<0
        var hasPlainKey = false
        if container != JSONTokenizer.none {
            if tokens[container].kind == .object {
                guard try next() == UInt8(ascii: "\"") else { throw JSONFlaw(offset: offset) }
                (key, hasPlainKey) = try passText()
                guard try next() == UInt8(ascii: ":") else { throw JSONFlaw(offset: offset) }
                offset += 1
            } else {
                key = tokens[container].count..<tokens[container].count
            }
            tokens[container].end += 1
        }
        switch try next() {
        case UInt8(ascii: "\""):
            let (text, isPlain) = try passText()
            append(.text, text, isPlain, key, hasPlainKey)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            let (text, isPlain) = passNumber()
            append(.number, text, isPlain, key, hasPlainKey)
        case UInt8(ascii: "{"): try enter(.object, key, hasPlainKey)
        case UInt8(ascii: "["): try enter(.array, key, hasPlainKey)
        case UInt8(ascii: "t"): append(.yes, try pass("true"), true, key, hasPlainKey)
        case UInt8(ascii: "f"): append(.no, try pass("false"), true, key, hasPlainKey)
        case UInt8(ascii: "n"): append(.null, try pass("null"), true, key, hasPlainKey)
        default: throw JSONFlaw(offset: offset)
        }
    }

    @inline(__always)
    private mutating func append(
        _ kind: JSONToken.Kind, _ text: Range<Int>, _ isPlain: Bool, _ key: Range<Int>, _ hasPlainKey: Bool
    ) {
        tokens.append(
            JSONToken(
                kind: kind, isPlain: isPlain, hasPlainKey: hasPlainKey,
                start: UInt32(truncatingIfNeeded: text.lowerBound), end: UInt32(truncatingIfNeeded: text.upperBound),
                keyStart: UInt32(truncatingIfNeeded: key.lowerBound),
                keyEnd: UInt32(truncatingIfNeeded: key.upperBound), parent: container, next: tokens.count + 1))
    }

    private mutating func enter(_ kind: JSONToken.Kind, _ key: Range<Int>, _ hasPlainKey: Bool) throws(JSONFlaw) {
        guard depth < JSONTokenizer.depthMax else { throw JSONFlaw(offset: offset) }
        let opened = tokens.count
        append(kind, Int(opened) + 1..<Int(opened) + 1, true, key, hasPlainKey)
        tokens[opened].end = 0
        container = opened
        depth += 1
        offset += 1
    }

    /// Behind a value or an opening bracket: ends what ends here. Answers whether another value follows.
    @inline(__always)
    private mutating func passToNext() throws(JSONFlaw) -> Bool {
        while container != JSONTokenizer.none {
            let open = tokens[container]
            let bracket = open.kind == .object ? UInt8(ascii: "}") : UInt8(ascii: "]")
            let isEntered = tokens.count == container + 1
            var byte = try next()
            if !isEntered, byte == UInt8(ascii: ",") {
                offset += 1
                byte = try next()
                if byte != bracket { return true }
            } else if isEntered, byte != bracket {
                return true
            }
            guard byte == bracket else { throw JSONFlaw(offset: offset) }
            offset += 1
            tokens[container].next = tokens.count
            container = open.parent
            depth -= 1
        }
        return false
    }

    // MARK: Bytes

    @inline(__always)
    private mutating func skipSpace() {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x20, 0x09, 0x0A, 0x0D: offset += 1
            default: return
            }
        }
    }

    /// The next byte that is no white space.
    @inline(__always)
    private mutating func next() throws(JSONFlaw) -> UInt8 {
        skipSpace()
        guard offset < bytes.count else { throw JSONFlaw(offset: offset) }
        return bytes[offset]
    }

    private mutating func pass(_ word: StaticString) throws(JSONFlaw) -> Range<Int> {
        for index in 0..<word.utf8CodeUnitCount {
            guard offset + index < bytes.count, bytes[offset + index] == word.utf8Start[index] else {
                throw JSONFlaw(offset: offset + index)
            }
        }
        defer { offset += word.utf8CodeUnitCount }
        return offset..<offset + word.utf8CodeUnitCount
    }

    /// Passes a text from its first quotation mark to behind its last. Answers what stands between them.
    @inline(__always)
    private mutating func passText() throws(JSONFlaw) -> (Range<Int>, isPlain: Bool) {
        let start = offset + 1
        offset = JSONText.endOfPlain(bytes, from: start)
        guard offset < bytes.count else { throw JSONFlaw(offset: offset) }
        let isPlain = bytes[offset] == UInt8(ascii: "\"")
        if !isPlain { try passOddText() }
        defer { offset += 1 }
        return (start..<offset, isPlain)
    }

    /// Goes on to the last quotation mark. Control characters are passed over.
    private mutating func passOddText() throws(JSONFlaw) {
        while true {
            offset = JSONText.endOfPlain(bytes, from: offset)
            guard offset < bytes.count else { throw JSONFlaw(offset: offset) }
            switch bytes[offset] {
            case UInt8(ascii: "\""): return
            case UInt8(ascii: "\\"): try passEscape()
            default: offset += 1
            }
        }
    }

    private mutating func passEscape() throws(JSONFlaw) {
        guard offset + 1 < bytes.count else { throw JSONFlaw(offset: offset) }
        let isScalar = bytes[offset + 1] == UInt8(ascii: "u")
        offset += 2
        guard isScalar else { return }
        guard bytes.count - offset >= 4, !bytes[offset..<offset + 4].contains(UInt8(ascii: "\"")) else {
            throw JSONFlaw(offset: offset)
        }
        offset += 4
    }

    /// Passes whatever may stand in a number.
    @inline(__always)
    private mutating func passNumber() -> (Range<Int>, isPlain: Bool) {
        let start = offset
        var isPlain = true
        offset += 1
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): break
            case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "+"), UInt8(ascii: "-"):
                isPlain = false
            default: return (start..<offset, isPlain)
            }
            offset += 1
        }
        return (start..<offset, isPlain)
    }
}
