private func core(_ line: String) -> Checkout {
    ["Sources/DaybookLog/A.swift": "func f() {\n    \(line)\n}"]
}

extension Rule {
    /// With these the whole engine could not run in a seeded simulation on a virtual clock.
    static let injectedWorld = Rule(
        "the core takes time, chance and tasks from its environment",
        in: Scope.core,
        refuses: [
            core("let now = Date()"), core("let now = Date.now"), core("try await Task.sleep(for: .seconds(1))"),
            core("let id = UUID()"), core("var chance = SystemRandomNumberGenerator()"),
            core("let dice = Int.random(in: 1...6)"), core("let one = jobs.randomElement()"), core("jobs.shuffle()"),
            core("Task.detached { work() }"), core("Task { work() }"), core("Task(priority: .high) { work() }"),
            core("Task<Void, Never> { work() }"), core("let task = Task {"),
            core("DispatchQueue.main.async { work() }"),
            core("let text = \"\\(Date())\""), core("let now = Date() // tidy:"), core("let now = Date() // tidy: why"),
            ["Sources/DaybookModel/A.swift": "let id = UUID()"], ["Sources/Daybook/B/A.swift": "let id = UUID()"],
            ["Sources/DaybookLMDB/A.swift": "let id = UUID()"],
        ],
        accepts: [
            core("let text = \"Date() Task { UUID()\" // Task.sleep"), core("/* DispatchQueue */"),
            core("let now = Date() // tidy: shown to a person, decides nothing"),
            core("let dice = Int.random(in: 1...6, using: &environment.chance)"), core("environment.sleep(for: wait)"),
            core("jobs.randomElement(using: &chance)"), core("runTask { work() }"), core("struct Task {}"),
            core("let update = DueDate()"), core("extension Task {}"), core("jobs.shuffle(using: &chance)"),
            core("Int.random(in: 0..<max(1, count), using: &chance)"),
            ["Sources/DaybookDashboard/A.swift": "let now = Date()"], ["Tests/A/B.swift": "let id = UUID()"],
        ]
    ) { file in
        file.findings(of: bannedFromCore) { "\($0) does not belong in the core; take it from the environment" }
    }

    private static let bannedFromCore = [
        #"(?<![.\w])Date\s*\(\s*\)"#, #"(?<![.\w])Date\.now\b"#, #"(?<![.\w])UUID\s*\(\s*\)"#,
        #"\bSystemRandomNumberGenerator\b"#, #"\.random\s*\((?![^\n]*\busing:)"#,
        #"\.(?:randomElement|shuffled?)\s*\((?!\s*using:)"#,
        #"(?<![.\w])Task\s*\.\s*(?:sleep|detached)\b"#,
        #"(?<![.\w])(?<!struct )(?<!extension )Task\s*(?:<[^>\n]*>)?\s*(?:\([^)\n]*\))?\s*\{"#,
        #"\bDispatchQueue\b"#,
    ].joined(separator: "|")

    static let noTraps = Rule(
        "the core refuses with an error instead of ending the process",
        in: Scope.core,
        refuses: [core("try! open()"), core("fatalError()"), core("fatalError(\"no\")")],
        accepts: [
            core("try open()"), core("try? open()"), core("let text = \"try! fatalError()\""),
            core("try! open() // tidy: the text is a constant"), core("precondition(isOpen)"),
        ]
    ) { file in
        file.findings(of: #"\btry!|(?<![.\w])fatalError\s*\("#) { "\($0) ends the process of whoever embeds us" }
    }

    static let noPrinting = Rule(
        "a library does not print",
        in: Scope.libraries,
        refuses: [
            core("print(job)"), core("debugPrint(job)"), ["Sources/DaybookDashboard/A.swift": "print(\"ready\")"],
        ],
        accepts: [
            core("page.print(job)"), core("// print(job)"), core("reprint(job)"), core("func print(job: Job) {}"),
            ["tools/DaybookCommand/A.swift": "print(job)"],
        ]
    ) { file in
        file.findings(of: #"(?<![.\w])(?<!func )(?:print|debugPrint|dump)\s*\("#) {
            "\($0)…) writes to standard output"
        }
    }
}
