import Foundation

/// What pages say stands in one file.
private let catalogue = "Sources/DaybookDashboard/HTML/Texts.swift"

private func page(_ line: String) -> Checkout {
    ["Sources/DaybookDashboard/Pages/A.swift": "func f() {\n    \(line)\n}"]
}

extension Rule {
    /// A translation is another catalogue: what stands elsewhere would stay English in it.
    static let catalogueOfTexts = Rule(
        "what pages of the dashboard say stands in their catalogue",
        in: makesPages,
        refuses: [
            page("throw RouteFailure(404, \"There is no such thing.\")"), page("let text = \"\\(count) are left\""),
            page("let text = \"of \\(count)\""), page("let text = \"\"\"\n        So it is.\n        \"\"\""),
            page("html.text(\"Jobs\")"), page("html.element(\"h2\", [.class(\"a b\")], \"Jobs\")"),
            page("html.element(\"h2\", \"Jobs\")"), page("$0.cell(\"none\")"), page("let columns = [.text(\"Name\")]"),
            page("html.prose(job.why.sentence)"), page("html.element(\"p\", [.class(\"a\")], failure.sentence)"),
            page("html.element(\"p\", [.named(\"aria-label\", \"Jobs\")])"),
            ["Sources/DaybookDashboard/New/A.swift": "let text = \"a new part\""],
        ],
        accepts: [
            page("html.text(Texts.jobs)"),
            page("Route(\"GET\", \"/jobs\", .page, \"Jobs, the newest first\") { f($0) }"),
            page(".query(\"job\", .number, \"Only of this job\")"),
            page("html.element(\"p\", [.class(\"soft help\")])"),
            page("// What is done here."), page("html.text(\" · \")"), page("html.text(\" \\(Texts.by(name))\")"),
            page("html.text(\"#\\(event)\")"), page("html.text(Texts.finding(one.event, one.sentence))"),
            page("let name = try body.text(\"queue\")"),
            page("deny(\"nobody is there\")  // tidy: for the log"), page("html.element(\"span\", Texts.jobs)"),
            page("private func summary() -> String {\n        \"What a route does\"\n    }"),
            [catalogue: "let text = \"There is no such thing.\""],
            ["Sources/DaybookDashboard/Api/A.swift": "let text = \"There is no such thing.\""],
            ["Sources/DaybookLog/A.swift": "let text = \"There is no such thing.\""],
        ]
    ) { file in
        guard let swift = file.swift else { return [] }
        let words = file.findings(of: words, in: wordsForPeople(swift)) { _ in
            "a text of pages belongs into \(catalogue)"
        }
        let calls = file.findings(of: directTexts, in: swift.codeAndStrings) { "\($0)…: take it from \(catalogue)" }
        return words + calls
    }

    @Sendable private static func makesPages(_ file: SourceFile) -> Bool {
        let module = "Sources/DaybookDashboard/"
        guard file.path.hasPrefix(module), Scope.swift(file), file.path != catalogue else { return false }
        return !notPages.contains { file.path.hasPrefix(module + $0) }
    }

    /// What answers programs, and what tells whoever starts the server that he cannot.
    private static let notPages = [
        "Api/", "Assets/", "Export/", "HTTP/", "Metrics/", "Mount/", "Panels/Panel.swift",
        "Routes/OpenAPIDocument.swift",
        "Routes/SecurityFields.swift", "Who/AuthFile", "Who/DenialLog.swift", "Who/PrivateFile.swift",
        "Who/TokenRules.swift",
    ]

    /// Where words do not reach a page: what routes and their parameters are for, classes, fields of an answer.
    private static let notForPeople =
        #"\b(?:Route|route|move|moveAll|query|body|path|header|class|id|HTTPField)\("#
        + #"|\b(?:var|func) summary\b[^{\n]*\{"#

    /// Literals that no person reads.
    private static let phrases = [
        "number zero", "button quiet", "light dark", "width=device-width, initial-scale=1", "<!doctype html>",
    ]

    /// Two words in a row, or a word beside what is put in. What is no string is a NUL.
    private static let words =
        #"[A-Za-z'`]{2,}[,;:.]? [A-Za-z'`]|\b[A-Za-z']{2,}[,:]? \x00|\x00[,;:]? [A-Za-z']{2,}"#

    /// Words that are handed to what writes a page, even a single one.
    private static let directTexts =
        #"(?<!\bbody)(?<!\))\.(?:text|cell|note|nothing|wide|badge|section|button)\(\s*"[^"\\]*[A-Za-z]{2}"#
        + #"|\.element\(\s*"\w+",\s*(?:\[.*\],\s*)?"[^"\\]*[A-Za-z]{2}"#
        + #"|\.named\("(?:aria-label|title|data-confirm)",\s*"[^"\\]*[A-Za-z]{2}"#
        + #"|\.(?:text|cell|note|nothing|wide|badge|prose|fact|element)\((?:(?!Texts)[^\n])*\.sentence\b"#

    /// The text with nothing left of it but what stands in strings, and that only where people may come to read it.
    private static func wordsForPeople(_ swift: SwiftText) -> String {
        let (code, all) = (Array(swift.code.utf8), Array(swift.codeAndStrings.utf8))
        let (space, line) = (UInt8(ascii: " "), UInt8(ascii: "\n"))
        func isContent(_ index: Int) -> Bool { all.indices.contains(index) && code[index] != all[index] }
        var text = all.indices.map { index in
            if all[index] == line || isContent(index) { return all[index] }
            // Strings end with quotation marks, so a blank beside what stands in one stands in it, too.
            return all[index] == space && (isContent(index - 1) || isContent(index + 1)) ? space : 0
        }
        for match in swift.code.matches(of: notForPeople) {
            let opening = swift.code.utf8.index(before: match.range.upperBound)
            guard let inside = swift.code.rangeInsideBrackets(openedAt: opening) else { continue }
            let start = swift.code.utf8.distance(from: swift.code.startIndex, to: inside.lowerBound)
            let count = swift.code.utf8.distance(from: inside.lowerBound, to: inside.upperBound)
            for index in start..<(start + count) where text[index] != line { text[index] = 0 }
        }
        let result = String(decoding: text, as: UTF8.self)
        return phrases.reduce(result) { $0.replacingOccurrences(of: $1, with: "\0") }
    }
}
