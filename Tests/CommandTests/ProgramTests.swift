import Testing

@testable import DaybookCommand

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct `The program as a whole` {
    @Test func `it says its version`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let ended = try daybook.run("--version")
            #expect(ended.output == "daybook \(Version.text)\n")
            #expect(ended.code == 0)
        }
    }

    @Test func `every command has help that begins with its name`() throws {
        for command in CommandTree.daybook.visible {
            let lines = try HelpText.lines(on: command.path, .daybook)
            #expect(lines[0].hasPrefix("daybook \(command.name)"))
            #expect(lines.allSatisfy { TextWidth.of($0) <= 100 }, "\(command.name)")
        }
    }

    @Test func `a wrong call is one sentence on standard error`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let ended = try daybook.run("nonsense")
            #expect(ended.code == 2)
            #expect(ended.output.isEmpty)
            #expect(ended.errorLines.count == 1)
        }
    }

    @Test func `an argument that is not text is refused`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let ended = try daybook.run(raw: [bytes("init"), [CChar(bitPattern: 0xFF), 0]])
            #expect(ended.code == 2)
            #expect(ended.error == "daybook: Argument 2 is not UTF-8; give it in UTF-8.\n")
        }
    }

    @Test func `control characters in an argument do not reach the terminal`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let ended = try daybook.run("\u{1B}[2J\n")
            #expect(ended.code == 2)
            #expect(!ended.error.contains("\u{1B}"))
            #expect(ended.errorLines.count == 1)
        }
    }

    @Test func `with standard output closed it is quiet and nothing lands in the store`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let ended = try daybook.run("init", output: -1)
            #expect(ended.signal == nil)
            #expect(ended.code == 0)
            #expect(ended.error.isEmpty)
            #expect(try daybook.run("init").output.contains("is in \(daybook.store) already"))
        }
    }

    @Test func `a full disk behind standard output is told`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let full = open("/dev/full", O_WRONLY | O_CLOEXEC)
            try #require(full >= 0)
            defer { close(full) }
            let ended = try daybook.run("help", output: full)
            #expect(ended.code == 3)
            #expect(ended.errorLines.count == 1)
        }
    }
}
