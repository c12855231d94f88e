import DaybookLog
import DaybookModel

enum ListRetention {
    static let description = CommandDescription(
        "retention list", "how long finished jobs are kept, and which holds are in force",
        discussion: ["What holds by default is shown where no rule was set for a state."]
    ) { _, context in
        let store = try CommandStore.reading(context)
        defer { store.close() }
        let (rules, holds) = try store.read { log in
            var rules: [(scope: String, keep: UInt64)] = []
            var holds: [(scope: String, event: SequenceNumber)] = []
            try RetentionRows.forEachRule(in: log) { rules.append(($0, $1)) }
            try RetentionRows.forEachHold(in: log) { holds.append(($0, $1)) }
            return (rules, holds)
        }
        let hasGeneral = rules.contains { $0.scope == RetentionScope.everything.description }
        let standard = [JobState.succeeded, .failed, .cancelled].filter { state in
            !hasGeneral && !rules.contains { $0.scope == state.name }
        }
        if context.isJSON {
            for rule in rules { try context.output.line(json(rule.scope, rule.keep, isDefault: false)) }
            for state in standard {
                try context.output.line(json(state.name, RetentionRules.standard(state), isDefault: true))
            }
            for hold in holds {
                var json = JSONWriter()
                json.object { json in
                    json.field("scope", hold.scope)
                    json.field("held", true)
                    json.field("seq", hold.event)
                }
                try context.output.line(json.bytes)
            }
            return
        }
        var table = TablePrinter([.init("SCOPE", gives: true), .init("KEPT"), .init("BY")])
        for rule in rules { table.row([.init(rule.scope), .init(RetentionSet.words(rule.keep)), "rule"]) }
        for state in standard {
            table.row([.init(state.name), .init(RetentionSet.words(RetentionRules.standard(state))), "default"])
        }
        for hold in holds { table.row([.init(hold.scope), "held", .init("event \(hold.event)")]) }
        for line in table.lines(context.terminal) { try context.output.line(line) }
    }

    private static func json(_ scope: String, _ microseconds: UInt64, isDefault: Bool) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.field("scope", scope)
            if microseconds < RetentionSet.forEver { json.field("keepMicroseconds", microseconds) }
            json.field("forEver", microseconds >= RetentionSet.forEver)
            json.field("default", isDefault)
        }
        return json.bytes
    }
}
