import Foundation

extension String {
    struct Match {
        let text: String
        let range: Range<String.Index>
        /// What the parentheses of the pattern caught; empty for one that took no part.
        let groups: [String]
    }

    /// All matches of a regular expression. `^` and `$` match at line breaks.
    func matches(of pattern: String) -> [Match] {
        let expression: NSRegularExpression
        do {
            expression = try NSRegularExpression(pattern: pattern, options: [.anchorsMatchLines])
        } catch {
            preconditionFailure("not a regular expression: \(pattern)")
        }
        return expression.matches(in: self, range: NSRange(startIndex..., in: self)).compactMap { result in
            guard let range = Range(result.range, in: self) else { return nil }
            let groups = (0..<result.numberOfRanges).dropFirst().map { group in
                Range(result.range(at: group), in: self).map { String(self[$0]) } ?? ""
            }
            return Match(text: String(self[range]), range: range, groups: groups)
        }
    }

    func contains(pattern: String) -> Bool { !matches(of: pattern).isEmpty }

    func lineNumber(at index: Index) -> Int {
        1 + utf8[..<index].count { $0 == UInt8(ascii: "\n") }
    }

    /// The range between an opening bracket and the one that closes it. Meant for text whose comments are blank.
    func rangeInsideBrackets(openedAt opening: Index) -> Range<Index>? {
        let inside = utf8.index(after: opening)
        var depth = 0
        var index = opening
        while index < endIndex {
            switch utf8[index] {
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            default: break
            }
            if depth == 0 { return inside..<index }
            index = utf8.index(after: index)
        }
        return nil
    }
}
