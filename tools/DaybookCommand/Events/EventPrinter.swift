import DaybookLog
import DaybookModel

/// Shows events as they come: lines of JSON as an export has them but for what is secret, or rows for people whose
/// columns keep their width.
struct EventPrinter {
    private let store: CommandStore
    private let context: CommandContext
    private var secrets: SecretsOfJobs
    /// Of what was printed so far.
    private var widths: [Int] = []

    init(_ store: CommandStore, _ context: CommandContext) {
        self.store = store
        secrets = SecretsOfJobs()
        self.context = context
    }

    /// Prints them and flushes.
    mutating func print(_ events: [EventRecord]) throws {
        guard !events.isEmpty else { return }
        if context.isJSON {
            try store.shownLines(of: events, &secrets) { try context.output.line($0) }
        } else {
            var rows = TablePrinter(EventRecord.columns)
            for event in events { rows.row(event.cells) }
            rows.widthsMin = widths
            let lines = rows.lines(context.terminal)
            // The titles stand above the first rows alone.
            for line in widths.isEmpty ? lines[...] : lines.dropFirst() { try context.output.line(line) }
            widths = rows.widths(context.terminal)
        }
        try context.output.flush()
    }
}
