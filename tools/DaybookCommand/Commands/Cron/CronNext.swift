import Daybook
import DaybookModel

enum CronNext {
    static let expression = Positional("EXPR", .text("EXPR"), .optional)
    static let zone = Option("--zone", .text("Z"), "the zone whose clocks it goes by, such as Europe/Berlin (UTC)")
    static let from = Option("--from", .time, "look from this time on (now)")
    static let count = Option("--count", ValueKind<Int>.number(in: 1...CronQuestion.countMax), "how many (1)")
    static let standardInput = Flag("--stdin", "questions from standard input, a line of JSON each")
    static let inclusive = Flag("--inclusive", "the time given counts, too")

    static let description = CommandDescription(
        "cron next", "when a cron expression fires next",
        discussion: [
            "Prints an occurrence a line, with the offset that the zone has then, or `none` if there is none up to the "
                + "year 9999.",
            "With --stdin each line is an object with the fields expr, zone, from, inclusive and count; it is "
                + "answered by "
                + "an array of times, or by an object with the field error.",
        ],
        positionals: [expression.description],
        options: [
            zone.description, from.description, count.description, inclusive.description, standardInput.description,
        ]
    ) { call, context in
        if call.has(standardInput) {
            guard call.positionals.isEmpty else {
                throw Failure.wrongCall("With --stdin everything stands in the lines; leave EXPR out.")
            }
            return try answerLines(context)
        }
        guard let expression = try call.value(expression) else {
            throw Failure.wrongCall("EXPR is missing: give a cron expression in quotes, or --stdin.")
        }
        let question = CronQuestion(
            expression: expression, zone: try call.value(zone) ?? "UTC",
            from: try call.value(from) ?? WallClock.now(), inclusive: call.has(inclusive),
            count: try call.value(count) ?? 1)
        let times = try question.answer(Zones())
        try context.print { json in
            json.array { json in for time in times { json.value(time) } }
        } text: {
            times.isEmpty ? ["none"] : times
        }
    }
}
