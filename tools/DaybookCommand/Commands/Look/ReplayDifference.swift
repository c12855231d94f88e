import DaybookLog
import DaybookModel

/// What changed between two points of the log: how many jobs of which queue and name went from which state to which, or
/// every row that differs.
enum ReplayDifference {
    static func run(
        from start: LogPoint, to end: LogPoint, everyRow: Bool, _ store: CommandStore, _ context: CommandContext
    ) throws {
        let before = try store.replay(to: start.replayPoint(context), limits: .ofTwo, context)
        let after = try store.replay(to: end.replayPoint(context), limits: .ofTwo, context)
        let hasAny: Bool
        if everyRow {
            hasAny = try showRows(before, after, context)
        } else {
            let changes = try LedgerChanges(from: before, to: after)
            try context.print {
                changes.write(to: &$0, before.heading, after.heading)
            } text: {
                changes.lines(before.heading, after.heading, context.terminal)
            }
            hasAny = changes.hasAny
        }
        // Said first: whoever was told nothing is not to take the exit code for an answer.
        try context.output.flush()
        if hasAny { throw Failure(.no, nil) }
    }

    private static func showRows(_ before: Replay, _ after: Replay, _ context: CommandContext) throws -> Bool {
        let beforeText = LedgerRowText(before.ledgers)
        let afterText = LedgerRowText(after.ledgers)
        var count = 0
        try LedgerComparison(after.ledgers, expected: before.ledgers).forEachDifference { difference in
            count += 1
            let old = try difference.expected.map { try text(beforeText, difference, $0) }
            let new = try difference.found.map { try text(afterText, difference, $0) }
            try show(difference.table, old, new, context)
            return true
        }
        return count > 0
    }

    private static func text(_ rows: LedgerRowText, _ difference: LedgerDifference, _ value: [UInt8]) throws -> String {
        try difference.key.withUnsafeBytes { key in
            try value.withUnsafeBytes { try rows.text(difference.table, key, $0) }
        }
    }

    private static func show(_ table: Table, _ old: String?, _ new: String?, _ context: CommandContext) throws {
        if context.isJSON {
            var json = JSONWriter()
            json.object { json in
                json.field("table", table.name)
                json.key("before")
                if let old { json.raw(old.utf8) } else { json.null() }
                json.key("after")
                if let new { json.raw(new.utf8) } else { json.null() }
            }
            return try context.output.line(json.bytes)
        }
        if let old { try context.output.line(context.terminal.paint("- \(old)", .red)) }
        if let new { try context.output.line(context.terminal.paint("+ \(new)", .green)) }
    }
}
