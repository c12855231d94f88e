private func packageWith(_ targets: String) -> Checkout {
    ["Package.swift": "let package = Package(\n    name: \"daybook\",\n    targets: [\n\(targets)\n    ])"]
}

private func isManifest(_ file: SourceFile) -> Bool { file.path == "Package.swift" }

extension Rule {
    static let manifest = Rule(
        "a target depends only on what is below it in the house",
        in: isManifest,
        refuses: [
            packageWith(#".target(name: "DaybookModel", dependencies: ["DaybookLMDB"])"#),
            packageWith(#".target(name: "DaybookLMDB", dependencies: ["CDaybookLMDB", "DaybookLog"])"#),
            packageWith(".target(\n    name: \"DaybookLog\",\n    dependencies: [\n        \"Daybook\"\n    ])"),
            packageWith(#".target(name: "DaybookLog", dependencies: [.target(name: "Daybook")])"#),
            packageWith(#".target(name: "DaybookNew")"#),
            packageWith(#".testTarget(name: "DaybookTests", dependencies: ["DaybookLogTests"])"#),
            ["Package.swift": "let package = Package(name: \"daybook\")"],
        ],
        accepts: [
            packageWith(#".target(name: "DaybookLMDB", dependencies: ["CDaybookLMDB"], swiftSettings: house)"#),
            packageWith(#".target(name: "DaybookModel") // dependencies: ["DaybookLog"]"#),
            packageWith(
                #".target(name: "Daybook", dependencies: ["DaybookLog", .product(name: "Logging", package: "l")])"#),
            packageWith(#".testTarget(name: "DaybookTests", dependencies: ["Daybook", "DaybookLMDB"])"#),
        ]
    ) { file in
        let targets = Manifest(file).targets
        if targets.isEmpty { return [Finding(path: file.path, message: "no targets could be read from it")] }
        return targets.flatMap { target -> [Finding] in
            guard let allowed = House.mayDependOn(target.name) else {
                let message = "target \(target.name) has no place in Tests/TidyTests/House.swift"
                return [Finding(path: file.path, line: target.line, message: message)]
            }
            return target.dependencies.filter { !allowed.contains($0) }.map {
                Finding(path: file.path, line: target.line, message: "\(target.name) may not depend on \($0)")
            }
        }
    }

    /// A single unguarded one makes the default build fetch, and so fail without a network.
    static let outsideProducts = Rule(
        "a product of another package is guarded by a trait",
        in: isManifest,
        refuses: [
            packageWith(#".target(name: "Daybook", dependencies: [.product(name: "Logging", package: "swift-log")])"#)
        ],
        accepts: [
            packageWith(
                #".target(name: "Daybook", dependencies: [.product(name: "Logging", package: "swift-log", "#
                    + #"condition: .when(traits: ["LoggingSupport"]))])"#)
        ]
    ) { file in
        Manifest(file).outsideProducts.filter { !$0.contains("traits:") }.map {
            Finding(path: file.path, message: "\($0) needs condition: .when(traits: …)")
        }
    }
}
