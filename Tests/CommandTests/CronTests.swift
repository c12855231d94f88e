import Foundation
import Testing

@Suite struct `daybook cron explain` {
    private func explain(_ arguments: String..., input: String = "") throws -> Ended {
        try Daybook.inTemporaryFolder { daybook throws in
            input.isEmpty
                ? try daybook.start(["cron", "explain"] + arguments).finish()
                : try daybook.run("cron", "explain", "--stdin", input: input)
        }
    }

    @Test func `says in a sentence what an expression means`() throws {
        let ended = try explain("*/15 9-17 * * MON-FRI")
        #expect(ended.output == "every 15 minutes, from 09:00 to 17:59, Monday to Friday\n")
        #expect(ended.code == 0)
    }

    @Test func `says it to programs, too`() throws {
        let ended = try explain("@daily", "--json")
        #expect(ended.output == #"{"sentence":"every day at 00:00","canonical":"0 0 * * *"}"# + "\n")
    }

    @Test func `names the field of what is none`() throws {
        let ended = try explain("0 24 * * *")
        #expect(ended.code == 2 && ended.error.contains("hour") && ended.errorLines.count == 1)
        #expect(try explain().code == 2)
        #expect(try explain("@daily", "--stdin").code == 2)
    }

    @Test func `answers each line of standard input, whatever stands in it`() throws {
        let lines = [
            #"{"expr":"@daily"}"#, #"{"expr":"0 24 * * *"}"#, "{}", "what", #"{"expr":"@daily","zone":"UTC"}"#,
        ]
        let ended = try explain(input: lines.joined(separator: "\n"))
        #expect(ended.code == 0 && ended.lines.count == 5, "\(ended)")
        #expect(ended.lines.first == #"{"sentence":"every day at 00:00","canonical":"0 0 * * *"}"#)
        #expect(ended.lines.dropFirst().allSatisfy { $0.hasPrefix(#"{"error":""#) })
        #expect(ended.lines[1].contains("hour") && ended.lines[2].contains("expr is missing"))
    }
}

@Suite struct `daybook cron next` {
    private func next(_ arguments: String...) throws -> Ended {
        try Daybook.inTemporaryFolder { try $0.start(["cron", "next"] + arguments).finish() }
    }

    @Test func `an occurrence is shown with its offset`() throws {
        let ended = try next("30 2 * * *", "--zone", "America/New_York", "--from", "2016-03-13T00:00:00-05:00")
        #expect(ended.output == "2016-03-13T03:00:00-04:00\n")
        #expect(ended.code == 0)
    }

    @Test func `several are a line each`() throws {
        let ended = try next("@daily", "--from", "2026-01-01T00:00:00Z", "--count", "2", "--inclusive")
        #expect(ended.lines == ["2026-01-01T00:00:00+00:00", "2026-01-02T00:00:00+00:00"])
    }

    @Test func `what never comes is none`() throws {
        let ended = try next("0 0 30 2 *")
        #expect(ended.output == "none\n")
        #expect(ended.code == 0)
    }

    @Test func `a bad expression names the field`() throws {
        let ended = try next("0 24 * * *")
        #expect(ended.code == 2)
        #expect(ended.error.contains("hour"))
        #expect(ended.errorLines.count == 1)
    }

    @Test(arguments: [
        ["* * * * *", "--zone", "No/Where"], ["* * * * *", "--zone", "../../etc/passwd"],
        ["* * * * *", "--from", "now"],
        ["* * * * *", "--count", "0"], [""], ["* * * *"], [],
    ])
    func `other mistakes are the caller's, too`(_ arguments: [String]) throws {
        let ended = try Daybook.inTemporaryFolder { try $0.start(["cron", "next"] + arguments).finish() }
        #expect(ended.code == 2)
        #expect(ended.errorLines.count == 1)
    }

    @Test func `as JSON it is one array`() throws {
        #expect(
            try next("@daily", "--from", "2026-01-01T00:00:00Z", "--json").output == "[\"2026-01-02T00:00:00+00:00\"]\n"
        )
        #expect(try next("0 0 30 2 *", "--json").output == "[]\n")
    }

    /// Both tables of known answers, each as one call.
    @Test(arguments: ["cron.txt", "cron-many.txt"])
    func `all known answers are given to questions from standard input`(_ file: String) throws {
        let path = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../DaybookModelTests/Fixtures/" + file)
        let rows = try String(contentsOf: path, encoding: .utf8).components(separatedBy: "\n")
            .filter { !$0.isEmpty && !$0.hasPrefix("#") }
            .map { $0.replacingOccurrences(of: "\\t", with: "\t").components(separatedBy: " | ") }
        var questions = ""
        var answers: [String] = []
        for row in rows {
            var question: [String: Any] = ["expr": row[0]]
            if row[1] == "error" {
                answers.append(row[2])
            } else {
                let from = row[2].components(separatedBy: " ")
                let times = row[3].components(separatedBy: ", ")
                question["zone"] = row[1]
                question["from"] = from[0]
                question["inclusive"] = from.count == 2
                question["count"] = times.count
                answers.append("[" + times.filter { $0 != "none" }.map { "\"\($0)\"" }.joined(separator: ",") + "]")
            }
            questions += String(decoding: try JSONSerialization.data(withJSONObject: question), as: UTF8.self) + "\n"
        }
        let ended = try Daybook.inTemporaryFolder { try $0.run("cron", "next", "--stdin", input: questions) }
        #expect(ended.lines.count == rows.count)
        #expect(rows.count > 200)
        for (row, (line, answer)) in zip(rows, zip(ended.lines, answers)) {
            let isRight = row[1] == "error" ? line.contains("error") && line.contains(answer) : line == answer
            #expect(isRight, "\(row): \(line)")
        }
    }
}
