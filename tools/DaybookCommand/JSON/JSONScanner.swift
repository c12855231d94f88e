// JSON as RFC 8259 has it and nothing beyond: no comments, no trailing commas, no bare words, no control characters
// in strings. The scanner builds nothing; it says where a value begins and ends, so that arguments go into the log
// as they were given. Nesting is bounded because each level takes a level of the stack.

/// What is wrong with a text that should be JSON, and where.
struct JSONProblem: Error, Equatable {
    let what: String
    let offset: Int

    var sentence: String { "\(what) at byte \(offset + 1)" }
}

struct JSONScanner {
    static let depthMax = 256

    let bytes: [UInt8]
    private(set) var offset = 0
    private var depth = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Checks that the bytes are exactly one value.
    static func check(_ bytes: [UInt8]) throws(JSONProblem) {
        var scanner = JSONScanner(bytes)
        _ = try scanner.value()
        try scanner.end()
    }

    var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    mutating func skipBlanks() {
        while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { offset += 1 }
    }

    /// Nothing but blanks may follow.
    mutating func end() throws(JSONProblem) {
        skipBlanks()
        if offset < bytes.count { throw problem("something follows the value") }
    }

    /// Passes over one value, blanks before it included, and answers where it lies.
    mutating func value() throws(JSONProblem) -> Range<Int> {
        skipBlanks()
        let start = offset
        switch next {
        case UInt8(ascii: "{"): try object { scanner, _ throws(JSONProblem) in _ = try scanner.value() }
        case UInt8(ascii: "["): try array { scanner throws(JSONProblem) in _ = try scanner.value() }
        case UInt8(ascii: "\""): try string()
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"): try word("false")
        case UInt8(ascii: "n"): try word("null")
        case nil: throw problem("a value is missing")
        case let byte? where byte == UInt8(ascii: "-") || (0x30...0x39).contains(byte): try number()
        default: throw problem("no value begins like this")
        }
        return start..<offset
    }

    /// Calls `member` behind each key's colon; it must pass over the value. The key's range includes its quotes.
    mutating func object(
        _ member: (inout JSONScanner, _ key: Range<Int>) throws(JSONProblem) -> Void
    ) throws(JSONProblem) {
        try enter("{")
        if accept("}") { return leave() }
        repeat {
            skipBlanks()
            let start = offset
            guard next == UInt8(ascii: "\"") else { throw problem("a name in quotes is missing") }
            try string()
            let key = start..<offset
            guard accept(":") else { throw problem("a colon is missing") }
            try member(&self, key)
        } while accept(",")
        guard accept("}") else { throw problem("a comma or } is missing") }
        leave()
    }

    /// Calls `element` before each element; it must pass over it.
    mutating func array(_ element: (inout JSONScanner) throws(JSONProblem) -> Void) throws(JSONProblem) {
        try enter("[")
        if accept("]") { return leave() }
        repeat { try element(&self) } while accept(",")
        guard accept("]") else { throw problem("a comma or ] is missing") }
        leave()
    }

    // MARK: Pieces

    private mutating func enter(_ bracket: Unicode.Scalar) throws(JSONProblem) {
        guard accept(bracket) else { throw problem("\(bracket) is missing") }
        depth += 1
        guard depth <= JSONScanner.depthMax else { throw problem("more than \(JSONScanner.depthMax) levels") }
    }

    private mutating func leave() { depth -= 1 }

    private mutating func accept(_ character: Unicode.Scalar) -> Bool {
        skipBlanks()
        guard next == UInt8(ascii: character) else { return false }
        offset += 1
        return true
    }

    private mutating func word(_ word: StaticString) throws(JSONProblem) {
        let start = offset
        for index in 0..<word.utf8CodeUnitCount {
            guard next == word.utf8Start[index] else {
                offset = start
                throw problem("no value begins like this")
            }
            offset += 1
        }
    }

    private mutating func string() throws(JSONProblem) {
        offset += 1
        while let byte = next {
            offset += 1
            switch byte {
            case UInt8(ascii: "\""): return
            case UInt8(ascii: "\\"): try escape()
            case 0..<0x20:
                offset -= 1
                throw problem("a control character stands in a string")
            default: break
            }
        }
        throw problem("a string has no end")
    }

    private mutating func escape() throws(JSONProblem) {
        guard let byte = next else { throw problem("a string has no end") }
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"),
            UInt8(ascii: "r"), UInt8(ascii: "t"):
            return
        case UInt8(ascii: "u"):
            for _ in 0..<4 {
                guard let digit = next, Character(Unicode.Scalar(digit)).isHexDigit, digit < 0x80 else {
                    throw problem("\\u needs four hexadecimal digits")
                }
                offset += 1
            }
        default:
            offset -= 1
            throw problem("no such escape")
        }
    }

    private mutating func number() throws(JSONProblem) {
        if next == UInt8(ascii: "-") { offset += 1 }
        if next == UInt8(ascii: "0") { offset += 1 } else { try digits() }
        if next == UInt8(ascii: ".") {
            offset += 1
            try digits()
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            offset += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { offset += 1 }
            try digits()
        }
    }

    private mutating func digits() throws(JSONProblem) {
        let start = offset
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { offset += 1 }
        if offset == start { throw problem("a digit is missing") }
    }

    func problem(_ what: String) -> JSONProblem { JSONProblem(what: what, offset: offset) }
}
