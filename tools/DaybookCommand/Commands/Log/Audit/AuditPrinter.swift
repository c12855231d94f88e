import DaybookLog
import DaybookModel

/// Shows an audit as it is found, so that a large one is never in memory whole.
struct AuditPrinter {
    private let format: AuditLog.Format
    private let context: CommandContext
    private var waiting: [AuditEntry] = []
    private var widths: [Int] = []

    /// Rows of a table that are laid out together.
    private static let rowsAtOnce = 500

    init(_ format: AuditLog.Format, _ context: CommandContext) {
        self.format = format
        self.context = context
    }

    func begin() throws {
        guard format == .csv else { return }
        try context.output.write(CSVLine.text(AuditEntry.columns.map(\.name)).utf8)
    }

    mutating func add(_ entry: AuditEntry) throws {
        switch format {
        case .csv: try context.output.write(CSVLine.text(AuditEntry.columns.map { $0.text(entry) ?? "" }).utf8)
        case .jsonl: try context.output.line(entry.json)
        case .table, .dot:
            waiting.append(entry)
            if waiting.count == AuditPrinter.rowsAtOnce { try printRows() }
        }
    }

    mutating func end() throws {
        if format == .table, !waiting.isEmpty || widths.isEmpty { try printRows() }
    }

    private mutating func printRows() throws {
        var rows = TablePrinter([
            .init("SEQ", .right), .init("TIME"), .init("EVENT"), .init("JOB", .right), .init("ACTOR"), .init("RUN BY"),
            .init("PROGRAM"), .init("DETAIL", gives: true),
        ])
        for entry in waiting { rows.row(entry.cells) }
        rows.widthsMin = widths
        let lines = rows.lines(context.terminal)
        for line in widths.isEmpty ? lines[...] : lines.dropFirst() { try context.output.line(line) }
        widths = rows.widths(context.terminal)
        waiting.removeAll(keepingCapacity: true)
    }
}

extension AuditEntry {
    /// A column of CSV and a key of JSON Lines. Numbers stand without quotes in JSON.
    fileprivate struct Column {
        let name: String
        let isNumber: Bool
        let text: (AuditEntry) -> String?

        init(_ name: String, isNumber: Bool = false, _ text: @escaping (AuditEntry) -> String?) {
            self.name = name
            self.isNumber = isNumber
            self.text = text
        }
    }

    fileprivate static var columns: [Column] {
        func number(_ value: some BinaryInteger) -> String? { value == 0 ? nil : "\(value)" }
        func filled(_ text: String?) -> String? { text?.isEmpty == false ? text : nil }
        return [
            Column("seq", isNumber: true) { "\($0.event.sequence)" },
            Column("time") { $0.event.time.iso8601(fraction: .six) },
            Column("kind") { $0.record.kindName },
            Column("job", isNumber: true) { number($0.event.event.job) },
            Column("name") { $0.jobName },
            Column("queue") { $0.queue },
            Column("tenant") { $0.tenant },
            Column("attempt", isNumber: true) { number($0.event.attempt) },
            Column("actor") { $0.event.actor.description },
            Column("process", isNumber: true) { number($0.event.actor.process) },
            Column("user") { filled($0.witness?.user) },
            Column("host") { filled($0.witness?.host) },
            Column("program") { filled($0.witness?.program) },
            Column("cause", isNumber: true) { number($0.event.event.cause) },
            Column("reason") { filled($0.event.reason) },
            Column("detail") { filled($0.event.event.body.detail) },
        ]
    }

    fileprivate var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            for column in AuditEntry.columns {
                guard let text = column.text(self) else { continue }
                json.key(column.name)
                if column.isNumber { json.raw(text.utf8) } else { json.value(text) }
            }
        }
        return json.bytes
    }

    fileprivate var record: EventRecord { EventRecord(sequence: event.sequence, event: event.event) }

    fileprivate var cells: [TablePrinter.Cell] {
        let cells = record.cells
        let by = witness.map { $0.host.isEmpty ? $0.user : "\($0.user)@\($0.host)" } ?? ""
        return [cells[0], cells[1], cells[2], cells[3], cells[5], .init(by), .init(witness?.program ?? ""), cells[6]]
    }
}
