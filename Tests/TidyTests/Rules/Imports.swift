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
            ["Sources/DaybookTesting/A.swift": "@testable import DaybookLog"],
            ["Sources/DaybookSomething/A.swift": "import Daybook"],
            ["tools/DaybookCommand/A.swift": "import CDaybookLMDB"],
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
        ]
    ) { file in
        let module = file.module ?? ""
        guard let allowed = House.mayImport(module) else {
            return [Finding(path: file.path, message: "module \(module) has no place in Tests/TidyTests/House.swift")]
        }
        let pattern =
            #"^[ \t]*(?:@\w+(?:\([^)\n]*\))?[ \t]+)*(?:(?:public|package|internal|fileprivate|private)[ \t]+)?"#
            + #"import[ \t]+(?:(?:struct|class|enum|protocol|typealias|func|var|let|actor)[ \t]+)?(\w+)"#
        return file.code.matches(of: pattern).filter { !allowed.contains($0.groups[0]) }.map { match in
            let line = file.code.lineNumber(at: match.range.upperBound)
            return Finding(path: file.path, line: line, message: "\(module) may not import \(match.groups[0])")
        }
    }
}
