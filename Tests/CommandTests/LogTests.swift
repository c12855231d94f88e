import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct `daybook log` {
    private func withStore(_ body: (Daybook) throws -> Void) throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let lines = (0..<30).map { #"{"name":"n","queue":"q\#($0 % 2)","args":{"i":\#($0)}}"# }
            try daybook.run("enqueue", "--stdin", input: lines.joined(separator: "\n"))
            try daybook.run("jobs", "cancel", "5", "--actor", "ada")
            try body(daybook)
        }
    }

    private func numbers(_ ended: Ended) -> [Int] {
        ended.lines.compactMap { Int($0.dropFirst(#"{"seq":"#.count).prefix { $0.isNumber }) }
    }

    @Test func `an export has a line for every event, or for those that are asked for`() throws {
        try withStore { daybook throws in
            #expect(numbers(try daybook.run("log", "export")) == Array(1...32))
            #expect(numbers(try daybook.run("log", "export", "--from", "30")) == [30, 31, 32])
            #expect(numbers(try daybook.run("log", "export", "--from", "3", "--to", "4")) == [3, 4])
            #expect(try daybook.run("log", "export", "--from", "33").output.isEmpty)
            #expect(try daybook.run("log", "export", "--from", "4", "--to", "3").code == 2)
        }
    }

    @Test func `a redacted export shows no arguments`() throws {
        try withStore { daybook throws in
            #expect(try daybook.run("log", "export").output.contains(#""args":{"i":7}"#))
            let redacted = try daybook.run("log", "export", "--redacted").output
            #expect(!redacted.contains(#""args""#) && redacted.contains(#""payload":"#))
        }
    }

    @Test func `an import makes the same log and the same state`() throws {
        try withStore { daybook throws in
            let export = try daybook.run("log", "export", "--canonical")
            let file = try daybook.write(export.output, to: "export.jsonl")
            let copy = "\(daybook.folder)/copy"
            #expect(try daybook.run("log", "import", file, "--data", copy).code == 0)
            #expect(try daybook.run("log", "export", "--data", copy).outputBytes == export.outputBytes)
            #expect(try daybook.run("log", "verify", "--data", copy).code == 0)
            #expect(
                try daybook.run("state", "--canonical", "--data", copy).outputBytes
                    == daybook.run("state", "--canonical").outputBytes)
            #expect(try daybook.run("log", "import", file, "--data", copy).code == 2)
        }
    }

    @Test func `an export that was changed is refused and leaves no store`() throws {
        try withStore { daybook throws in
            let export = try daybook.run("log", "export").output
            let lines = export.split(separator: "\n")
            let changed = [
                export.replacingOccurrences(of: #""i":7"#, with: #""i":8"#),
                (lines[..<9] + lines[10...]).joined(separator: "\n"),
                (lines[..<9] + [lines[10], lines[9]] + lines[11...]).joined(separator: "\n"),
                export + "{}\n",
                "",
            ]
            for text in changed {
                let ended = try daybook.run("log", "import", "-", "--data", "\(daybook.folder)/copy", input: text)
                #expect(ended.code == 1)
                #expect(ended.errorLines.count == 1)
                #expect(try daybook.run("status", "--data", "\(daybook.folder)/copy").code == 3)
            }
        }
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func `an import that is stopped leaves nothing behind, whoever writes the export`(_ signal: Int32) throws {
        try withStore { daybook throws in
            let export = Array(try daybook.run("log", "export").output.utf8)
            let copy = daybook.folder + "/copy"
            let child = try daybook.start(["log", "import", "-", "--data", copy])
            child.give(Array(export.prefix(export.count / 2)))
            // Whoever writes takes his time; the input stays open.
            try daybook.wait { access(copy + "/import/data.mdb", F_OK) == 0 }
            kill(child.id, signal)
            var output: [UInt8] = []
            #expect(!child.read(until: { !$0.isEmpty }, into: &output))
            let ended = child.finish()
            #expect(ended.code == 128 + signal && ended.error.contains("Stopped as asked"), "\(ended)")
            #expect(access(copy, F_OK) != 0)
        }
    }

    @Test func `the tail shows the newest events in their order`() throws {
        try withStore { daybook throws in
            #expect(numbers(try daybook.run("log", "tail", "--json", "--count", "3")) == [30, 31, 32])
            let text = try daybook.run("log", "tail", "--count", "1")
            #expect(text.lines.count == 2)
            #expect(text.lines[1].contains("cancelled") && text.lines[1].contains("person:ada"))
        }
    }

    @Test func `the tail keeps to a job, a queue or a kind`() throws {
        try withStore { daybook throws in
            #expect(numbers(try daybook.run("log", "tail", "--json", "--job", "5")) == [5, 32])
            #expect(numbers(try daybook.run("log", "tail", "--json", "--kind", "cancelled")) == [32])
            #expect(numbers(try daybook.run("log", "tail", "--json", "--queue", "q1", "--count", "3")) == [29, 31, 32])
            let wrong = try daybook.run("log", "tail", "--kind", "canceled")
            #expect(wrong.code == 2)
            #expect(wrong.error.contains("did you mean cancelled?"))
        }
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func `the tail follows what others write until it is told to stop`(_ signal: Int32) throws {
        try withStore { daybook throws in
            let tail = try daybook.start(["log", "tail", "--follow", "--json", "--count", "1"])
            var output: [UInt8] = []
            #expect(tail.read(until: { $0.contains(#""seq":32"#) && $0.hasSuffix("\n") }, into: &output))
            try daybook.run("enqueue", "later")
            #expect(tail.read(until: { $0.contains(#""seq":33"#) && $0.hasSuffix("\n") }, into: &output))
            kill(tail.id, signal)
            let ended = tail.finish()
            #expect(ended.signal == nil)
            #expect(ended.code == 0)
            #expect(ended.error.isEmpty)
        }
    }

    @Test func `the tail ends quietly when nobody reads it any more`() throws {
        try withStore { daybook throws in
            let ended = try daybook.run("log", "tail", "--follow", output: -1)
            #expect(ended.code == 0)
            #expect(ended.error.isEmpty)
        }
    }

    @Test func `a store goes on from its checkpoint, and another one does not`() throws {
        try withStore { daybook throws in
            let checkpoint = try daybook.write(try daybook.run("log", "checkpoint").output, to: "checkpoint")
            try daybook.run("enqueue", "later")
            #expect(try daybook.run("log", "verify", "--checkpoint", checkpoint).code == 0)
            let other = "\(daybook.folder)/other"
            try daybook.run(
                "enqueue", "--stdin", "--data", other, input: String(repeating: "{\"name\":\"n\"}\n", count: 40))
            let ended = try daybook.run("log", "verify", "--checkpoint", checkpoint, "--data", other)
            #expect(ended.code == 1)
            #expect(ended.output.contains("another store"))
            for name in ["/dev/stdin", "-"] {
                let lines = try String(decoding: daybook.contents(of: checkpoint), as: UTF8.self)
                let piped = try daybook.run("log", "verify", "--checkpoint", name, input: lines)
                #expect(piped.code == 0, "\(piped.error)")
                let foreign = try daybook.run("log", "verify", "--checkpoint", name, "--data", other, input: lines)
                #expect(foreign.code == 1)
            }
            let noCheckpoint = try daybook.write("{}", to: "none")
            #expect(try daybook.run("log", "verify", "--checkpoint", noCheckpoint).code == 2)
        }
    }

    @Test func `an export can be replayed without its store`() throws {
        try withStore { daybook throws in
            let file = try daybook.write(try daybook.run("log", "export").output, to: "export.jsonl")
            let live = try daybook.run("state", "--canonical")
            #expect(
                try daybook.run("replay", file, "--canonical", "--data", "/nowhere").outputBytes == live.outputBytes)
            #expect(try daybook.run("replay", file, "--at", "3").lines.first?.contains(#""seq":3"#) == true)
            // What was made for it is gone again.
            let listing = try ChildProcess("/bin/ls", [bytes(daybook.folder)], environment: [:]).finish()
            #expect(listing.lines == ["export.jsonl", "store"])
        }
    }

    @Test func `a job is shown with all that happened to it, even when it is deleted`() throws {
        try withStore { daybook throws in
            let shown = try daybook.run("jobs", "show", "5").output
            for text in ["cancelled", "person:ada", #"{"i":3}"#, "queue q1"] {
                #expect(shown.contains(text), "\(text)")
            }
            try daybook.run("jobs", "delete", "5")
            let deleted = try daybook.run("jobs", "show", "5", "--json").output
            #expect(deleted.contains(#""deleted":true"#))
            for kind in ["created", "cancelled", "purged"] { #expect(deleted.contains("\"kind\":\"\(kind)\"")) }
            #expect(try daybook.run("jobs", "show", "1").code == 1)
            #expect(try daybook.run("jobs", "show", "999").code == 1)
        }
    }
}
