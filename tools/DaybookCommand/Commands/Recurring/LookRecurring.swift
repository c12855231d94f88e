import Daybook
import DaybookLog
import DaybookModel

enum ListRecurring {
    static let removed = Flag("--removed", "those that were removed, too")
    static let group = Option("--group", .name("GROUP"), "only the triggers of this scheduled job")

    static let description = CommandDescription(
        "recurring list", "recurring jobs, and when they fire next", options: [removed.description, group.description]
    ) { call, context in
        let store = try CommandStore.reading(context)
        defer { store.close() }
        var planner = RecurringPlanner(Zones())
        let group = try call.value(group)
        let all = try store.read { try RecurringStatus.all(withRemoved: call.has(removed), &planner, in: $0) }
            .filter { group == nil || $0.group == group }
        if context.isJSON {
            for status in all {
                var json = JSONWriter()
                json.object { status.write(to: &$0) }
                try context.output.line(json.bytes)
            }
        } else if all.isEmpty {
            try context.output.line("no recurring jobs")
        } else {
            for line in table(all).lines(context.terminal) { try context.output.line(line) }
        }
    }

    private static func table(_ all: [RecurringStatus]) -> TablePrinter {
        var table = TablePrinter([
            .init("ID"), .init("JOB"), .init("WHEN", gives: true), .init("ZONE"), .init("STANDING"), .init("NEXT"),
            .init("FIRED", .right), .init("SKIPPED", .right),
        ])
        for status in all {
            table.row([
                .init(status.id), .init(status.jobName), .init(status.sentence ?? status.schedule ?? ""),
                .init(status.zone), .init(status.standing.word, status.colour),
                .init(status.standing == .active ? status.next.map(status.shown) ?? "" : ""), "\(status.fired)",
                "\(status.skipped)",
            ])
        }
        return table
    }
}

enum ShowRecurring {
    static let limit = Option("--limit", ValueKind<Int>.number(in: 1...10_000), "so much of its history (20)")

    static let description = CommandDescription(
        "recurring show", "one recurring job: how it stands, and what happened to it, the latest first",
        positionals: [OneRecurring.id.description], options: [limit.description]
    ) { call, context in
        guard let id = try call.value(OneRecurring.id) else { return }
        let store = try CommandStore.reading(context)
        defer { store.close() }
        let status = try store.recurring(id)
        let most = try call.value(limit) ?? 20
        let entries = try store.read { try RecurringEntry.latest(most, from: status.last, in: $0) }
        let statistics = try store.read { try RecurringStatistics(from: status.last, in: $0) }
        guard context.isJSON else {
            for line in status.lines + statistics.lines { try context.output.line(StandardError.printable(line)) }
            try context.output.line("")
            for line in table(entries, status).lines(context.terminal) { try context.output.line(line) }
            return
        }
        var json = JSONWriter()
        json.object { json in
            status.write(to: &json)
            json.key("statistics")
            json.object { statistics.write(to: &$0) }
            json.key("history")
            json.array { json in for entry in entries { json.object { entry.write(to: &$0) } } }
        }
        try context.output.line(json.bytes)
    }

    private static func table(_ entries: [RecurringEntry], _ status: RecurringStatus) -> TablePrinter {
        var table = TablePrinter([
            .init("SEQ", .right), .init("TIME"), .init("EVENT"), .init("PLANNED"), .init("JOB", .right),
            .init("STATE"), .init("TOOK", .right), .init("ACTOR"), .init("DETAIL", gives: true),
        ])
        for entry in entries {
            table.row([
                "\(entry.event)", .init(entry.time.forPeople), .init(entry.kind.name),
                .init(entry.planned.map(status.shown) ?? ""), .init(entry.job.map { "\($0)" } ?? ""),
                .init(entry.state?.name ?? "", entry.state?.colour),
                .init(entry.ran.map { EventBody.seconds(UInt64($0.clampedMicroseconds)) } ?? ""),
                .init(entry.actor.description), .init(entry.detail),
            ])
        }
        return table
    }
}

enum PreviewRecurring {
    static let count = Option("--count", ValueKind<Int>.number(in: 1...10_000), "how many (5)")

    static let description = CommandDescription(
        "recurring preview", "its next occurrences", positionals: [OneRecurring.id.description],
        options: [count.description]
    ) { call, context in
        guard let id = try call.value(OneRecurring.id) else { return }
        let store = try CommandStore.reading(context)
        defer { store.close() }
        var planner = RecurringPlanner(Zones())
        let count = try call.value(count) ?? 5
        let instants = try store.read { try planner.preview(id, count: count, now: store.now, in: $0) }
        try show(instants, try store.recurring(id), context)
    }

    static func show(_ instants: [Instant], _ status: RecurringStatus, _ context: CommandContext) throws {
        try context.print { json in
            json.array { json in for instant in instants { json.value(status.shown(instant)) } }
        } text: {
            instants.isEmpty ? ["none"] : instants.map(status.shown)
        }
    }
}
