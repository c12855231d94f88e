internal import Daybook
internal import DaybookModel

/// How a panel looks.
enum PanelParts {
    /// So many rows are on the page of all panels.
    static let rowsAtAGlance = 10

    static func write(
        _ found: Result<PanelContent, PanelProblem>, _ panel: Panel, _ frame: PageFrame, rowsMax: Int = .max,
        _ html: inout Html
    ) {
        switch found {
        case .failure(let problem): html.note(problem.sentence, isBad: true)  // tidy: the words of the program itself
        case .success(let content): write(content, panel, frame, rowsMax, &html)
        }
    }

    private static func write(
        _ content: PanelContent, _ panel: Panel, _ frame: PageFrame, _ rowsMax: Int, _ html: inout Html
    ) {
        var (shown, isCut) = (PanelContent.rowsMax, content.isCut)
        switch content.form {
        case .table(let columns, let rows):
            shown = min(rows.count, rowsMax)
            isCut = isCut || shown < rows.count
            table(panel.title, columns, rows.prefix(rowsMax), frame, &html)
        case .number(let value, let change): number(value, content.unit, change, &html)
        case .series(let points):
            guard !points.isEmpty else { return html.nothing(Texts.nothingToShow) }
            html.element("div", [.class("card chart")]) { html in
                SeriesChart(points, unit: content.unit, title: panel.title).write(to: &html)
            }
        }
        if isCut {
            let isSeries = if case .series = content.form { true } else { false }
            html.element("p", [.class("soft")], isSeries ? Texts.newestShown(shown) : Texts.firstShown(shown))
        }
        if content.eventsBehind > 0 {
            html.element("p", [.class("soft")], Texts.behindBy(content.eventsBehind))
        }
    }

    private static func number(_ value: Double, _ unit: String, _ change: Double?, _ html: inout Html) {
        html.element("p", [.class("figure")]) { html in
            html.element("strong", Texts.decimal(value))
            if !unit.isEmpty { html.element("span", [.class("soft")], " \(unit)") }
            if let change { html.element("span", [.class("soft")], " \(Texts.change(change))") }
        }
    }

    private static func table(
        _ title: String, _ columns: [String], _ rows: ArraySlice<[PanelCell]>, _ frame: PageFrame, _ html: inout Html
    ) {
        guard !rows.isEmpty else { return html.nothing(Texts.nothingToShow) }
        // A column of numbers is one in which nothing else stands.
        let areNumbers = columns.indices.map { index in
            let cells = rows.lazy.map { $0[index] }.filter { $0 != .nothing }
            return !cells.isEmpty && cells.allSatisfy(\.isNumber)
        }
        let heads = zip(columns, areNumbers).map { Html.Column(title: $0, isNumber: $1) }
        html.table(title, heads) { html in
            for row in rows {
                html.row { html in for (cell, isNumber) in zip(row, areNumbers) { write(cell, isNumber, frame, &html) }
                }
            }
        }
    }

    private static func write(_ cell: PanelCell, _ isNumber: Bool, _ frame: PageFrame, _ html: inout Html) {
        html.element("td", [.class(isNumber ? "number" : "wrap")]) { html in
            switch cell {
            case .text(let text): html.text(text)
            case .integer(let number): html.text(Texts.number(number))
            case .number(let number): html.text(Texts.decimal(number))
            case .time(let instant): html.time(instant)
            case .job(let job): html.link(frame.link(["jobs", "\(job.rawValue)"]), Texts.jobNumber(job.rawValue))
            case .nothing: html.text("–")
            }
        }
    }
}

// MARK: As JSON and as a file

extension PanelContent {
    func write(to json: inout JSONWriter) {
        json.field("form", form.name)
        switch form {
        case .table(let columns, let rows):
            json.field("columns", columns)
            json.key("rows")
            json.array { json in
                for row in rows { json.array { json in for cell in row { cell.write(to: &json) } } }
            }
        case .number(let value, let change):
            json.key("value")
            json.value(value)
            if let change {
                json.key("change")
                json.value(change)
            }
        case .series(let points):
            json.list("points", points) { point, json in
                json.field("time", point.time)
                json.key("value")
                json.value(point.value)
            }
        }
        if !unit.isEmpty { json.field("unit", unit) }
        json.field("isCut", isCut)
        json.field("eventsBehind", eventsBehind)
    }

    /// The fields of an object are called differently, whatever the columns are.
    private static func unlike(_ names: [String]) -> [String] {
        var taken = Set(names)
        taken.insert("")
        var seen: Set<String> = [""]
        return names.enumerated().map { index, name in
            guard !seen.insert(name).inserted else { return name }
            var place = index + 1
            while !taken.insert("\(name) (\(place))").inserted { place += 1 }
            return "\(name) (\(place))"
        }
    }

    /// What is shown, as a list of one page.
    func list(_ name: String) -> ExportList {
        let columns: [String]
        let rows: [[ExportCell]]
        switch form {
        case .table(let names, let all):
            columns = PanelContent.unlike(names)
            rows = all.map { $0.map(\.exported) }
        case .number(let value, let change):
            columns = ["value", "unit", "change"]
            rows = [[.fraction(value), .text(unit), .fraction(change)]]
        case .series(let points):
            columns = ["time", "value"]
            rows = points.map { [.time($0.time), .fraction($0.value)] }
        }
        return ExportList(name: name, columns: columns) { _, _ in ExportPage(rows: rows) }
    }
}

extension PanelCell {
    fileprivate func write(to json: inout JSONWriter) {
        switch self {
        case .text(let text): json.value(text)
        case .integer(let number): json.value(number)
        case .number(let number): json.value(number)
        case .time(let instant): json.value(instant)
        case .job(let job): json.value(job.rawValue)
        case .nothing: json.null()
        }
    }

    fileprivate var exported: ExportCell {
        switch self {
        case .text(let text): .text(text)
        case .integer(let number): .count(number)
        case .number(let number): .fraction(number)
        case .time(let instant): .time(instant)
        case .job(let job): .count(job.rawValue)
        case .nothing: .text(nil)
        }
    }
}

extension JSONWriter {
    /// A number; JSON has none that is no number or endless.
    mutating func value(_ number: Double) {
        if number.isFinite { raw("\(number)".utf8) } else { null() }
    }
}
