import DaybookModel
import Testing

@testable import DaybookCommand

@Suite struct `Reading a call` {
    private static let queue = Option("--queue", .name("Q"), "a queue")
    private static let tag = Option("--tag", .name("T"), "a tag", repeats: true)
    private static let priority = Option("--priority", ValueKind<Int16>.number(in: .min ... .max), "a number")
    private static let dryRun = Flag("--dry-run", "only look")
    private static let job = Positional("ID", .job, .oneOrMore)

    private static let tree = CommandTree(
        groups: [CommandGroup(name: "jobs", summary: "jobs")],
        commands: [
            CommandDescription("init", "make") { _, _ in },
            CommandDescription(
                "jobs cancel", "cancel", positionals: [job.description],
                options: [queue.description, tag.description, priority.description, dryRun.description]
            ) { _, _ in },
            CommandDescription("jobs list", "list") { _, _ in },
        ])

    private func parse(_ arguments: String...) throws -> Invocation {
        switch try ArgumentParser.parse(arguments, Self.tree) {
        case .command(_, let call): return call
        default: throw Failure.wrongCall("no command")
        }
    }

    private func problem(_ arguments: String...) -> String? {
        do {
            _ = try ArgumentParser.parse(arguments, Self.tree)
            return nil
        } catch {
            #expect(error.code == .wrongCall)
            return error.sentence
        }
    }

    @Test func `an option's value may follow it or an equals sign`() throws {
        #expect(try parse("jobs", "cancel", "1", "--queue", "mail").value(Self.queue) == "mail")
        #expect(try parse("jobs", "cancel", "1", "--queue=mail").value(Self.queue) == "mail")
    }

    @Test func `a value may be a negative number`() throws {
        #expect(try parse("jobs", "cancel", "1", "--priority", "-5").value(Self.priority) == -5)
    }

    @Test func `an option that repeats gives all its values in order`() throws {
        #expect(try parse("jobs", "cancel", "--tag", "b", "1", "--tag=a").values(Self.tag) == ["b", "a"])
    }

    @Test func `an option that does not repeat is refused the second time`() {
        #expect(
            problem("jobs", "cancel", "1", "--queue", "a", "--queue", "b") == "--queue is given twice; leave one out.")
    }

    @Test func `two dashes end the options`() {
        #expect(problem("jobs", "cancel", "--", "--queue")?.contains("whole number") == true)
        #expect(problem("jobs", "cancel", "--", "7") == nil)
    }

    @Test func `everything that stands in its place is read`() throws {
        #expect(try parse("jobs", "cancel", "3", "1", "2").values(Self.job).map(\.rawValue) == [3, 1, 2])
    }

    @Test func `an option is not to be shortened, and the whole one is named`() {
        #expect(
            problem("jobs", "cancel", "--que", "x")
                == "\"--que\" is no option of `daybook jobs cancel`; did you mean --queue?")
    }

    @Test func `an unknown option that is near to none leads to help`() {
        #expect(
            problem("jobs", "cancel", "--zzzzzzzzz")
                == "\"--zzzzzzzzz\" is no option of `daybook jobs cancel`; "
                + "`daybook help jobs cancel` lists what there is."
        )
    }

    @Test func `an unknown command names the nearest`() {
        #expect(problem("jobs", "lost") == "daybook jobs has no command \"lost\"; did you mean `daybook jobs list`?")
        #expect(problem("intt")?.hasSuffix("did you mean `daybook init`?") == true)
    }

    @Test func `a group alone asks for the rest`() {
        #expect(problem("jobs") == "Say what of `daybook jobs`: cancel, list.")
    }

    @Test func `nothing at all leads to help`() {
        #expect(problem() == "Say which command; `daybook help` lists them.")
    }

    @Test func `global options stand before or behind the name`() throws {
        #expect(try parse("--data", "/a", "init").value(GlobalOptions.data) == "/a")
        #expect(try parse("init", "--data=/a").value(GlobalOptions.data) == "/a")
        #expect(try parse("jobs", "--json", "list").has(GlobalOptions.json))
    }

    @Test func `a flag takes no value`() {
        #expect(problem("jobs", "cancel", "1", "--dry-run=yes") == "--dry-run takes no value.")
    }

    @Test func `an option does not swallow the next option`() {
        #expect(problem("jobs", "cancel", "1", "--queue", "--dry-run")?.hasPrefix("--queue needs a value") == true)
    }

    @Test func `too many and too few arguments are told`() {
        #expect(problem("init", "x")?.contains("one argument too many") == true)
        #expect(problem("jobs", "cancel")?.hasPrefix("ID is missing") == true)
    }

    @Test func `a wrong value is found before anything runs`() {
        #expect(problem("jobs", "cancel", "1", "--queue", "")?.hasPrefix("--queue needs a name, not \"\"") == true)
        #expect(problem("jobs", "cancel", "0")?.hasPrefix("ID needs a whole number") == true)
        #expect(problem("jobs", "cancel", "+1")?.hasPrefix("ID needs a whole number") == true)
        #expect(problem("jobs", "cancel", "99999999999999999999")?.hasPrefix("ID needs a whole number") == true)
    }

    @Test func `who asks for help is helped whatever else is wrong`() throws {
        for arguments in [
            ["jobs", "cancel", "--help"], ["jobs", "cancel", "x", "--zzz", "--help"],
            ["jobs", "cancel", "-h"], ["jobs", "cancel", "x", "--zzz", "-h"],
        ] {
            guard case .help(let words, isJSON: false) = try ArgumentParser.parse(arguments, Self.tree) else {
                Issue.record("no help for \(arguments)")
                continue
            }
            #expect(words == ["jobs", "cancel"])
        }
    }
}
