import Testing

@testable import DaybookCommand

@Suite struct `Tables for people` {
    private func table() -> TablePrinter {
        var table = TablePrinter([.init("ID", .right), .init("NAME", gives: true), .init("STATE")])
        table.row(["7", "send-a-rather-long-mail", TablePrinter.Cell("failed", .red)])
        table.row(["1234", "x", "enqueued"])
        return table
    }

    @Test func `columns are aligned and lines end without blanks`() {
        #expect(
            table().lines(.none) == [
                "  ID  NAME                     STATE",
                "   7  send-a-rather-long-mail  failed",
                "1234  x                        enqueued",
            ])
    }

    @Test func `the column that gives is cut to the terminal's width`() {
        let lines = table().lines(Terminal(width: 30, hasColour: false))
        #expect(lines[1] == "   7  send-a-rather…  failed")
        #expect(lines.allSatisfy { TextWidth.of($0) <= 30 })
    }

    @Test func `colour is there only if it is welcome and takes no room`() {
        let lines = table().lines(Terminal(width: 80, hasColour: true))
        #expect(lines[1].hasSuffix("\u{1B}[31mfailed\u{1B}[0m"))
        #expect(!table().lines(.none).joined().contains("\u{1B}"))
    }

    @Test func `what a stranger put into a name moves no cursor`() {
        #expect(TablePrinter.Cell("a\u{1B}[2Jb\nc").text == "a\\u{1B}[2Jb\\nc")
    }

    @Test func `wide and combining characters are counted as they are shown`() {
        #expect(TextWidth.of("日本") == 4)
        #expect(TextWidth.of("e\u{301}") == 1)
        #expect(TextWidth.cut("日本語テキスト", to: 6) == "日本…")
    }
}
