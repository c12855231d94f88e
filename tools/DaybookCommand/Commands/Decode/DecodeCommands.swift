import DaybookLog
import DaybookModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Reads things in batch: a line in, its canonical form or `error …` out. Nothing that stands in a line ends the batch.
enum DecodeCommands {
    static let event = CommandDescription(
        "decode event", "events in hexadecimal digits from standard input, as JSON",
        discussion: [
            "Each line holds the 8 bytes of an event's number and its stored value; it is answered by its line in "
                + "an export, "
                + "without `commit` and `hash`, or by `error …`."
        ]
    ) { _, context in
        try decode(context) { line throws(LineRefusal) in
            do throws(EventText.Refusal) {
                return try EventText.canonical(hex: line)
            } catch {
                throw LineRefusal(text: error.description)
            }
        }
    }

    static let cron = CommandDescription(
        "decode cron", "cron expressions from standard input, in their canonical form"
    ) { _, context in
        try decode(context) { line throws(LineRefusal) in
            do throws(CronSyntaxError) {
                return try CronExpression(line).canonical
            } catch {
                throw LineRefusal(text: error.description)
            }
        }
    }

    private struct LineRefusal: Error {
        let text: String
    }

    private static func decode(
        _ context: CommandContext, _ canonical: (String) throws(LineRefusal) -> String
    ) throws {
        var lines = LineReader(STDIN_FILENO, lineBytesMax: 16 << 20)
        while let line = try lines.next("-") {
            try context.output.line(answer(to: line, canonical))
            if try !lines.hasNext("-") { try context.output.flush() }
        }
    }

    private static func answer(
        to line: LineReader.Line, _ canonical: (String) throws(LineRefusal) -> String
    ) -> String {
        if line.isTooLong { return "error the line is longer than any event" }
        guard let text = String(validating: line.bytes, as: UTF8.self) else { return "error the line is not UTF-8" }
        do throws(LineRefusal) {
            return try canonical(text)
        } catch {
            return "error \(StandardError.printable(error.text))"
        }
    }
}
