import Testing

/// One rule of the house, and checkouts that show that it works: a rule that never fires is worse than none.
struct Rule: Sendable, CustomTestStringConvertible {
    /// The rule as a sentence.
    let name: String
    let check: @Sendable (Checkout) -> [Finding]
    let refuses: [Checkout]
    let accepts: [Checkout]

    var testDescription: String { name }

    init(
        _ name: String, refuses: [Checkout], accepts: [Checkout],
        check: @escaping @Sendable (Checkout) -> [Finding]
    ) {
        self.name = name
        self.check = check
        self.refuses = refuses
        self.accepts = accepts
    }

    /// A rule that looks at one file at a time.
    init(
        _ name: String, in scope: @escaping @Sendable (SourceFile) -> Bool, refuses: [Checkout], accepts: [Checkout],
        checkFile: @escaping @Sendable (SourceFile) -> [Finding]
    ) {
        self.init(name, refuses: refuses, accepts: accepts) { checkout in
            checkout.files.filter { $0.isText && scope($0) }.flatMap(checkFile)
        }
    }

    /// All rules but those about documentation, which wait for a README.
    static let all: [Rule] =
        [
            imports, declaredImports, manifest, outsideProducts, caseClashes, artifacts, lineLength, fileLength,
            functionLength, catalogueOfTexts,
        ]
        + [injectedWorld, noTraps, noPrinting, noSleeping, reasons, lmdbFlags, leftOvers, machinePaths, builtPaths]
}

/// Where a rule applies.
enum Scope {
    /// What must run the same with a virtual clock and seeded chance.
    static let coreModules: Set = ["DaybookModel", "DaybookLog", "Daybook", "DaybookLMDB"]

    @Sendable static func core(_ file: SourceFile) -> Bool {
        file.path.hasPrefix("Sources/") && swift(file) && coreModules.contains(file.module ?? "")
    }

    @Sendable static func libraries(_ file: SourceFile) -> Bool { file.path.hasPrefix("Sources/") && swift(file) }

    @Sendable static func tests(_ file: SourceFile) -> Bool { file.path.hasPrefix("Tests/") }

    @Sendable static func swift(_ file: SourceFile) -> Bool { file.fileExtension == "swift" }

    /// Written by hand in some language; prose and data are not.
    @Sendable static func source(_ file: SourceFile) -> Bool {
        ["swift", "c", "h", "sh", "py", "js", "css", "html"].contains(file.fileExtension)
            || file.text.hasPrefix("#!")
    }

    @Sendable static func everything(_: SourceFile) -> Bool { true }
}
