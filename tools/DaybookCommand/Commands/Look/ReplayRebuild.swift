import DaybookLog
import DaybookModel

/// The ledgers made anew from the log.
enum ReplayRebuild {
    static func run(_ context: CommandContext, reason: String) throws {
        let store = try CommandStore.changing(context)
        defer { store.close() }
        let result = try store.rebuild(context, reason: reason)
        try context.print { json in
            json.object { json in
                json.field("seq", result.sequence)
                json.field("rows", result.rows)
                json.field("event", result.event)
            }
        } text: {
            guard let event = result.event else {
                return ["nothing to do: " + ReplayCheck.sentence(result.start, result.sequence)]
            }
            return ["put \(result.rows) \(result.rows == 1 ? "row" : "rows") right; event \(event) says so"]
        }
    }
}
