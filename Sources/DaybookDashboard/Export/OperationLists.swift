internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// Operations and limits as files.
enum OperationLists {
    static let operations = ExportList(
        name: "operations",
        columns: [
            "operation", "action", "title", "reason", "state", "actor", "created", "since", "matched", "done",
            "refused",
            "undoes", "undoneBy",
        ]
    ) { call, from in
        let (found, next) = try call.operations(below: from, limit: ExportPage.rowsMax)
        return ExportPage(
            rows: found.map { one in
                [
                    .count(one.job.id.rawValue), .text(one.operation.action.rawValue), .text(one.title),
                    .text(one.operation.reason), .text(one.job.state.name), .text(one.actor.description),
                    .time(one.job.created), .time(one.job.since), number(one.totals?.matched),
                    number(one.totals?.done), number(one.totals?.refused.values.reduce(0, +)),
                    number(one.operation.undoes.map { Int(clamping: $0) }),
                    number(one.undoneBy.map { Int(clamping: $0) }),
                ]
            }, next: next)
    }

    static let limits = ExportList(
        name: "limits",
        columns: ["scope", "concurrency", "serial", "rate", "sliding", "weight", "running", "waiting"]
    ) { call, _ in
        try call.requireWholeStore()
        let limits = try call.read { try LimitLine.all(at: call.now, limit: .max, in: $0) }
        return ExportPage(
            rows: limits.map { line in
                [
                    .text(line.scope), number(line.limit.concurrency), .flag(line.limit.keepsOrder),
                    .text(line.limit.rate.map { "\($0.count)/\(WallDuration(microseconds: $0.microseconds))" }),
                    .flag(line.limit.rate?.window == .sliding), number(line.limit.weight), .count(line.use.held),
                    .count(line.use.waiting),
                ]
            })
    }

    private static func number(_ number: Int?) -> ExportCell { .number(number.map { Int64($0) }) }
}
