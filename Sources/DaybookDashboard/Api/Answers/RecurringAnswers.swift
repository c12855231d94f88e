internal import DaybookModel

/// What recurring jobs look like.
enum RecurringAnswers {
    static let all: [String: AnswerShape] = [
        "GET /api/v1/recurring": .object([AnswerField("recurring", .list(.named("Recurring")))]),
        "GET /api/v1/recurring/{recurring}": .object(
            recurring + [
                AnswerField("preview", .list(.time), "When it fires next"),
                AnswerField("statistics", .object(statistics)),
                AnswerField("history", .objects(entry), "What happened to it, the newest first"),
            ]),
        "PUT /api/v1/recurring/{recurring}": .named("Recurring"),
        "POST /api/v1/recurring/{recurring}/pause": paused,
        "POST /api/v1/recurring/{recurring}/resume": paused,
        "POST /api/v1/recurring/{recurring}/trigger": .object([.number("job")]),
        "DELETE /api/v1/recurring/{recurring}": .object([.flag("removed")]),
        "POST /api/v1/recurring-groups/{group}/pause": .object([AnswerField("paused", .list(.text), "Their ids")]),
        "POST /api/v1/recurring-groups/{group}/resume": .object([AnswerField("resumed", .list(.text), "Their ids")]),
        "POST /api/v1/recurring-groups/{group}/trigger": .object([AnswerField("jobs", .list(.number))]),
        "DELETE /api/v1/recurring-groups/{group}": .object([AnswerField("removed", .list(.text), "Their ids")]),
    ]

    static let named: [(name: String, shape: AnswerShape)] = [("Recurring", .object(recurring))]

    private static let paused = AnswerShape.object([.flag("paused"), .number("event")])

    private static let recurring: [AnswerField] = [
        .text("recurring", "What it is known by"), .text("name", "What its jobs are called"), .text("queue"),
        .text("description").ifAny, .text("group").ifAny, .text("schedule").ifAny,
        .text("sentence", "The schedule in words").ifAny, .text("zone"),
        AnswerField("mode", .word(["automatic", "byHand"])),
        AnswerField("standing", .word(["active", "byHand", "paused", "over", "broken", "removed"])),
        .text("broken", "Why it cannot fire").ifAny, .time("until", "When the pause ends").ifAny,
        AnswerField(
            "pause", .object([.number("seq"), .time("time"), .text("actor"), .text("reason").ifAny])
        ).ifAny,
        .time("next", "When it fires next").ifAny,
        .time("waiting", "An occurrence that waits for the end of an earlier job").ifAny,
        AnswerField("misfire", .word(["once", "each", "skip"])), .number("misfireMax").ifAny,
        .number("lateMicroseconds"), AnswerField("overlap", .word(OverlapRule.allCases.map(\.rawValue))),
        .number("jitterMicroseconds"), .time("starts").ifAny, .time("ends").ifAny,
        .text("origin", "The program in whose code it stands").ifAny, .number("fired"), .number("skipped"),
        .number("definition", "The event that first set it"), .number("version", "The event that last changed it"),
        .number("seq", "Its newest event"), AnswerField("args", .any).ifAny, JobAnswers.closed,
        JobAnswers.closedBecause,
    ]

    private static let ending = AnswerShape.object([.number("job"), .time("time")])

    private static let statistics: [AnswerField] = [
        .number("runs"), .flag("isWhole", "Whether these are all its runs"), .number("succeeded"), .number("failed"),
        .number("cancelled"), .number("unfinished"), .number("gone", "No longer kept"), .number("skipped"),
        .number("shortestMicroseconds").ifAny, .number("medianMicroseconds").ifAny,
        .number("percentile95Microseconds").ifAny, .number("longestMicroseconds").ifAny,
        AnswerField("lastSuccess", ending).ifAny, AnswerField("lastFailure", ending).ifAny,
    ]

    private static let entry: [AnswerField] = [
        .number("seq"), .text("kind"), .time("time"), .text("actor"), .time("planned").ifAny,
        .time("plannedLast").ifAny, .number("howMany").ifAny,
        AnswerField("origin", .word(FireOrigin.allCases.map(\.rawValue))).ifAny, .number("job").ifAny,
        AnswerField("state", .word(JobState.allCases.map(\.name))).ifAny, .time("since").ifAny,
        .number("ranMicroseconds").ifAny, .text("reason").ifAny,
    ]
}
