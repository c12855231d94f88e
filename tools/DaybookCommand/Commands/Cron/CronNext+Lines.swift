import Daybook
import DaybookModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension CronNext {
    private static let fields = ["expr", "zone", "from", "inclusive", "count"]

    /// A question a line, and an answer a line: an array of times, or an object that says what is wrong with the
    /// question.
    static func answerLines(_ context: CommandContext) throws {
        let zones = Zones()
        var lines = LineReader(STDIN_FILENO, lineBytesMax: 1 << 16)
        while let line = try lines.next("-") {
            var json = JSONWriter()
            do throws(Failure) {
                let times = try question(line).answer(zones)
                json.array { json in for time in times { json.value(time) } }
            } catch {
                json.removeAll()
                json.object { $0.field("error", error.sentence ?? "") }
            }
            try context.output.line(json.bytes)
            if try !lines.hasNext("-") { try context.output.flush() }
        }
    }

    private static func question(_ line: LineReader.Line) throws(Failure) -> CronQuestion {
        if line.isTooLong { throw .wrongCall("The line is longer than any question.") }
        let line = try JSONLine(line.bytes, names: fields)
        guard let expression = try line.value("expr", expression.kind) else {
            throw .wrongCall("The field expr is missing: give a cron expression.")
        }
        return CronQuestion(
            expression: expression, zone: try line.value("zone", zone.kind) ?? "UTC",
            from: try line.value("from", from.kind) ?? WallClock.now(), inclusive: try line.flag("inclusive"),
            count: try line.value("count", count.kind) ?? 1)
    }
}
