/// Swift source without what only looks like code.
///
/// The rules search text, and a search must not be misled by a comment that mentions a call or a string that holds a
/// brace. So the text is read once, token by token, and two copies of it are made in which the contents of comments,
/// or of comments and strings, are blank. Line breaks stay, so positions mean the same in all copies. What stands in
/// an interpolation, `"\(here)"`, is code and stays.
///
/// Known limit: a bare regular-expression literal is taken for division. A quotation mark in one misleads the reader
/// until the end of that line and no further.
struct SwiftText: Sendable {
    /// Comments and the contents of strings are blank.
    let code: String
    /// Comments are blank.
    let codeAndStrings: String

    init(_ text: String) {
        var reader = SwiftReader(text)
        reader.readCode(untilParenthesisCloses: false)
        code = String(decoding: reader.code, as: UTF8.self)
        codeAndStrings = String(decoding: reader.codeAndStrings, as: UTF8.self)
    }
}

private struct SwiftReader {
    private let bytes: [UInt8]
    private var position = 0
    private(set) var code: [UInt8] = []
    private(set) var codeAndStrings: [UInt8] = []

    init(_ text: String) {
        bytes = Array(text.utf8)
        code.reserveCapacity(bytes.count)
        codeAndStrings.reserveCapacity(bytes.count)
    }

    mutating func readCode(untilParenthesisCloses: Bool) {
        var depth = 0
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "/"):
                readLineComment()
            case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "*"):
                readBlockComment()
            case UInt8(ascii: "\""), UInt8(ascii: "#"):
                readStringOrHash()
            case UInt8(ascii: "`"):
                readRawIdentifier()
            case UInt8(ascii: "("):
                depth += 1
                take(.code)
            case UInt8(ascii: ")"):
                depth -= 1
                take(.code)
                if untilParenthesisCloses && depth < 0 { return }
            default:
                take(.code)
            }
        }
    }

    private mutating func readLineComment() {
        while position < bytes.count && bytes[position] != UInt8(ascii: "\n") { take(.comment) }
    }

    private mutating func readBlockComment() {
        var depth = 0
        repeat {
            if starts(with: "/*") {
                depth += 1
                take(.comment, count: 2)
            } else if starts(with: "*/") {
                depth -= 1
                take(.comment, count: 2)
            } else {
                take(.comment)
            }
        } while depth > 0 && position < bytes.count
    }

    private mutating func readStringOrHash() {
        var hashes = 0
        while peek(hashes) == UInt8(ascii: "#") { hashes += 1 }
        if peek(hashes) == UInt8(ascii: "\"") {
            readString(hashes: hashes)
        } else if hashes > 0 && peek(hashes) == UInt8(ascii: "/") {
            readRegularExpression(hashes: hashes)
        } else {
            take(.code, count: max(hashes, 1))
        }
    }

    private mutating func readString(hashes: Int) {
        let fence = String(repeating: "#", count: hashes)
        take(.code, count: hashes)
        let isMultiline = starts(with: "\"\"\"")
        let quotation = isMultiline ? "\"\"\"" : "\""
        take(.code, count: quotation.utf8.count)
        while position < bytes.count {
            if starts(with: quotation + fence) {
                take(.code, count: quotation.utf8.count + hashes)
                return
            }
            if !isMultiline && bytes[position] == UInt8(ascii: "\n") { return }
            if starts(with: "\\" + fence + "(") {
                take(.code, count: hashes + 2)
                readCode(untilParenthesisCloses: true)
            } else if starts(with: "\\" + fence) {
                take(.string, count: hashes + 2)
            } else {
                take(.string)
            }
        }
    }

    private mutating func readRegularExpression(hashes: Int) {
        let end = "/" + String(repeating: "#", count: hashes)
        take(.code, count: hashes + 1)
        while position < bytes.count && !starts(with: end) { take(.string) }
        take(.code, count: end.utf8.count)
    }

    /// `a sentence in backticks` may hold anything; it becomes underscores, which are still one identifier.
    private mutating func readRawIdentifier() {
        take(.code)
        while position < bytes.count && bytes[position] != UInt8(ascii: "`") && bytes[position] != UInt8(ascii: "\n") {
            take(.identifier)
        }
        take(.code)
    }

    private enum Part {
        case code, comment, string, identifier
    }

    private mutating func take(_ part: Part, count: Int = 1) {
        for _ in 0..<count where position < bytes.count {
            let byte = bytes[position]
            position += 1
            let isLineBreak = byte == UInt8(ascii: "\n")
            let blank = isLineBreak ? byte : UInt8(ascii: " ")
            switch part {
            case .code: append(code: byte, codeAndStrings: byte)
            case .comment: append(code: blank, codeAndStrings: blank)
            case .string: append(code: blank, codeAndStrings: byte)
            case .identifier:
                let filler = isLineBreak ? byte : UInt8(ascii: "_")
                append(code: filler, codeAndStrings: filler)
            }
        }
    }

    private mutating func append(code codeByte: UInt8, codeAndStrings stringByte: UInt8) {
        code.append(codeByte)
        codeAndStrings.append(stringByte)
    }

    private func peek(_ distance: Int) -> UInt8? {
        position + distance < bytes.count ? bytes[position + distance] : nil
    }

    private func starts(with prefix: String) -> Bool {
        var index = position
        for byte in prefix.utf8 {
            guard index < bytes.count && bytes[index] == byte else { return false }
            index += 1
        }
        return true
    }
}
