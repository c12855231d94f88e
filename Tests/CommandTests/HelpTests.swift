import Testing

@testable import DaybookCommand

@Suite struct `Help and completions` {
    private static let colour = Option("--colour", ValueKind<Shell>.word("C"), "one of a few words")
    private static let tree = CommandTree(
        groups: [CommandGroup(name: "tin", summary: "look after tins")],
        commands: [
            CommandDescription("open", "open something") { _, _ in },
            CommandDescription(
                "tin paint", "paint tins",
                discussion: ["Paint dries in the time it takes; stir it well before you begin, and again."],
                positionals: [Positional("TIN", .file("TIN"), .oneOrMore).description],
                options: [
                    colour.description, Option("--tag", .name("T"), "a tag", repeats: true).description,
                    Flag("--twice", "a second coat").description,
                ]
            ) { _, _ in },
            CommandDescription("tin hidden", "never shown", isHidden: true) { _, _ in },
        ])

    private static let everywhere = """
        Everywhere
          --data DIR           the store's folder (else $DAYBOOK_DATA, else ./daybook-data)
          --json               one JSON value, or JSON Lines for a list, on standard output
          --log-level LEVEL    how much is said on standard error: debug, info, warning or error
          --log-format FORMAT  how it is said: text or json
          --help               what the command does and takes
          --version            the version of this program
        """

    @Test func `the overview names commands, groups and what holds everywhere`() throws {
        #expect(
            try HelpText.lines(on: [], Self.tree).joined(separator: "\n") == """
                daybook COMMAND [options]: an event-sourced engine for background jobs

                Commands
                  open   open something
                  tin …  look after tins

                \(Self.everywhere)

                Exit codes: 0 done; 1 the answer is no; 2 the call is wrong; 3 the store cannot be used; 130 or 143
                stopped by SIGINT or SIGTERM before it was done.

                `daybook help COMMAND` says more about one of them.
                """)
    }

    @Test func `a command's help says how it is called, what it does and what it takes`() throws {
        #expect(
            try HelpText.lines(on: ["tin", "paint"], Self.tree).joined(separator: "\n") == """
                daybook tin paint TIN… [--colour C] [--tag T]… [--twice]

                Paint tins.

                Paint dries in the time it takes; stir it well before you begin, and again.

                Options
                  --colour C  one of a few words
                  --tag T     a tag
                  --twice     a second coat

                \(Self.everywhere)
                """)
    }

    @Test func `a group's help lists what is in it and hides what is hidden`() throws {
        let lines = try HelpText.lines(on: ["tin"], Self.tree)
        #expect(lines.contains("  tin paint  paint tins"))
        #expect(!lines.contains { $0.contains("hidden") })
    }

    @Test func `help on what is not there names the nearest`() {
        #expect { try HelpText.lines(on: ["tin", "pant"], Self.tree) } throws: { error in
            (error as? Failure)?.sentence == "There is no command \"tin pant\"; did you mean `tin paint`?"
        }
    }

    /// What bash offers for these words, the last of which is being typed.
    private func offers(_ words: [String]) throws -> [String] {
        try Daybook.inTemporaryFolder { daybook throws in
            let script = try daybook.write(
                Shell.bash.completions(for: Self.tree).joined(separator: "\n"), to: "completions")
            let quoted = words.map { "'\($0)'" }.joined(separator: " ")
            let program =
                "source \(script); COMP_WORDS=(\(quoted)); COMP_CWORD=\(words.count - 1); _daybook; printf '%s\\n' "
                + "\"${COMPREPLY[@]}\""
            let ended = try ChildProcess(
                "/bin/bash", ["-c", program].map(bytes), environment: ["PATH": "/usr/bin:/bin"]
            ).finish()
            #expect(ended.error.isEmpty)
            return ended.lines
        }
    }

    @Test func `bash completes commands, options and values`() throws {
        #expect(try offers(["daybook", "o"]) == ["open"])
        #expect(try offers(["daybook", "tin", "p"]) == ["paint"])
        #expect(try offers(["daybook", "--data", "tin", "o"]) == ["open"])
        #expect(try offers(["daybook", "tin", "paint", "--t"]) == ["--tag", "--twice"])
        #expect(try offers(["daybook", "tin", "paint", "--colour", "z"]) == ["zsh"])
        #expect(try offers(["daybook", "tin", "hi"]).isEmpty)
    }

    @Test func `each shell gets a line for every command that is not hidden`() {
        for shell in Shell.allCases {
            let text = shell.completions(for: Self.tree).joined(separator: "\n")
            #expect(text.contains("'tin paint'") && text.contains("--twice") || text.contains("-l twice"))
            #expect(!text.contains("hidden"))
        }
    }
}
