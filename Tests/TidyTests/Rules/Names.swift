extension Rule {
    /// Where the disk ignores case, as on most Macs, one of the two would overwrite the other.
    static let caseClashes = Rule(
        "no two files, folders or targets differ only by case",
        refuses: [
            ["Docs/a.md": "", "Docs/A.md": ""],
            ["tests/a.swift": "", "Tests/b.swift": ""],
            ["Sources/Daybook/A.swift": "", "sources/README": ""],
            ["Package.swift": #"[.target(name: "Daybook"), .executableTarget(name: "daybook")]"#],
        ],
        accepts: [
            ["Docs/a.md": "", "docs.md": "", "Docs/b.md": ""],
            ["Package.swift": #"[.target(name: "Daybook"), .executableTarget(name: "DaybookCommand")]"#],
        ]
    ) { checkout in
        let targets = checkout.file("Package.swift").map { Manifest($0).targets.map(\.name) } ?? []
        return clashes(among: pathsAndFolders(of: checkout.files), kind: "path")
            + clashes(among: Set(targets), kind: "target")
    }

    private static func pathsAndFolders(of files: [SourceFile]) -> Set<String> {
        var paths: Set<String> = []
        for file in files {
            var path = Substring(file.path)
            paths.insert(String(path))
            while let slash = path.lastIndex(of: "/") {
                path = path[..<slash]
                paths.insert(String(path))
            }
        }
        return paths
    }

    private static func clashes(among names: Set<String>, kind: String) -> [Finding] {
        Dictionary(grouping: names) { $0.lowercased() }.values.filter { $0.count > 1 }.map { group in
            let sorted = group.sorted()
            return Finding(path: sorted[0], message: "this \(kind) differs only by case from \(sorted[1])")
        }
    }
}
