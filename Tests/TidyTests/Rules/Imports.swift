extension Rule {
    static let imports = Rule(
        "a module imports only what is below it in the house",
        in: { Scope.swift($0) && $0.module != nil },
        refuses: [
            ["Sources/DaybookModel/A.swift": "import Glibc"],
            ["Sources/DaybookModel/A.swift": "import DaybookLog"],
            ["Sources/DaybookLMDB/A.swift": "package import DaybookModel"],
            ["Sources/DaybookLog/A.swift": "// Data\n@preconcurrency import Foundation"],
            ["Sources/DaybookLog/A.swift": "#if canImport(Glibc)\n    import struct Foundation.Data\n#endif"],
            ["Sources/Daybook/A.swift": "@_exported public import DaybookLMDB"],
            ["Sources/Daybook/A.swift": "import Dispatch"],
            ["Sources/Daybook/A.swift": "import Logging"],
            ["Sources/DaybookTesting/A.swift": "@testable import DaybookLMDB"],
            ["Sources/DaybookSomething/A.swift": "import Daybook"],
            ["tools/DaybookCommand/A.swift": "import CDaybookLMDB"],
            ["Sources/Daybook/Adapters/A.swift": "import NIOPosix"],
            ["Tests/DaybookTests/A.swift": "import XCTest"],
        ],
        accepts: [
            [
                "Sources/DaybookModel/A.swift":
                    "struct Importer {}\n// import Foundation\nlet text = \"import Foundation\""
            ],
            ["Sources/DaybookModel/A.swift": "let text = \"\"\"\n    import Foundation\n    \"\"\""],
            ["Sources/DaybookLog/A.swift": "import CDaybookCrypto\nimport DaybookLMDB\nimport Synchronization"],
            ["Sources/DaybookLMDB/A.swift": "#if canImport(Glibc)\n    import Glibc\n#else\n    import Darwin\n#endif"],
            ["Sources/Daybook/A.swift": "import struct DaybookModel.JobID"],
            ["Sources/DaybookDashboard/A.swift": "import Daybook\nimport Foundation"],
            ["tools/DaybookCommand/A.swift": "import Daybook\nimport Foundation"],
            ["Tests/DaybookLogTests/A.swift": "import Foundation\nimport Testing\n\n@testable import DaybookLog"],
            ["Package.swift": "import PackageDescription"],
            ["Sources/Daybook/Adapters/A.swift": "#if LoggingSupport\n    public import Logging\n#endif"],
        ]
    ) { file in
        let module = file.module ?? ""
        guard let allowed = House.mayImport(module) else {
            return [Finding(path: file.path, message: "module \(module) has no place in Tests/TidyTests/House.swift")]
        }
        let isAdapter = House.adapterFolders.contains { file.path.hasPrefix($0) }
        return importedModules(by: file).filter {
            !allowed.contains($0.module) && !(isAdapter && House.adapted.contains($0.module))
        }.map {
            Finding(path: file.path, line: $0.line, message: "\(module) may not import \($0.module)")
        }
    }

    /// The compiler's own check, `--explicit-target-dependency-import-check`, is content if the dependency of a
    /// dependency names the module.
    static let declaredImports = Rule(
        "a module imports only what its target declares",
        refuses: [
            target("DaybookTesting", dependencies: "Daybook", source: "import DaybookLMDB"),
            target("DaybookTesting", dependencies: "", source: "import struct Daybook.Job"),
        ],
        accepts: [
            target("DaybookTesting", dependencies: "Daybook", source: "import Daybook\nimport Glibc"),
            target("DaybookTesting", dependencies: "Daybook", source: "// import DaybookModel"),
            ["Package.swift": ".target(name: \"DaybookTesting\")", "tools/DaybookBench/A.swift": "import Daybook"],
        ]
    ) { checkout in
        let targets = checkout.file("Package.swift").map { Manifest($0).targets } ?? []
        return targets.flatMap { target in
            checkout.files.filter { Scope.swift($0) && $0.module == target.name }.flatMap { file in
                importedModules(by: file).filter { imported in
                    House.rooms.keys.contains(imported.module) && !target.dependencies.contains(imported.module)
                }.map {
                    let message = "Package.swift does not say that \(target.name) depends on \($0.module)"
                    return Finding(path: file.path, line: $0.line, message: message)
                }
            }
        }
    }

    private static func target(_ name: String, dependencies: String, source: String) -> Checkout {
        let list = dependencies.isEmpty ? "" : ", dependencies: [\"\(dependencies)\"]"
        return ["Package.swift": ".target(name: \"\(name)\"\(list))", "Sources/\(name)/A.swift": source]
    }

    private static func importedModules(by file: SourceFile) -> [(module: String, line: Int)] {
        let pattern =
            #"^[ \t]*(?:@\w+(?:\([^)\n]*\))?[ \t]+)*(?:(?:public|package|internal|fileprivate|private)[ \t]+)?"#
            + #"import[ \t]+(?:(?:struct|class|enum|protocol|typealias|func|var|let|actor)[ \t]+)?(\w+)"#
        return file.code.matches(of: pattern).map {
            ($0.groups[0], file.code.lineNumber(at: $0.range.upperBound))
        }
    }
}
