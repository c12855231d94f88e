private let columns = 120
private let fileLines = 400
/// What pages say stands in one file, however much that is: a translation is another file like it.
private let catalogue = "Sources/DaybookDashboard/HTML/Texts.swift"
private let functionLines = 70

private func lines(_ count: Int, of text: String = "x") -> String {
    Array(repeating: text, count: count).joined(separator: "\n")
}

extension Rule {
    static let lineLength = Rule(
        "a line of Swift has at most 120 columns",
        in: Scope.swift,
        refuses: [["A.swift": "// " + String(repeating: "a", count: columns - 2)]],
        accepts: [
            ["A.swift": "// " + String(repeating: "ü", count: columns - 3)],
            ["A.md": String(repeating: "a", count: columns + 1)],
        ]
    ) { file in
        file.lines.enumerated().filter { $0.element.count > columns }.map {
            Finding(
                path: file.path, line: $0.offset + 1, message: "\($0.element.count) columns; \(columns) are allowed")
        }
    }

    static let fileLength = Rule(
        "a source file has at most 400 lines, but for the catalogue of texts",
        in: Scope.source,
        refuses: [
            ["A.swift": lines(fileLines + 1)],
            ["a.c": lines(fileLines + 1)],
            ["tools/test": "#!/bin/bash\n" + lines(fileLines)],
        ],
        accepts: [
            ["A.swift": lines(fileLines) + "\n"], ["A.md": lines(fileLines + 1)], [catalogue: lines(fileLines + 1)],
        ]
    ) { file in
        let count = file.text.hasSuffix("\n") ? file.lines.count - 1 : file.lines.count
        guard count > fileLines, file.path != catalogue else { return [] }
        return [Finding(path: file.path, message: "\(count) lines; \(fileLines) are allowed")]
    }

    static let functionLength = Rule(
        "a function has at most 70 lines",
        in: Scope.swift,
        refuses: [
            ["A.swift": "func long() {\n\(lines(functionLines - 1))\n}"],
            [
                "A.swift":
                    "struct A {\n    init(body: () -> Void = {}) where A: B {\n\(lines(functionLines - 1))\n    }\n}"
            ],
            ["A.swift": "@Test func `it's {long`() {\n\(lines(functionLines - 1))\n}"],
            ["A.swift": "deinit {\n\(lines(functionLines - 1, of: "let a = \"}\" // }"))\n}"],
            ["A.swift": "static func < (a: A, b: A) -> Bool {\n\(lines(functionLines - 1, of: "if a { b }"))\n}"],
        ],
        accepts: [
            ["A.swift": "func short() {\n\(lines(functionLines - 2))\n}"],
            ["A.swift": lines(functionLines, of: "func short() { a.init { b } }")],
            [
                "A.swift":
                    "protocol P {\n    func a()\n    init()\n    var b: Int { get }\n}\nlet c = {\n\(lines(80))\n}"
            ],
            ["A.swift": "protocol P {\n    func a()\n}\nlet c = {\n\(lines(80))\n}"],
            ["A.swift": "@_silgen_name(\"a\") func a()\nstruct A {\n\(lines(80))\n}"],
            ["A.swift": "let make = String.init\nlet array = [\n\(lines(80, of: "    A(init: 1),"))\n]"],
        ]
    ) { file in
        SwiftFunction.all(in: file.code).filter { $0.lines > functionLines }.map {
            Finding(path: file.path, line: $0.line, message: "\($0.lines) lines; \(functionLines) are allowed")
        }
    }
}
