import Testing

@Suite struct SwiftTextTests {
    struct Example: Sendable, CustomTestStringConvertible {
        let text: String
        let code: String
        var testDescription: String { text.split(separator: "\n").joined(separator: " ⏎ ") }

        init(_ text: String, _ code: String) {
            self.text = text
            self.code = code
        }
    }

    @Test(arguments: [
        Example("a // b", "a     "),
        Example("a /* b /* c */ d */ e", "a                   e"),
        Example(#"a("b" + c)"#, #"a(" " + c)"#),
        Example(#""a\"b" + c"#, #""    " + c"#),
        Example(#""a\(b + "c")d" + e"#, #"" \(b + " ") " + e"#),
        Example(##"#"a"b\(c)"# + d"##, ##"#"       "# + d"##),
        Example(##"#"a\#(b)c"# + d"##, ##"#" \#(b) "# + d"##),
        Example("\"\"\"\n a \"b\" \\(c)\n\"\"\" + d", "\"\"\"\n       \\(c)\n\"\"\" + d"),
        Example("\"open\nlet a = 1", "\"    \nlet a = 1"),
        Example("func `it's {a` () {}", "func `_______` () {}"),
        Example("#if a\n#endif", "#if a\n#endif"),
        Example(##"#/a"{/# + b"##, ##"#/   /# + b"##),
        Example("a / b // c", "a / b     "),
    ])
    func `only code is left`(example: Example) {
        #expect(SwiftText(example.text).code == example.code)
    }

    @Test func `strings stay in the copy that keeps them`() {
        #expect(SwiftText(#"a("b") // c"#).codeAndStrings == #"a("b")     "#)
    }

    @Test(arguments: Checkout.current.files.filter { $0.swift != nil })
    func `positions mean the same in every copy`(file: SourceFile) throws {
        let swift = try #require(file.swift)
        #expect(swift.code.utf8.count == file.text.utf8.count)
        #expect(swift.code.split(separator: "\n", omittingEmptySubsequences: false).count == file.lines.count)
    }
}

extension SourceFile: CustomTestStringConvertible {
    var testDescription: String { path }
}
