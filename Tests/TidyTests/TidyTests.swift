import Testing

@Suite struct TidyTests {
    @Test(arguments: Rule.all + [.documentationLinks])
    func `a rule refuses what it is against`(rule: Rule) {
        #expect(!rule.refuses.isEmpty)
        for (number, example) in rule.refuses.enumerated() {
            #expect(!rule.check(example).isEmpty, "example \(number + 1) was accepted: \(example.files[0].text)")
        }
    }

    @Test(arguments: Rule.all + [.documentationLinks])
    func `a rule accepts what it is not against`(rule: Rule) {
        #expect(!rule.accepts.isEmpty)
        for example in rule.accepts {
            let findings = rule.check(example)
            #expect(findings.isEmpty, "\(findings.map(\.description).joined(separator: "\n"))")
        }
    }

    @Test(arguments: Rule.all)
    func `the checkout obeys`(rule: Rule) {
        for finding in rule.check(.current) {
            Issue.record("\(finding.description)")
        }
    }

    @Test(.enabled(if: Checkout.current.file("README.md") != nil, "there is no README.md yet"))
    func `every page of documentation can be reached`() {
        for finding in Rule.documentationLinks.check(.current) {
            Issue.record("\(finding.description)")
        }
    }

    @Test func `the checkout was found`() {
        #expect(Checkout.current.file("Package.swift") != nil)
        #expect(Checkout.current.file("Tests/TidyTests/TidyTests.swift") != nil)
        #expect(!Checkout.current.files.contains { $0.path.hasPrefix(".build/") })
    }

    @Test(arguments: Scope.coreModules.sorted())
    func `a module that rules name is a target`(module: String) throws {
        let targets = Manifest(try #require(Checkout.current.file("Package.swift"))).targets
        #expect(targets.contains { $0.name == module })
    }
}
