extension Rule {
    static let documentationLinks = Rule(
        "every page of documentation is linked from the README or from another page, and no link leads nowhere",
        refuses: [
            ["README.md": "# A", "Docs/a.md": "text"],
            ["README.md": "# A", "Docs/a.md": "[itself](a.md)"],
            ["README.md": "[a](Docs/b.md)", "Docs/b.md": "", "Docs/Decisions/c.md": "[b](../b.md)"],
            ["README.md": "[a](Docs/missing.md)"],
            ["README.md": "[a](Docs/b.md)", "Docs/b.md": "[c](Docs/b.md)"],
            ["README.md": "![picture](Docs/missing.png)"],
        ],
        accepts: [
            [
                "README.md": "[a](Docs/a.md#part)", "Docs/a.md": "[b](B/c.md \"title\")",
                "Docs/B/c.md": "[top](../../README.md)",
            ],
            [
                "README.md": "[docs](Docs) [code](Sources/) [web](https://a/b) [part](#a)",
                "Docs/README.md": "", "Sources/A.swift": "",
            ],
            ["README.md": "```\n[a](missing.md)\n```\nand `[b](missing.md)`"],
        ]
    ) { checkout in
        let paths = Set(checkout.files.map(\.path))
        let folders = Set(paths.flatMap { foldersAbove($0) })
        var reached: Set<String> = []
        var findings: [Finding] = []
        for page in checkout.files where page.fileExtension == "md" {
            for link in links(of: page) {
                let target = resolve(link.path, from: page.path)
                let index = (target.isEmpty ? "" : target + "/") + "README.md"
                if !paths.contains(target) && !folders.contains(target) {
                    findings.append(Finding(path: page.path, line: link.line, message: "no file \(target)"))
                }
                for path in [target, index] where path != page.path { reached.insert(path) }
            }
        }
        let lost = paths.filter { $0.hasPrefix("Docs/") && $0.hasSuffix(".md") && !reached.contains($0) }
        return findings + lost.sorted().map { Finding(path: $0, message: "no other page links to it") }
    }

    private static func links(of page: SourceFile) -> [(path: String, line: Int)] {
        // What is shown as code is no link.
        var text = page.text
        for match in page.text.matches(of: #"^```[\s\S]*?^```|`[^`\n]*`"#).reversed() {
            text.replaceSubrange(match.range, with: match.text.filter { $0 == "\n" })
        }
        return text.matches(of: #"\]\(([^)\s#]+)(?:#[^)\s]*)?(?:\s+"[^"]*")?\)"#).compactMap { match in
            let path = match.groups[0]
            return path.contains(":") ? nil : (path, text.lineNumber(at: match.range.lowerBound))
        }
    }

    private static func resolve(_ link: String, from page: String) -> String {
        var parts = page.split(separator: "/").dropLast()
        for part in link.split(separator: "/") {
            switch part {
            case ".": break
            case "..": parts = parts.dropLast()
            default: parts.append(part)
            }
        }
        return parts.joined(separator: "/")
    }

    private static func foldersAbove(_ path: String) -> [String] {
        let parts = path.split(separator: "/")
        return (0..<parts.count).map { parts.prefix($0).joined(separator: "/") }
    }
}
