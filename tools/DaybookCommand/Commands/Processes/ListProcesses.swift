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
            for presence in found { try context.output.line(json(presence, try store.standing(of: presence))) }
        } else if found.isEmpty {
            try context.output.line("no process but this one has the store open")
        } else {
            for line in try table(found, store).lines(context.terminal) { try context.output.line(line) }
        }
    }

    private static func json(_ presence: FoundPresence, _ standing: ProcessRecord.Standing?) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            presence.facts?.write(to: &json)
            json.field("alive", presence.isAlive)
            json.field("state", presence.state(standing))
            if let report = EngineReport(presence.enginePart), presence.facts?.event ?? 0 > 0 {
                json.field("running", report.started.count)
                json.field("leaseMilliseconds", report.leaseNanoseconds / 1_000_000)
            }
        }
        return json.bytes
    }

    private static func table(_ found: [FoundPresence], _ store: CommandStore) throws -> TablePrinter {
        var table = TablePrinter([
            .init("PROCESS", .right), .init("PID", .right), .init("STATE"), .init("RUNNING", .right), .init("STARTED"),
            .init("PROGRAM", gives: true),
        ])
        for presence in found {
            guard let facts = presence.facts else { continue }
            let running = EngineReport(presence.enginePart)?.started.count ?? 0
            let state = presence.state(try store.standing(of: presence))
            table.row([
                .init(facts.event > 0 ? "\(facts.event)" : "-"), .init("\(facts.processID)"),
                .init(state, presence.isAlive ? (state == "alive" ? nil : .yellow) : .red), .init("\(running)"),
                .init(facts.started.forPeople), .init(facts.program),
            ])
        }
        return table
    }
}

extension CommandStore {
    /// What the ledgers say of a process; nil for one without an engine.
    fileprivate func standing(of presence: FoundPresence) throws -> ProcessRecord.Standing? {
        guard let event = presence.facts?.event, event > 0 else { return nil }
        return try read { snapshot in
            var books = Books()
            return try books.process(event, in: snapshot)?.standing
        }
    }
}

extension FoundPresence {
    /// In a word for people and programs.
    fileprivate func state(_ standing: ProcessRecord.Standing?) -> String {
        guard isAlive else { return "dead" }
        if stranger != nil { return "outdated" }
        return switch standing {
        case .quiet: "quiet"
        case .stopping: "stopping"
        default: "alive"
        }
    }
}
