import Foundation
import Testing

@Suite struct `daybook log verify FILE` {
    private func withExports(_ body: (Daybook, _ redacted: String) throws -> Void) throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let lines = (0..<100).map { #"{"name":"n\#($0 % 5)","args":{"secret":\#($0)}}"# }.joined(separator: "\n")
            try daybook.run("enqueue", "--stdin", input: lines)
            try body(daybook, try daybook.run("log", "export", "--redacted").output)
        }
    }

    /// What the verification of a file with these lines says. There is no store where it looks.
    private func verify(_ daybook: Daybook, _ export: String, _ more: String...) throws -> Ended {
        let file = try daybook.write(export, to: "export.jsonl")
        return try daybook.start(["log", "verify", file] + more + ["--data", daybook.folder + "/none"]).finish()
    }

    @Test func `takes whole and redacted exports, from a file and from standard input`() throws {
        try withExports { daybook, redacted throws in
            let good = try verify(daybook, redacted)
            #expect(good.code == 0 && good.output.hasPrefix("good: events 1 to 101 in "), "\(good)")
            #expect(good.output.contains("100 payloads withheld") && !redacted.contains("secret"))
            let whole = try verify(daybook, try daybook.run("log", "export").output)
            #expect(whole.code == 0 && whole.output.contains("all payloads there"), "\(whole)")
            let piped = try daybook.run("log", "verify", "-", input: redacted)
            #expect(piped.code == 0 && piped.output == good.output)
        }
    }

    @Test func `names the line and the event that is changed, missing, moved or cut off`() throws {
        try withExports { daybook, redacted throws in
            let lines = redacted.split(separator: "\n").map(String.init)
            func damage(_ lines: [String]) throws -> String {
                let ended = try verify(daybook, lines.joined(separator: "\n") + "\n")
                #expect(ended.code == 1 && ended.output.hasPrefix("damaged: 1 finding"), "\(ended)")
                return ended.output
            }
            var changed = lines
            changed[56] = changed[56].replacing("\"name\":\"n0\"", with: "\"name\":\"n1\"")
            try #require(changed[56] != lines[56])
            #expect(try damage(changed).contains("Line 57, event 57: its hash is "))
            #expect(try damage(Array(lines[..<30] + lines[31...])).contains("Line 31, event 32: event 31 is missing"))
            #expect(try damage(Array(lines[1...])).contains("the beginning of the log is missing"))
            #expect(try damage(lines.dropLast()).contains("in the middle of the commit that ends with event 101"))
            var moved = lines
            moved.swapAt(40, 41)
            #expect(try damage(moved).contains("Line 41, event 42"))
            var sealed = lines
            let place = try #require(sealed[100].range(of: "\"ledgers\":\""))
            let digit = sealed[100][place.upperBound]
            let end = sealed[100].index(after: place.upperBound)
            sealed[100].replaceSubrange(place.upperBound..<end, with: digit == "0" ? "1" : "0")
            #expect(try damage(sealed).contains("Line 101, event 101: its head is "))
            #expect(try damage([String(lines[0].dropLast(9))]).contains("Line 1"))
        }
    }

    @Test func `holds an export against checkpoints`() throws {
        try withExports { daybook, redacted throws in
            let checkpoint = daybook.folder + "/checkpoint"
            try daybook.run("log", "checkpoint", "--out", checkpoint)
            #expect(try verify(daybook, redacted, "--checkpoint", checkpoint).code == 0)
            try daybook.run("enqueue", "more")
            let longer = try daybook.run("log", "export", "--redacted").output
            #expect(try verify(daybook, longer, "--checkpoint", checkpoint).code == 0)
            let later = daybook.folder + "/later"
            try daybook.run("log", "checkpoint", "--out", later)
            let cut = try verify(daybook, redacted, "--checkpoint", later)
            #expect(cut.code == 1 && cut.output.contains("tail is cut off: it ends with event 101"), "\(cut)")
            let other = daybook.folder + "/other"
            #expect(try daybook.start(["init", "--data", other]).finish().code == 0)
            let stranger = try daybook.start(["log", "export", "--data", other]).finish().output
            let strange = try verify(daybook, stranger, "--checkpoint", checkpoint)
            #expect(strange.code == 1 && strange.output.contains("another store's"), "\(strange)")
        }
    }

    @Test func `refuses calls that make no sense`() throws {
        try withExports { daybook, redacted throws in
            for option in ["--full", "--read-only"] {
                let ended = try verify(daybook, redacted, option)
                #expect(ended.code == 2 && ended.error.contains("leave out FILE"), "\(ended)")
            }
            #expect(try daybook.run("log", "verify", daybook.folder + "/nothing").code == 2)
            #expect(try daybook.run("log", "verify", daybook.folder).code == 2)
            #expect(try daybook.run("log", "verify", "-", "--checkpoint", "-", input: redacted).code == 2)
        }
    }
}
