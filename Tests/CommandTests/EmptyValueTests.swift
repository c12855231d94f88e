import Testing

/// A value that says nothing, and where it was given.
private let empty: [[String]] = [
    ["work", "--drain", "--exec", ""], ["work", "--drain", "--exec", "   "], ["work", "--drain", "--exec", "\t\n "],
    ["serve", "--exec", ""], ["serve", "--exec", " "], ["serve", "--port-file", ""], ["serve", "--auth-file", ""],
    ["serve", "--title", ""], ["serve", "--title", " "], ["serve", "--host", ""], ["serve", "--host", " "],
    ["serve", "--origin", ""], ["serve", "--origin", "jobs.example.com"],
    ["serve", "--origin", "https://jobs.example.com/"], ["serve", "--trusted-proxy", ""],
    ["serve", "--trusted-proxy", "0.0.0.0/0"],
    ["serve", "--back-link", " "], ["serve", "--back-link", "javascript:alert(1)"],
    ["serve", "--back-link", "//evil.example"], ["serve", "--page-size", "0"], ["serve", "--refresh", "soon"],
    ["serve", "--refresh", "1ms"],
    ["auth", "token", "ann", "--role", "viewer", "--auth-file", ""],
    ["log", "audit", "--tenant", ""], ["log", "audit", "--tenant", " "],
    ["jobs", "cancel", "2", "--actor", " "], ["jobs", "cancel", "2", "--reason", " "],
    ["simulate", "--seed", "1", "--hours", "1", "--faults", ""],
]

@Suite struct `A value that says nothing` {
    @Test(arguments: empty)
    func `is refused in a sentence, before anything is done`(_ words: [String]) throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.fill(1)
            let before = try daybook.run("log", "export").output
            // Whoever serves although the call is wrong cannot do it for long.
            let words = words[0] == "serve" ? words + ["--listen", "127.0.0.1:1"] : words
            let ended = try daybook.start(words).finish()
            #expect(ended.code == 2, "\(ended.error)")
            #expect(ended.errorLines.count == 1 && ended.error.hasSuffix(".\n"), "\(ended.error)")
            // The option is named by which to find it.
            #expect(words.contains { $0.hasPrefix("--") && ended.error.contains($0) }, "\(ended.error)")
            #expect(try daybook.run("log", "export").output == before)
        }
    }

    @Test(arguments: ["0s", "1ms", "99ms"])
    func `is a lease that a process cannot renew in time`(_ lease: String) throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.fill(1)
            let ended = try daybook.run("work", "--drain", "--exec", "true", "--lease", lease)
            #expect(ended.code == 2)
            #expect(ended.error.contains("--lease needs 100ms at least") && ended.errorLines.count == 1)
            #expect(try daybook.run("work", "--drain", "--exec", "true", "--lease", "100ms").code == 0)
        }
    }

    @Test func `is the command of an alert`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.run("init")
            let alerts = try daybook.write(#"{"rules":[{"diskBelow":1}],"deliver":[{"command":" "}]}"#, to: "alerts")
            let ended = try daybook.run("serve", "--listen", "127.0.0.1:1", "--alerts", alerts)
            #expect(ended.code == 2 && ended.error.contains("deliver[0] needs a command"), "\(ended.error)")
        }
    }
}
