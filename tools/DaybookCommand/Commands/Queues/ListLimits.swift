import DaybookLog
import DaybookModel

enum ListLimits {
    static let description = CommandDescription(
        "queues limits", "limits, how many jobs have a slot and how many wait for one",
        discussion: [
            "A limit on every key of a group, such as key:tenant:*, counts all of its keys together. `daybook queues "
                + "waiting` shows who waits."
        ]
    ) { _, context in
        let store = try CommandStore.reading(context)
        defer { store.close() }
        let found = try store.read { snapshot in
            var found: [(scope: String, limit: Limit)] = []
            try LimitRows.forEachRule(in: snapshot) { scope, limit in
                found.append((scope, limit))
                return true
            }
            return try found.map {
                ($0.scope, $0.limit, try LimitUse(of: $0.scope, $0.limit, at: store.now, in: snapshot))
            }
        }
        if context.isJSON {
            for (scope, limit, use) in found { try context.output.line(json(scope, limit, use)) }
        } else if found.isEmpty {
            try context.output.line("no limits")
        } else {
            var table = TablePrinter([
                .init("SCOPE", gives: true), .init("LIMIT"), .init("RUNNING", .right), .init("WAITING", .right),
            ])
            for (scope, limit, use) in found {
                table.row([.init(scope), .init(limit.words)] + use.cells)
            }
            for line in table.lines(context.terminal) { try context.output.line(line) }
        }
    }

    private static func json(_ scope: String, _ limit: Limit, _ use: LimitUse) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.field("scope", scope)
            json.field("concurrency", limit.concurrency)
            json.field("serial", limit.keepsOrder)
            if let rate = limit.rate {
                json.field("rate", rate.count)
                json.field("windowMicroseconds", rate.microseconds)
                json.field("sliding", rate.window == .sliding)
            }
            if let weight = limit.weight { json.field("weight", weight) }
            use.write(to: &json)
        }
        return json.bytes
    }
}

extension LimitUse {
    var cells: [TablePrinter.Cell] { [held, waiting].map { .init(isCut ? "\($0) or more" : "\($0)") } }

    func write(to json: inout JSONWriter) {
        json.field("running", held)
        json.field("waiting", waiting)
        if isCut { json.field("cut", true) }
    }
}
