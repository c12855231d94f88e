import DaybookLog
import DaybookModel

/// The live ledgers against a fold of the whole log.
enum ReplayCheck {
    static func run(_ store: CommandStore, _ context: CommandContext) throws {
        let result = try store.check(context)
        // It may be behind the archives, where the replay begins.
        let strange = try result.strange ?? store.stranger()
        try context.print { json in
            json.object { json in
                json.field("equal", result.isEqual)
                json.field("seq", result.sequence)
                json.field("first", result.start + 1)
                json.field("differences", result.differences.map(\.sentence))
                json.field("leftOut", result.leftOut)
                json.field("outdatedSince", strange?.sequence)
            }
        } text: {
            let outdated = strange.map { ["outdated: \($0.sentence)"] } ?? []
            guard !result.isEqual else {
                return ["equal: " + sentence(result.start, result.sequence)] + outdated
            }
            let more = result.leftOut > 0 ? ["… and \(result.leftOut) more"] : []
            return ["different at event \(result.sequence):"] + result.differences.map { "  \($0.sentence)" } + more
                + outdated
        }
        if !result.isEqual { throw Failure(.no, nil) }
    }

    /// From where the ledgers were made anew.
    static func sentence(_ start: SequenceNumber, _ end: SequenceNumber) -> String {
        guard start > 0 else { return "the ledgers are what events 1 to \(end) make them" }
        return "the ledgers are what events \(start + 1) to \(end) make of those that were put by for event \(start); "
            + "those before are in archives, which `daybook log verify --full` reads"
    }
}
