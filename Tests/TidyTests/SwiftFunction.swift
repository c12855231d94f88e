/// Where a function begins, and how many lines it has up to its closing brace.
///
/// Only brackets and the words that begin declarations are looked at. From the word `func` on, the first brace outside
/// parentheses opens the body; if another declaration or a closing brace comes first, it was a requirement of a
/// protocol and has none. Braces inside parentheses belong to default arguments.
struct SwiftFunction {
    let line: Int
    let lines: Int

    /// The code must have no comments and no contents of strings.
    static func all(in code: String) -> [SwiftFunction] {
        let tokens = code.matches(of: #"[(\[{}\])]|"# + beginning + "|" + otherDeclaration)
        return tokens.indices.filter { keywords.contains(tokens[$0].text) }.compactMap { start in
            guard let opening = bodyOpening(tokens, after: start), let closing = closing(tokens, of: opening) else {
                return nil
            }
            let first = code.lineNumber(at: tokens[start].range.lowerBound)
            let last = code.lineNumber(at: tokens[closing].range.lowerBound)
            return SwiftFunction(line: first, lines: last - first + 1)
        }
    }

    private static let keywords: Set = ["func", "init", "deinit", "subscript"]
    private static let beginning = #"(?<![.\w`])(?:func|init|deinit|subscript)\b"#
    private static let otherDeclaration =
        #"(?<![.\w`])(?:var|let|case|struct|enum|class|actor|protocol|extension|associatedtype|typealias)\b"#

    private static func bodyOpening(_ tokens: [String.Match], after start: Int) -> Int? {
        var depth = 0
        for index in tokens.indices.dropFirst(start + 1) {
            switch tokens[index].text {
            case "(", "[": depth += 1
            case ")", "]": depth -= 1
            case "{" where depth == 0: return index
            case _ where depth == 0: return nil
            default: break
            }
            if depth < 0 { return nil }
        }
        return nil
    }

    private static func closing(_ tokens: [String.Match], of opening: Int) -> Int? {
        var depth = 0
        for index in tokens.indices.dropFirst(opening) {
            switch tokens[index].text {
            case "{": depth += 1
            case "}": depth -= 1
            default: break
            }
            if depth == 0 { return index }
        }
        return nil
    }
}
