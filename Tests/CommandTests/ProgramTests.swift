import DaybookModel
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

    @Test func `version and help are JSON where that is asked for`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            for words in [["--version", "--json"], ["--json", "status", "--version"]] {
                #expect(try daybook.start(words).finish().output == "{\"version\":\"\(Version.text)\"}\n")
            }
            let all = try daybook.run("help", "--json")
            let commands = try all.lines.map { try #require(try JSONTree(Array($0.utf8))["command"]?.text) }
            #expect(commands == CommandTree.daybook.visible.map(\.name))
            let one = try daybook.run("log", "tail", "--help", "--json")
            #expect(one.lines.count == 1 && one.output.contains(#"{"name":"--count","value":"N""#), "\(one.output)")
            #expect(try daybook.run("help", "logs", "--json").code == 2)
        }
    }

    @Test func `what is wrong is said as JSON where that is asked for`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            for words in [["nonsense", "--log-format", "json"], ["status", "--log-format=json", "--zzz"]] {
                let ended = try daybook.start(words).finish()
                #expect(ended.code == 2 && ended.errorLines.count == 1)
                #expect(ended.error.hasPrefix(#"{"level":"error","message":""#), "\(ended.error)")
            }
            #expect(try daybook.run("status", "--log-format", "json").error.hasPrefix(#"{"level":"error","#))
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
