internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// Events as files, the newest first.
enum EventLists {
    private static let columns = ["event", "time", "kind", "job", "attempt", "actor", "cause", "detail"]

    static let audit = ExportList(name: "audit", columns: columns) { call, from in
        let found = try AuditPage.find(try call.query.value("person"), from, ExportPage.rowsMax, call)
        return ExportPage(rows: found.events.map { row($0, call) }, next: found.next)
    }

    static let log = ExportList(name: "log", columns: columns) { call, from in
        let filter = try LogFilter(call)
        let walk = try call.read { try filter.walk(before: from, limit: ExportPage.rowsMax, call, in: $0) }
        return ExportPage(rows: walk.events.map { row($0, call) }, next: walk.next)
    }

    private static func row(_ event: LoggedEvent, _ call: RouteCall) -> [ExportCell] {
        [
            .count(event.sequence), .time(event.time), .text(event.kind?.name),
            .number(event.job.map { Int64(clamping: $0.rawValue) }), .number(Int64(event.attempt)),
            .text(event.actor.description), .number(event.cause.map { Int64(clamping: $0) }),
            .text(EventLines.detail(event, call)),
        ]
    }
}
