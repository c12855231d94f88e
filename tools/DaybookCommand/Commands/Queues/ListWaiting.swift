import DaybookLog
import DaybookModel

enum ListWaiting {
    static let cursor = Option("--cursor", .text("CURSOR"), "go on behind the page that ended with this one")
    static let limit = Option("--limit", ValueKind<Int>.number(in: 1...100_000), "how many at most (50)")

    static let description = CommandDescription(
        "queues waiting", "who waits for a limit, in the order in which they come forward",
        discussion: ["Of a group of keys, such as --key 'tenant:*', the keys for which somebody waits."],
        positionals: [LimitQueues.queue.description],
        options: [
            LimitQueues.job.description, LimitQueues.key.description, cursor.description, limit.description,
        ]
    ) { call, context in
        let scope = try LimitQueues.scope(call)
        let (cursor, limit) = (try call.value(cursor), try call.value(limit) ?? 50)
        let store = try CommandStore.reading(context)
        defer { store.close() }
        let found = try store.read { try WaitList(scope, after: cursor, limit: limit, at: store.now, in: $0) }
        guard let found else { throw Failure.wrongCall("--cursor is what the page before ended with.") }
        if context.isJSON {
            for waiter in found.jobs { try context.output.line(json(waiter)) }
            for key in found.keys { try context.output.line(json(key)) }
        } else if found.jobs.isEmpty, found.keys.isEmpty {
            try context.output.line("nobody waits for the limit of \(scope.text)")
        } else {
            for line in table(found).lines(context.terminal) { try context.output.line(line) }
        }
        if let next = found.next { context.log.log(.info, "there are more: --cursor \(next)") }
    }

    private static func table(_ found: WaitList) -> TablePrinter {
        guard found.keys.isEmpty else {
            var table = TablePrinter([
                .init("KEY", gives: true), .init("RUNNING", .right), .init("WAITING", .right), .init("OPENS"),
            ])
            for key in found.keys {
                table.row([.init(key.scope)] + key.use.cells + [.init(key.opens.map(\.forPeople) ?? "")])
            }
            return table
        }
        var table = TablePrinter([
            .init("PLACE", .right), .init("JOB", .right), .init("NAME", gives: true), .init("QUEUE"),
            .init("PRIORITY", .right), .init("SINCE"),
        ])
        for waiter in found.jobs {
            table.row([
                "\(waiter.place)", "\(waiter.job.id)", .init(waiter.job.name), .init(waiter.job.queue),
                "\(waiter.job.priority)", .init(waiter.job.since.forPeople),
            ])
        }
        return table
    }

    private static func json(_ waiter: WaitList.Waiter) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.field("place", waiter.place)
            waiter.job.write(to: &json)
        }
        return json.bytes
    }

    private static func json(_ key: WaitList.Key) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.field("scope", key.scope)
            key.use.write(to: &json)
            json.field("opens", key.opens)
        }
        return json.bytes
    }
}
