import Testing

@testable import DaybookModel

@Suite struct `A display name` {
    @Test(arguments: [
        ("Invoice", "{}", "Invoice"),
        ("Invoice {number}", #"{"number":7,"to":"ann"}"#, "Invoice 7"),
        ("{0} to {1}", #"["Invoice",42]"#, "Invoice to 42"),
        ("{to}: {0}", #"{"a":{"b":[1, 2]},"to":"Zoë \"Z\" \u00e9"}"#, #"Zoë "Z" é: {"b":[1, 2]}"#),
        ("only {0}", #""text""#, "only text"),
        ("{list}", #"{"list":["a,b",{"c":"]"}]}"#, #"["a,b",{"c":"]"}]"#),
        ("{1}", #"["a,]b", "c"]"#, "c"),
    ])
    func `quotes the arguments that it names`(_ pattern: String, _ arguments: String, _ shown: String) {
        #expect(DisplayName.text(pattern, arguments: Array(arguments.utf8)) == shown)
    }

    @Test(arguments: [
        ("Invoice {number}", "{}", "Invoice {number}"),
        ("Invoice {number}", "not JSON", "Invoice {number}"),
        ("Invoice {9}", "[1]", "Invoice {9}"),
        ("Invoice {-1} {", "[1]", "Invoice {-1} {"),
        ("Invoice {}", "[1]", "Invoice {}"),
        ("{a}{b}", #"{"a":"{b}","b":1}"#, "{b}1"),
    ])
    func `shows what it cannot quote as it is, and quotes nothing twice`(
        _ pattern: String, _ arguments: String, _ shown: String
    ) {
        #expect(DisplayName.text(pattern, arguments: Array(arguments.utf8)) == shown)
    }

    @Test func `moves no cursor and turns no writing, whatever it is given`() {
        let shown = DisplayName.text(
            "a\u{1B}[2J{x}\n\u{202E}b", arguments: Array(#"{"x":"\u001b\r\u2028"}"#.utf8))
        #expect(shown == "a\u{FFFD}[2J\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}b")
    }

    @Test func `is short, whatever it is given`() {
        let long = String(repeating: "é", count: 5_000)
        #expect(DisplayName.text("{0}", arguments: Array("[\"\(long)\"]".utf8)).count == 81)
        #expect(DisplayName.text(long, arguments: []).count == 201)
        let marks = "e" + String(repeating: "\u{301}", count: 100_000)
        #expect(DisplayName.text("{0}", arguments: Array("[\"\(marks)\"]".utf8)).utf8.count < 50)
    }
}
