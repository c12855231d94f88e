import DaybookLog
import DaybookModel

enum ListBatches {
    private static let columns: [TablePrinter.Column] = [
        .init("BATCH", .right), .init("NAME", gives: true), .init("STATE"), .init("JOBS", .right),
        .init("SUCCEEDED", .right), .init("FAILED", .right), .init("CANCELLED", .right), .init("LEFT", .right),
        .init("INSIDE", .right), .init("SINCE"),
    ]

    static let list = CommandDescription("batches list", "batches and how far they are") { _, context in
        let store = try CommandStore.reading(context)
        defer { store.close() }
        let batches = try store.read { try all(in: $0) }
        if context.isJSON {
            for (id, batch) in batches {
                var json = JSONWriter()
                json.object { write(id, batch, to: &$0) }
                try context.output.line(json.bytes)
            }
        } else if batches.isEmpty {
            try context.output.line("no batches yet")
        } else {
            var table = TablePrinter(columns)
            for (id, batch) in batches { table.row(cells(id, batch)) }
            for line in table.lines(context.terminal) { try context.output.line(line) }
        }
    }

    static let show = CommandDescription(
        "batches show", "one batch: how far it is, the batches around and inside it, and which jobs wait for its end",
        positionals: [BatchCommands.batch.description]
    ) { call, context in
        guard let id = try call.value(BatchCommands.batch) else { return }
        let store = try CommandStore.reading(context)
        defer { store.close() }
        let (found, inner, flow) = try store.read { log in
            (try BatchRecord.of(id, in: log), try InnerBatches(of: id, in: log), try JobFlow(id, nil, in: log))
        }
        guard let batch = found else {
            throw Failure.no("There is no batch \(id); `daybook batches list` shows those that there are.")
        }
        try context.print { json in
            json.object { json in
                write(id, batch, to: &json)
                inner.write(to: &json)
                flow.write(to: &json)
            }
        } text: {
            let name = batch.name.isEmpty ? "" : ", \(batch.name)"
            let ended = "\(batch.succeeded) succeeded, \(batch.failed) failed, \(batch.cancelled) cancelled"
            return [
                "batch      \(id)\(name)", "state      \(batch.standing.rawValue) since \(batch.since.forPeople)",
                "jobs       \(batch.jobs): \(ended), \(batch.unfinished) left",
            ] + (batch.outer == 0 ? [] : ["inside     batch \(batch.outer)"]) + inner.lines + flow.lines
        }
    }

    private static func all(in log: any LogSnapshot) throws -> [(SequenceNumber, BatchRecord)] {
        var found: [(SequenceNumber, BatchRecord)] = []
        try RowKey.number(0).withBytes { start in
            try log.scan(.batches, from: start) { key, value in
                if let batch = BatchRecord(value) { found.append((RowKey(key).first, batch)) }
                return true
            }
        }
        return found
    }

    static func write(_ id: SequenceNumber, _ batch: BatchRecord, to json: inout JSONWriter) {
        json.field("batch", id)
        json.field("name", batch.name.isEmpty ? nil : batch.name)
        if batch.outer != 0 { json.field("inBatch", batch.outer) }
        json.field("state", batch.standing.rawValue)
        json.field("jobs", batch.jobs)
        json.field("succeeded", batch.succeeded)
        json.field("failed", batch.failed)
        json.field("cancelled", batch.cancelled)
        json.field("unfinished", batch.unfinished)
        json.field("created", batch.created)
        json.field("since", batch.since)
    }

    private static func cells(_ id: SequenceNumber, _ batch: BatchRecord) -> [TablePrinter.Cell] {
        [
            "\(id)", .init(batch.name), .init(batch.standing.rawValue, batch.standing.jobState.colour),
            "\(batch.jobs)", "\(batch.succeeded)", "\(batch.failed)", "\(batch.cancelled)", "\(batch.unfinished)",
            .init(batch.outer == 0 ? "" : "\(batch.outer)"), .init(batch.since.forPeople),
        ]
    }
}
