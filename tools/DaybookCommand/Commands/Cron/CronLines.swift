import DaybookModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Questions about cron expressions from standard input: a line of JSON each, and an answer a line. What is wrong with
/// a question is its answer, as an object with the field error.
enum CronLines {
    /// `fields` are those that a question may have beside expr.
    static func answer(
        _ context: CommandContext, _ fields: [String],
        _ body: (_ expression: String, JSONLine, inout JSONWriter) throws(Failure) -> Void
    ) throws {
        var lines = LineReader(STDIN_FILENO, lineBytesMax: 1 << 16)
        while let line = try lines.next("-") {
            var json = JSONWriter()
            do throws(Failure) {
                if line.isTooLong { throw .wrongCall("The line is longer than any question.") }
                let question = try JSONLine(line.bytes, names: ["expr"] + fields)
                guard let expression = try question.value("expr", CronNext.expression.kind) else {
                    throw .wrongCall("The field expr is missing: give a cron expression.")
                }
                try body(expression, question, &json)
            } catch {
                json.removeAll()
                json.object { $0.field("error", error.sentence ?? "") }
            }
            try context.output.line(json.bytes)
            if try !lines.hasNext("-") { try context.output.flush() }
        }
    }

    static func expression(_ text: String) throws(Failure) -> CronExpression {
        do throws(CronSyntaxError) {
            return try CronExpression(text)
        } catch {
            throw .wrongCall("\(error.description).")
        }
    }
}
