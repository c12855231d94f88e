import DaybookLog
import DaybookModel

enum ExportLog {
    static let from = Option("--from", .sequence, "begin with this event (1)")
    static let to = Option("--to", .sequence, "end with this event (the last one)")
    static let canonical = Flag("--canonical", "the same bytes for the same log everywhere; an export always is")
    static let redacted = Flag(
        "--redacted", "digests in place of arguments, results and errors; it can still be verified")

    static let description = CommandDescription(
        "log export", "the log as JSON Lines, an event a line",
        options: [from.description, to.description, canonical.description, redacted.description]
    ) { call, context in
        let first = try call.value(from) ?? 1
        let last = try call.value(to)
        if let last, last < first {
            throw Failure.wrongCall("--to \(last) lies before --from \(first); exchange them.")
        }
        let store = try CommandStore.reading(context)
        defer { store.close() }
        try store.export(from: first, to: last, redacted: call.has(redacted)) { try context.output.write($0) }
    }
}
