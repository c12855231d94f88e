import Testing

@Suite struct SwiftTextTests {
    @Test(arguments: [
        ("a // b", "a     "),
        ("a /* b /* c */ d */ e", "a                   e"),
        (#"a("b" + c)"#, #"a(" " + c)"#),
        (#""a\"b" + c"#, #""    " + c"#),
        (#""a\(b + "c")d" + e"#, #"" \(b + " ") " + e"#),
        (##"#"a"b\(c)"# + d"##, ##"#"       "# + d"##),
        (##"#"a\#(b)c"# + d"##, ##"#" \#(b) "# + d"##),
        ("\"\"\"\n a \"b\" \\(c)\n\"\"\" + d", "\"\"\"\n       \\(c)\n\"\"\" + d"),
        ("\"open\nlet a = 1", "\"    \nlet a = 1"),
        ("func `it's {a` () {}", "func `_______` () {}"),
        ("#if a\n#endif", "#if a\n#endif"),
        (##"#/a"{/# + b"##, ##"#/   /# + b"##),
        ("a / b // c", "a / b     "),
    ])
    func `only code is left`(text: String, code: String) {
        #expect(SwiftText(text).code == code)
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
