// The examples are put together from pieces, so that this file obeys its own rules.
private let todo = "TO" + "DO"
private let fixme = "FIX" + "ME"
private let crosses = "XX" + "X"
private let build = ".bui" + "ld"
private let roots = ["work", "root", "home", "Users"]

extension Rule {
    static let leftOvers = Rule(
        "nothing is left for later in a comment",
        in: Scope.everything,
        refuses: [
            ["A.swift": "// \(todo): finish"], ["a.md": "\(fixme)"], ["tools/a": "#!/bin/sh\n# \(crosses) why"],
        ],
        accepts: [["A.swift": "let template = \"daybook-\(crosses)\(crosses)\"\n// todos"]]
    ) { file in
        file.findings(of: #"\b(?:\#(todo)|\#(fixme)|\#(crosses))\b"#, in: file.text) {
            "\($0): finish it, or open an issue"
        }
    }

    static let machinePaths = Rule(
        "no path of somebody's machine",
        in: Scope.everything,
        refuses: roots.map { ["A.swift": "let path = \"/\($0)/daybook\""] } + [["a.md": "see /\(roots[0])/notes"]],
        accepts: [
            ["A.swift": "let path = \"/var/lib/daybook\""],
            ["a.md": "api/\(roots[0])/1 and https://host/\(roots[2])/a and ./\(roots[1])/b"],
        ]
    ) { file in
        file.findings(of: #"(?<![\w./:-])/(?:\#(roots.joined(separator: "|")))/\w+"#, in: file.text) {
            "\($0) exists on one machine only"
        }
    }

    /// `tools/test --all` builds into a folder of its own; a test that ran what another build left would test old
    /// code.
    static let builtPaths = Rule(
        "a test finds what was built beside itself or through DAYBOOK_BINARIES",
        in: { Scope.source($0) && (Scope.tests($0) || $0.path.hasPrefix("tools/lib/steps/")) },
        refuses: [
            ["Tests/DaybookCommandTests/A.swift": "let tool = top + \"/\(build)/debug/daybook\""],
            ["tools/lib/steps/kill": "#!/bin/bash\n\(build)/release/daybook work"],
            ["Tests/Browser/pages.py": "tool = '\(build)/x86_64-unknown-linux-gnu/release/daybook'"],
        ],
        accepts: [
            ["Tests/Reader/a.py": "python = '\(build)/test-venv/bin/python'"],
            ["tools/demo": "#!/bin/bash\nexec \(build)/release/daybook demo"],
        ]
    ) { file in
        file.findings(of: #"\.build/(?:[\w-]+/)?(?:debug|release)\b"#, in: file.text) { "\($0) may be an old build" }
    }
}
