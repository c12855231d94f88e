/// Rows in columns for people: aligned, never wider than the terminal, coloured where that helps.
struct TablePrinter {
    struct Column {
        enum Alignment { case left, right }

        let title: String
        let alignment: Alignment
        /// The column that is cut when the terminal is too narrow.
        let gives: Bool

        init(_ title: String, _ alignment: Alignment = .left, gives: Bool = false) {
            self.title = title
            self.alignment = alignment
            self.gives = gives
        }
    }

    struct Cell: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
        let text: String
        let colour: Colour?

        init(_ text: String, _ colour: Colour? = nil) {
            self.text = StandardError.printable(text)
            self.colour = colour
        }

        init(stringLiteral text: String) { self.init(text) }
    }

    let columns: [Column]
    private(set) var rows: [[Cell]] = []
    /// For rows that follow others under the same titles.
    var widthsMin: [Int] = []
    private static let gap = "  "
    private static let narrowest = 8

    init(_ columns: [Column]) {
        self.columns = columns
    }

    mutating func row(_ cells: [Cell]) {
        precondition(cells.count == columns.count)
        rows.append(cells)
    }

    func lines(_ terminal: Terminal) -> [String] {
        let widths = widths(terminal)
        let title = line(columns.map { Cell($0.title, .grey) }, widths, terminal)
        return [title] + rows.map { line($0, widths, terminal) }
    }

    func widths(_ terminal: Terminal) -> [Int] {
        var widths = widthsMin.isEmpty ? columns.map { TextWidth.of($0.title) } : widthsMin
        for row in rows {
            for (index, cell) in row.enumerated() { widths[index] = max(widths[index], TextWidth.of(cell.text)) }
        }
        guard let width = terminal.width, let giving = columns.firstIndex(where: \.gives) else { return widths }
        let excess = widths.reduce(0, +) + TablePrinter.gap.count * (columns.count - 1) - width
        if excess > 0 { widths[giving] = max(min(TablePrinter.narrowest, widths[giving]), widths[giving] - excess) }
        return widths
    }

    private func line(_ cells: [Cell], _ widths: [Int], _ terminal: Terminal) -> String {
        var line = ""
        for (index, cell) in cells.enumerated() {
            let isLast = index == cells.count - 1
            let text = TextWidth.cut(cell.text, to: widths[index])
            let space = String(repeating: " ", count: widths[index] - TextWidth.of(text))
            let painted = terminal.paint(text, cell.colour)
            switch columns[index].alignment {
            case .right: line += space + painted
            // No blanks at the end of a line.
            case .left: line += painted + (isLast ? "" : space)
            }
            if !isLast { line += TablePrinter.gap }
        }
        while line.last == " " { line.removeLast() }
        return line
    }
}

extension Terminal {
    func paint(_ text: String, _ colour: Colour?) -> String {
        guard hasColour, let colour, !text.isEmpty else { return text }
        return "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m"
    }
}
