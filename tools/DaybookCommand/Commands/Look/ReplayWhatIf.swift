import DaybookLog
import DaybookModel

/// The recorded load under another policy, beside what was.
enum ReplayWhatIf {
    private static let fileBytesMax = 1 << 20

    static func policy(_ path: String) throws -> WhatIf {
        let bytes = try Files.contents(path, bytesMax: fileBytesMax)
        do throws(LogError) {
            return try WhatIf(json: bytes)
        } catch {
            throw Failure.wrongCall("\(Files.name(path)): \(error.description)")
        }
    }

    static func run(_ policy: WhatIf, seed: UInt64, _ store: CommandStore, _ context: CommandContext) throws {
        let report = try store.whatIf(policy, seed: seed, context)
        guard !context.isJSON else {
            var json = JSONWriter()
            report.write(to: &json)
            return try context.output.line(json.bytes)
        }
        for line in report.summary { try context.output.line(line) }
        var table = TablePrinter(columns)
        for row in report.rows {
            table.row(cells(row, "was", row.recorded))
            table.row(cells(row, "would be", row.simulated))
        }
        for line in table.lines(context.terminal) { try context.output.line(line) }
    }

    private static let columns: [TablePrinter.Column] = [
        .init("QUEUE", gives: true), .init("NAME", gives: true), .init(""), .init("JOBS", .right),
        .init("RUNS", .right),
        .init("SUCCEEDED", .right), .init("FAILED", .right), .init("CANCELLED", .right), .init("UNFINISHED", .right),
        .init("WAIT 50%", .right), .init("90%", .right), .init("99%", .right), .init("MOST", .right),
        .init("AN HOUR", .right),
    ]

    private static func cells(
        _ row: WhatIfReport.Row, _ which: String, _ measures: WhatIfReport.Measures
    ) -> [TablePrinter.Cell] {
        let waits = [measures.waitHalf, measures.wait90, measures.wait99, measures.waitMost].map {
            TablePrinter.Cell(seconds($0))
        }
        let numbers = [
            measures.jobs, measures.runs, measures.succeeded, measures.failed, measures.cancelled, measures.unfinished,
        ].map { TablePrinter.Cell("\($0)") }
        return [TablePrinter.Cell(row.queue ?? "all"), TablePrinter.Cell(row.name ?? "all"), TablePrinter.Cell(which)]
            + numbers + waits + [TablePrinter.Cell(thousandths(measures.succeededPerHourThousandths))]
    }

    private static func seconds(_ microseconds: Int64) -> String { thousandths(microseconds / 1_000) + "s" }

    private static func thousandths(_ number: Int64) -> String {
        let rest = "\(number % 1_000)"
        return "\(number / 1_000)." + String(repeating: "0", count: 3 - rest.count) + rest
    }
}

extension WhatIfReport {
    fileprivate var summary: [String] {
        var lines = ["events 1 to \(last), from \(from.forPeople) to \(to.forPeople), seed \(seed)"]
        if drawnRuns > 0 { lines.append("\(drawnRuns) runs were never recorded: drawn from those of the same name") }
        if refused > 0 { lines.append("\(refused) jobs were refused this time") }
        return lines
    }

    fileprivate func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("seq", last)
            json.field("from", from)
            json.field("to", to)
            json.field("seed", seed)
            json.field("drawnRuns", drawnRuns)
            json.field("refused", refused)
            json.key("rows")
            json.array { json in
                for row in rows {
                    json.object { json in
                        json.field("queue", row.queue)
                        json.field("name", row.name)
                        json.key("recorded")
                        row.recorded.write(to: &json)
                        json.key("simulated")
                        row.simulated.write(to: &json)
                    }
                }
            }
        }
    }
}

extension WhatIfReport.Measures {
    fileprivate func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("jobs", jobs)
            json.field("runs", runs)
            json.field("failedRuns", failedRuns)
            json.field("succeeded", succeeded)
            json.field("failed", failed)
            json.field("cancelled", cancelled)
            json.field("unfinished", unfinished)
            json.key("waitMicroseconds")
            json.object { json in
                json.field("p50", waitHalf)
                json.field("p90", wait90)
                json.field("p99", wait99)
                json.field("most", waitMost)
            }
            json.field("tookMicroseconds", took)
            json.field("succeededPerHourThousandths", succeededPerHourThousandths)
        }
    }
}
