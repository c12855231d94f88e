import DaybookLog
import DaybookModel

extension LedgerChanges {
    func lines(_ from: LedgerDump.Heading, _ to: LedgerDump.Heading, _ terminal: Terminal) -> [String] {
        guard hasAny else { return ["nothing changed between event \(from.sequence) and event \(to.sequence)"] }
        var lines: [String] = []
        if !moves.isEmpty {
            var table = TablePrinter([
                .init("QUEUE"), .init("NAME", gives: true), .init("BEFORE"), .init("AFTER"), .init("JOBS", .right),
            ])
            for (move, jobs) in moves {
                table.row([
                    .init(move.queue), .init(move.name), .init(move.before?.name ?? "-", move.before?.colour),
                    .init(move.after?.name ?? "-", move.after?.colour), "\(jobs)",
                ])
            }
            lines += table.lines(terminal)
        }
        lines += queues.map { "queue \($0.name): \($0.isPaused ? "paused" : "resumed")" }
        lines += others.map { table, rows in
            "\(table.name): \(rows.added) new, \(rows.changed) changed, \(rows.removed) gone"
        }
        return lines.isEmpty ? ["nothing but rows of other ledgers changed; --rows shows them"] : lines
    }

    func write(to json: inout JSONWriter, _ from: LedgerDump.Heading, _ to: LedgerDump.Heading) {
        json.object { json in
            json.field("changed", hasAny)
            json.field("from", from.sequence)
            json.field("to", to.sequence)
            json.key("jobs")
            json.array { json in
                for (move, jobs) in moves {
                    json.object { json in
                        json.field("queue", move.queue)
                        json.field("name", move.name)
                        json.field("before", orNull: move.before?.name)
                        json.field("after", orNull: move.after?.name)
                        json.field("jobs", jobs)
                    }
                }
            }
            json.key("queues")
            json.array { json in
                for queue in queues {
                    json.object { json in
                        json.field("queue", queue.name)
                        json.field("paused", queue.isPaused)
                    }
                }
            }
            for (table, rows) in others {
                json.key(table.name)
                json.object { json in
                    json.field("added", rows.added)
                    json.field("changed", rows.changed)
                    json.field("removed", rows.removed)
                }
            }
        }
    }
}

extension JSONWriter {
    /// A text, or `null` in its place.
    fileprivate mutating func field(_ name: String, orNull text: String?) {
        key(name)
        if let text { value(text) } else { null() }
    }
}
