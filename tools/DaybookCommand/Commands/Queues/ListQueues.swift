import DaybookLog
import DaybookModel

enum ListQueues {
    static let description = CommandDescription("queues list", "queues and how many jobs they hold in each state") {
        _, context in
        let store = try CommandStore.reading(context)
        defer { store.close() }
        let (queues, limits) = try store.read { snapshot in
            var books = Books()
            let queues = try books.allQueues(in: snapshot).filter(\.isShown).sorted { $0.name < $1.name }
            var limits: [String: Int] = [:]
            for queue in queues {
                limits[queue.name] = try LimitRows.rule(LimitScope.queue(queue.name).text, in: snapshot)?.concurrency
            }
            return (queues, limits)
        }
        if context.isJSON {
            for queue in queues { try context.output.line(json(queue, limits[queue.name])) }
        } else if queues.isEmpty {
            try context.output.line("no queues yet")
        } else {
            for line in table(queues, limits).lines(context.terminal) { try context.output.line(line) }
        }
    }

    private static func json(_ queue: QueueRecord, _ limit: Int?) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.field("queue", queue.name)
            json.field("paused", queue.isPaused)
            json.field("concurrency", limit)
            for state in JobState.allCases { json.field(state.name, queue[state]) }
        }
        return json.bytes
    }

    private static func table(_ queues: [QueueRecord], _ limits: [String: Int]) -> TablePrinter {
        var table = TablePrinter(
            [.init("QUEUE", gives: true), .init("")] + JobState.allCases.map { .init($0.name.uppercased(), .right) })
        for queue in queues {
            let counts = JobState.allCases.map { state in
                TablePrinter.Cell("\(queue[state])", queue[state] == 0 ? .grey : state.colour)
            }
            table.row(
                [
                    .init(queue.name == Name.queuesToCome ? "(to come)" : queue.name),
                    queue.isPaused ? .init("paused", .yellow) : .init(limits[queue.name].map { "at most \($0)" } ?? ""),
                ] + counts)
        }
        return table
    }
}
