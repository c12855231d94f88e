import Foundation

/// A file of the checkout: its path from the top, and its text if it is text.
final class SourceFile: Sendable {
    let path: String
    let text: String
    let isText: Bool
    let size: Int
    let lines: [String]
    /// For Swift, without what only looks like code; for anything else, the text itself.
    let swift: SwiftText?
    let code: String

    init(path: String, contents: Data) {
        self.path = path
        size = contents.count
        let decoded = contents.contains(0) ? nil : String(data: contents, encoding: .utf8)
        isText = decoded != nil
        text = decoded ?? ""
        lines = text.components(separatedBy: "\n")
        swift = path.hasSuffix(".swift") ? SwiftText(text) : nil
        code = swift?.code ?? text
    }

    convenience init(path: String, text: String) {
        self.init(path: path, contents: Data(text.utf8))
    }

    var name: String { path.split(separator: "/").last.map(String.init) ?? path }

    var fileExtension: String {
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return "" }
        return String(name[name.index(after: dot)...])
    }

    /// The target a source file belongs to, which is the folder below `Sources`, `Tests` or `tools`.
    var module: String? {
        let parts = path.split(separator: "/")
        guard parts.count > 2, ["Sources", "Tests", "tools"].contains(parts[0]) else { return nil }
        return String(parts[1])
    }

    /// A line may be excused from a rule by a comment at its end that begins with the word tidy and a colon, and gives
    /// the reason in at least two words.
    func isExcused(line: Int) -> Bool {
        guard lines.indices.contains(line - 1) else { return false }
        return lines[line - 1].contains(pattern: #"(//|#)\s*tidy: \s*\S+\s+\S+"#)
    }

    /// Every place where the pattern matches the code, unless its line is excused.
    func findings(of pattern: String, in searched: String? = nil, _ message: (String) -> String) -> [Finding] {
        (searched ?? code).matches(of: pattern).compactMap { match in
            let line = (searched ?? code).lineNumber(at: match.range.lowerBound)
            return isExcused(line: line) ? nil : Finding(path: path, line: line, message: message(match.text))
        }
    }
}

/// What a rule objects to, and where.
struct Finding: Sendable, CustomStringConvertible {
    let path: String
    var line: Int?
    let message: String

    var description: String {
        line.map { "\(path):\($0): \(message)" } ?? "\(path): \(message)"
    }
}
