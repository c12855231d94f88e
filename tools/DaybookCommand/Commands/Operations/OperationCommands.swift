import Daybook
import DaybookLog
import DaybookModel

/// Actions on many jobs at once, which dashboards make: to look at, and to take back.
enum OperationCommands {
    private static let operation = Positional("ID", .sequence)
    private static let limit = Option("--limit", ValueKind<Int>.number(in: 1...10_000), "how many (50)")
    private static let columns: [TablePrinter.Column] = [
        .init("ID", .right), .init("STATE"), .init("DONE", .right), .init("OF", .right), .init("WHO"), .init("SINCE"),
        .init("WHAT", gives: true),
    ]

    static let list = CommandDescription(
        "operations list", "actions on many jobs at once, the newest first", options: [limit.description]
    ) { call, context in
        let store = try CommandStore.reading(context)
        defer { store.close() }
        let (found, _) = try store.storage.operations(below: nil, limit: try call.value(limit) ?? 50)
        if context.isJSON {
            for one in found {
                var json = JSONWriter()
                json.object { one.write(to: &$0) }
                try context.output.line(json.bytes)
            }
        } else if found.isEmpty {
            try context.output.line("no operations")
        } else {
            var table = TablePrinter(columns)
            for one in found {
                table.row([
                    .init("\(one.job.id)"), .init(one.job.state.name), .init(one.totals.map { "\($0.done)" } ?? ""),
                    .init(one.totals.map { "\($0.matched)" } ?? ""), .init(one.actor.person ?? one.actor.description),
                    .init(one.job.since.forPeople), .init(one.title),
                ])
            }
            for line in table.lines(context.terminal) { try context.output.line(line) }
        }
    }

    static let undo = CommandDescription(
        "operations undo", "take back what an operation did, of jobs to which nothing has happened since",
        discussion: ["Those that were cancelled or rescheduled go back to where they stood; others are refused."],
        positionals: [operation.description], options: [ManyJobs.actor.description, ManyJobs.reason.description]
    ) { call, context in
        guard let id = try call.value(operation) else { return }
        let store = try CommandStore.changing(context)
        let person = try call.value(ManyJobs.actor) ?? store.person.person
        store.close()
        let wish = Operation(undoing: id, reason: try call.value(ManyJobs.reason) ?? "", by: person)
        let engine = try JobEngine.open(context.folder, program: Version.program)
        let done: (SequenceNumber, OperationTotals?) = try ThreadBridge.waitFor {
            do {
                // One that waits, since no dashboard came for it, is done before it is taken back.
                try await engine.performOperations()
                let made = try await engine.start(wish)
                try await engine.performOperations()
                let totals = try await engine.end(of: made, within: .seconds(600))
                try await engine.close()
                return (made, totals)
            } catch {
                try? await engine.close()
                throw error
            }
        }
        guard let totals = done.1 else {
            throw Failure.no("Operation \(done.0) has not ended; `daybook operations list` tells how it stands.")
        }
        try context.print { json in
            json.object { json in
                json.field("operation", done.0)
                totals.write(to: &json)
            }
        } text: {
            ["took back \(totals.done) of \(totals.matched)"]
                + totals.refused.sorted { $0.key < $1.key }.map { "  \($0.value) not: \($0.key)" }
        }
        if totals.done < totals.matched { throw Failure(.no, nil) }
    }
}

extension OperationStatus {
    fileprivate func write(to json: inout JSONWriter) {
        json.field("operation", job.id.rawValue)
        json.field("action", operation.action.rawValue)
        json.field("undoes", operation.undoes)
        json.field("title", title)
        json.field("state", job.state.name)
        json.field("actor", actor.description)
        json.field("created", job.created)
        totals?.write(to: &json)
    }
}

extension OperationTotals {
    fileprivate func write(to json: inout JSONWriter) {
        json.field("matched", matched)
        json.field("done", done)
        json.key("refused")
        json.object { json in for (why, count) in refused.sorted(by: { $0.key < $1.key }) { json.field(why, count) } }
    }
}
