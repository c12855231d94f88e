import Testing

@Suite struct `daybook enqueue` {
    @Test func `it says ack, the job and the event`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let ended = try daybook.run("enqueue", "mail", "--args", #"{"to":"ada"}"#)
            #expect(ended.output == "ack 2 2\n")
            #expect(ended.code == 0)
            #expect(try daybook.run("state", "--canonical").output.contains(#""name":"mail""#))
        }
    }

    @Test func `a key that is taken is answered by the job that has it`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.run("enqueue", "mail", "--key", "k")
            let ended = try daybook.run("enqueue", "mail", "--key", "k")
            #expect(ended.output == "ack 2 3\n")
            #expect(ended.code == 0)
        }
    }

    @Test func `a key that is taken is refused if that is wanted`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.run("enqueue", "mail", "--key", "k")
            let ended = try daybook.run("enqueue", "mail", "--key", "k", "--on-conflict", "refuse")
            #expect(ended.code == 1)
            #expect(ended.output.isEmpty)
            #expect(ended.errorLines.count == 1)
        }
    }

    @Test func `a key holds for a window, and its job can be replaced until it starts`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.run("enqueue", "mail", "--key", "k", "--unique-for", "1h", "--args", "[1]")
            let replaced = try daybook.run(
                "enqueue", "mail", "--key", "k", "--on-conflict", "replace", "--args", "[2]")
            #expect(replaced.output == "ack 2 4\n")
            #expect(try daybook.run("jobs", "show", "2").output.contains("arguments  [2]"))
            try daybook.run("work", "--drain", "--exec", "cat")
            #expect(try daybook.run("jobs", "show", "2").output.contains("result     [2]"))
            #expect(try daybook.run("enqueue", "mail", "--key", "k").output.hasPrefix("ack 2 "))
            #expect(try daybook.run("enqueue", "mail", "--key", "k", "--on-conflict", "replace").code == 1)
        }
    }

    @Test func `a request that is repeated finds the job that it made`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.run("enqueue", "mail", "--request-id", "r")
            #expect(
                try daybook.run("enqueue", "mail", "--request-id", "r", "--json").output
                    == #"{"job":2,"seq":3,"answer":"duplicate"}"# + "\n")
        }
    }

    @Test(arguments: ["", "{", "{a:1}", "[1,]", "'x'", "1 2", "nul", "\"\u{1}\"", "{\"a\":1}}", "01", "\u{FEFF}1"])
    func `arguments that are not JSON are refused before anything is written`(_ arguments: String) throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let ended = try daybook.run("enqueue", "mail", "--args", arguments)
            #expect(ended.code == 2)
            #expect(ended.errorLines.count == 1)
            #expect(try daybook.run("status").code == 3)
        }
    }

    @Test func `arguments come from a file or from standard input, too`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let file = try daybook.write("{\n  \"to\": 1\n}\n", to: "arguments.json")
            #expect(try daybook.run("enqueue", "mail", "--args", "@\(file)").code == 0)
            #expect(try daybook.run("enqueue", "mail", "--args", "-", input: "[1]\n").code == 0)
            // What stands around them says nothing, and in an export they are JSON.
            #expect(try daybook.run("enqueue", "mail", "--args", " \t{\"a\":1} ").code == 0)
            let exported = try daybook.run("log", "export").lines.suffix(3)
            for (line, arguments) in zip(exported, [#"{   "to": 1 }"#, "[1]", #"{"a":1}"#]) {
                #expect(line.contains("\"args\":\(arguments),"), "\(line)")
            }
            #expect(try daybook.run("enqueue", "mail", "--args", "@\(file).missing").code == 2)
            let nameless = try daybook.run("enqueue", "mail", "--args", "@")
            #expect(nameless.code == 2 && nameless.error.contains("names no file"))
        }
    }

    @Test(arguments: [
        ["bad name"], [""], ["-x"], ["mail", "--queue", "a/b"], ["mail", "--priority", "40000"],
        ["mail", "--attempts", "0"],
        ["mail", "--delay", "1x"], ["mail", "--at", "2026-03-01T12:00:00"],
        ["mail", "--delay", "1s", "--at", "2026-03-01T12:00:00Z"],
        ["mail", "--key", ""], ["mail", "--tag", "ä"], ["mail", "--timeout", "99999999999999999999s"],
        ["mail", "--stdin"],
        ["mail", "--on-conflict", "overwrite"], ["mail", "--on-conflict", "refuse"],
        ["mail", "--unique-for", "5m"], ["mail", "--unique", "waiting"],
        ["mail", "--key", "k", "--unique-for", "0s"], ["mail", "--key", "k", "--unique", "always"], [],
    ])
    func `a wrong option is the caller's mistake`(_ arguments: [String]) throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let ended = try daybook.start(["enqueue"] + arguments).finish()
            #expect(ended.code == 2)
            #expect(ended.errorLines.count == 1)
        }
    }
}
