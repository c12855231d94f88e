import Foundation

private let megabyte = 1 << 20

private func binary(_ path: String, size: Int = 4) -> Checkout {
    Checkout(files: [SourceFile(path: path, contents: Data(repeating: 0, count: size))])
}

extension Rule {
    /// A committed Package.resolved makes even a build without traits fetch what it pins.
    static let artifacts = Rule(
        "only what a person wrote is committed",
        refuses: [
            ["Package.resolved": "{}"],
            ["Examples/One/Package.resolved": "{}"],
            [".build/workspace-state.json": "{}"],
            ["Sources/Daybook/.DS_Store": "a"],
            ["Tests/Reader/__pycache__/reader.py": "a"],
            ["Tests/Data/data.mdb": "a"],
            ["daybook.xcodeproj/project.pbxproj": "a"],
            binary("Sources/Daybook/Table"),
            binary("tools/daybook"),
            binary("Tests/DaybookLogTests/Fixtures/log", size: megabyte + 1),
            binary("Docs/Images/picture.jpg"),
        ],
        accepts: [
            ["Package.swift": "import PackageDescription"],
            ["Sources/Daybook/Build.swift": "let words = \"Grüße\""],
            binary("Tests/DaybookLogTests/Fixtures/1.0/data.mdb"),
            binary("Docs/Images/picture.png"),
        ]
    ) { checkout in
        checkout.files.compactMap { file in
            reasonAgainst(file).map { Finding(path: file.path, message: $0) }
        }
    }

    private static func reasonAgainst(_ file: SourceFile) -> String? {
        let folders = file.path.split(separator: "/").dropLast()
        if folders.contains("Fixtures") || (folders.first == "Docs" && file.fileExtension == "png") {
            return file.size > megabyte ? "is larger than 1 MB" : nil
        }
        let generated = #"(^|/)(Package\.resolved$|\.DS_Store$|\.build/|\.swiftpm/|__pycache__/|[^/]+\.xcodeproj/)"#
        if file.path.contains(pattern: generated) { return "is made by a tool; ignore it instead" }
        let products: Set = ["o", "a", "so", "dylib", "mdb", "pyc", "swiftmodule", "zip", "gz"]
        if products.contains(file.fileExtension) { return "is made by a tool; ignore it instead" }
        return file.isText ? nil : "is not text; a file for a test belongs in a folder named Fixtures"
    }
}
