import DaybookModel
import Foundation
import Testing

@Suite("Reading cron expressions")
struct CronParsingTests {
    @Test(arguments: [
        ("61 * * * *", #"minute: "61" is not a value (0 to 59) in "61"; it allows 0 to 59 and * , - / ?"#),
        ("*/0 * * * *", #"minute: "0" is not a step (1 to 59) in "*/0"; it allows 0 to 59 and * , - / ?"#),
        ("0 9- * * *", #"hour: a value is missing in "9-"; it allows 0 to 23 and * , - / ?"#),
        (
            "0 0 0 * *",
            #"day-of-month: "0" is not a value (1 to 31) in "0"; "#
                + "it allows 1 to 31 and * , - / ?, or one of L, L-n, LW, L-nW, nW alone"
        ),
        (
            "0 0 * JANUARY *",
            #"month: unexpected "UARY" in "JANUARY"; it allows 1 to 12, JAN to DEC and * , - / ?"#
        ),
        (
            "0 0 * * MON#9",
            #"day-of-week: "9" is not the number after # (1 to 5) in "MON#9"; it allows 0 to 7, SUN to SAT "#
                + "(0 and 7 are Sunday) and * , - / ?, or one of n#1 to n#5, nL alone"
        ),
        (
            "* * * *",
            "day-of-week is missing: a cron expression has five fields "
                + "(minute, hour, day-of-month, month, day-of-week) or six (second first); found 4 fields"
        ),
        (
            "* * * * * * *",
            "a cron expression has five fields (minute, hour, day-of-month, month, day-of-week) "
                + "or six (second first); found 7 fields"
        ),
        (
            "@fortnightly",
            #""@fortnightly" is not a macro; there are @annually, @daily, @every_minute, @every_second, @hourly, "#
                + "@midnight, @monthly, @weekly, @yearly"
        ),
        ("@daily 5", #"nothing may follow a macro such as "@daily""#),
    ])
    func `a mistake is named with what is allowed`(_ text: String, _ message: String) {
        let error = #expect(throws: CronSyntaxError.self) { try CronExpression(text) }
        #expect(error?.description == message)
    }

    @Test(arguments: [
        "", " ", "\t\n", "@", "@@daily", "@DAIL\u{130}", "@wee\u{212A}ly", "* * * * *\u{A0}", "* *\n* * *",
    ])
    func `what only looks like an expression is refused`(_ text: String) {
        #expect(throws: CronSyntaxError.self) { try CronExpression(text) }
    }

    @Test func `an error shows a hostile text cut and without control characters`() {
        let error = #expect(throws: CronSyntaxError.self) {
            try CronExpression("\u{1B}[2J\u{7}\r" + String(repeating: "x", count: 100) + " * * * *")
        }
        let message = error?.description ?? ""
        #expect(message.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F })
        #expect(message.utf8.count < 250)
    }

    @Test func `an expression has a length limit`() throws {
        let padding = String(repeating: " ", count: CronExpression.longestSource - 9)
        #expect(try CronExpression("* * * * *" + padding).canonical == "* * * * *")
        let error = #expect(throws: CronSyntaxError.self) { try CronExpression("* * * * * " + padding) }
        #expect(error?.description.contains("1024 bytes") == true)
    }

    @Test func `every value of every field may be written out`() throws {
        func list(_ range: ClosedRange<Int>) -> String { range.map(String.init).joined(separator: ",") }
        let text = [list(0...59), list(0...59), list(0...23), list(1...31), list(1...12), list(0...7)]
            .joined(separator: " ")
        #expect(try CronExpression(text).next(after: .epoch) == Instant(microseconds: 1_000_000))
    }

    @Test func `the source text is kept and decides what is equal`() throws {
        let one = try CronExpression(" 0 9 * * MON ")
        let other = try CronExpression("0 9 * * 1")
        #expect(one.source == " 0 9 * * MON ")
        #expect(one != other)
        #expect(one.canonical == other.canonical)
        #expect(Set([one, other, one]).count == 2)
    }

    @Test func `an expression is coded as its text`() throws {
        let expression = try CronExpression("*/5 * * * MON")
        let data = try JSONEncoder().encode([expression])
        #expect(String(decoding: data, as: UTF8.self) == #"["*\/5 * * * MON"]"#)
        #expect(try JSONDecoder().decode([CronExpression].self, from: data) == [expression])
        #expect(throws: (any Error).self) {
            try JSONDecoder().decode([CronExpression].self, from: Data(#"["* *"]"#.utf8))
        }
    }
}
