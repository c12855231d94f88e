import DaybookLog
import DaybookModel

/// The live ledgers against a fold of the whole log.
enum ReplayCheck {
    static func run(_ store: CommandStore, _ context: CommandContext) throws {
        let result = try store.check(context)
        try context.print { json in
            json.object { json in
                json.field("equal", result.isEqual)
                json.field("seq", result.sequence)
                json.field("differences", result.differences.map(\.sentence))
                json.field("leftOut", result.leftOut)
            }
        } text: {
            guard !result.isEqual else {
                return ["equal: the ledgers are what events 1 to \(result.sequence) make them"]
            }
            let more = result.leftOut > 0 ? ["… and \(result.leftOut) more"] : []
            return ["different at event \(result.sequence):"] + result.differences.map { "  \($0.sentence)" } + more
        }
        if !result.isEqual { throw Failure(.no, nil) }
    }
}
