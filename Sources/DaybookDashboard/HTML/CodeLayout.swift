internal import DaybookModel

/// Arguments as a call in Swift, for those who read code more easily than JSON: `mail.send(to: "ada", tries: 3)`.
enum CodeLayout {
    /// A line that is longer is broken up.
    private static let columns = 88

    /// Nil for what is no JSON, and for what is too long to be read.
    static func call(_ name: String, _ arguments: [UInt8]) -> String? {
        guard arguments.count <= JSONLayout.bytesMax, let tree = try? JSONTree(arguments) else { return nil }
        guard case .object(let members) = tree else { return "\(name)(\(value(tree, 0)))" }
        return "\(name)(" + list(members.map { (label($0.name), $0.value) }, 0, used: name.count + 2) + ")"
    }

    private static func list(_ parts: [(label: String?, value: JSONTree)], _ depth: Int, used: Int) -> String {
        let one = parts.map { part in (part.label.map { "\($0): " } ?? "") + value(part.value, depth + 1) }
        let joined = one.joined(separator: ", ")
        guard joined.contains("\n") || joined.count + used + depth * 4 > columns else { return joined }
        let indent = String(repeating: "    ", count: depth + 1)
        return "\n" + one.map { indent + $0 }.joined(separator: ",\n") + "\n" + String(indent.dropLast(4))
    }

    private static func value(_ tree: JSONTree, _ depth: Int) -> String {
        switch tree {
        case .null: "nil"
        case .flag(let flag): flag ? "true" : "false"
        case .number(let number): number
        case .text(let text): quoted(text)
        case .array(let values): "[" + list(values.map { (nil, $0) }, depth, used: 2) + "]"
        case .object(let members):
            members.isEmpty ? "[:]" : "[" + list(members.map { (quoted($0.name), $0.value) }, depth, used: 2) + "]"
        }
    }

    private static func label(_ name: String) -> String {
        let isPlain =
            name.first.map { $0.isLetter || $0 == "_" } ?? false
            && name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
        return isPlain ? name : "`\(escaped(name))`"
    }

    private static func quoted(_ text: String) -> String { "\"\(escaped(text))\"" }

    private static func escaped(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            case _ where scalar.isSeen: out.unicodeScalars.append(scalar)
            default: out += "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
        return out
    }
}

extension Unicode.Scalar {
    /// Whether people see it where it stands, and it does not change how other letters are shown.
    var isSeen: Bool {
        switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}
