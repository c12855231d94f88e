import Daybook
import DaybookModel

extension CronNext {
    /// A question a line, and an answer a line: an array of times, or what is wrong with the question.
    static func answerLines(_ context: CommandContext) throws {
        let zones = Zones()
        let fields = ["zone", "from", "inclusive", "count"]
        try CronLines.answer(context, fields) { expression, line, json throws(Failure) in
            let question = CronQuestion(
                expression: expression, zone: try line.value("zone", zone.kind) ?? "UTC",
                from: try line.value("from", from.kind) ?? WallClock.now(), inclusive: try line.flag("inclusive"),
                count: try line.value("count", count.kind) ?? 1)
            let times = try question.answer(zones)
            json.array { json in for time in times { json.value(time) } }
        }
    }
}
