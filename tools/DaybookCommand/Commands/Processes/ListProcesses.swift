import DaybookLog
import DaybookModel

enum ListProcesses {
    static let description = CommandDescription(
        "processes list", "the processes that have the store open, and how many jobs each runs",
        discussion: ["A process that died and whose jobs nobody has taken over yet is shown as dead."]
    ) { _, context in
        let store = try CommandStore.reading(context)
        defer { store.close() }
        let found = try store.otherProcesses().filter { $0.facts != nil }
        if context.isJSON {
            for presence in found { try context.output.line(json(presence)) }
        } else if found.isEmpty {
            try context.output.line("no process but this one has the store open")
        } else {
            for line in table(found).lines(context.terminal) { try context.output.line(line) }
        }
    }

    private static func json(_ presence: FoundPresence) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            presence.facts?.write(to: &json)
            json.field("alive", presence.isAlive)
            if let report = EngineReport(presence.enginePart), presence.facts?.event ?? 0 > 0 {
                json.field("running", report.started.count)
                json.field("leaseMilliseconds", report.leaseNanoseconds / 1_000_000)
            }
        }
        return json.bytes
    }

    private static func table(_ found: [FoundPresence]) -> TablePrinter {
        var table = TablePrinter([
            .init("PROCESS", .right), .init("PID", .right), .init("STATE"), .init("RUNNING", .right), .init("STARTED"),
            .init("PROGRAM", gives: true),
        ])
        for presence in found {
            guard let facts = presence.facts else { continue }
            let running = EngineReport(presence.enginePart)?.started.count ?? 0
            table.row([
                .init(facts.event > 0 ? "\(facts.event)" : "-"), .init("\(facts.processID)"),
                presence.isAlive ? .init("alive") : .init("dead", .red), .init("\(running)"),
                .init(facts.started.forPeople), .init(facts.program),
            ])
        }
        return table
    }
}
