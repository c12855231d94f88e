internal import DaybookModel

/// What the store, its queues, limits, processes, events and panels look like.
enum StoreAnswers {
    static let all: [String: AnswerShape] = [
        "GET /api/v1/status": .object([
            .text("store", "Its identity"), .number("last", "The newest event"),
            AnswerField("jobs", .object(counts), "How many stand where"),
            AnswerField("pausedQueues", .list(.text)), .number("claimsElsewhere", "Held by workers over HTTP"),
            .number("fileSizeBytes").ifAny, .number("diskFreeBytes").ifAny,
        ]),
        "GET /api/v1/statistics": .object([
            AnswerField("spans", .objects([.time("start")] + figures)),
            AnswerField("waitedMicroseconds", .object(percentiles), "From being ready to being claimed"),
            AnswerField("ranMicroseconds", .object(percentiles)),
            AnswerField(
                "failed", .objects([.text("errorType"), .number("jobs"), .number("newest")]),
                "Errors with which jobs stand failed"),
            AnswerField(
                "failedAlike",
                .objects([
                    .text("similar", "The group, to filter by"), .text("errorType"),
                    .text("says", "The first line of the newest"), .number("jobs"), .number("newest"),
                ]), "The same by errors that are alike, for those who may read arguments"),
            .number("eventsBehind", "What is not counted yet"),
        ]),
        "GET /api/v1/openapi.json": .any,
        "GET /api/v1/queues": .object([
            AnswerField("queues", .objects([.text("queue"), .flag("paused")] + counts))
        ]),
        "POST /api/v1/queues/{queue}/pause": .event,
        "POST /api/v1/queues/{queue}/resume": .event,
        "GET /api/v1/limits": .object([
            AnswerField(
                "limits",
                .objects(
                    [
                        .text("scope"), .number("concurrency").ifAny, .flag("serial"), .number("rate").ifAny,
                        .number("rateMicroseconds").ifAny, .flag("sliding").ifAny, .number("weight").ifAny,
                    ] + use))
        ]),
        "GET /api/v1/limits/waiting": .object(
            use + [
                opens, AnswerField("jobs", .objects([.number("place")] + JobAnswers.job)),
                AnswerField("keys", .objects([.text("scope"), opens] + use)),
                .text("next", "The `cursor` of the page that comes after").ifAny,
            ]),
        "POST /api/v1/limits": .event,
        "POST /api/v1/limits/remove": .event,
        "GET /api/v1/processes": .object([
            AnswerField(
                "processes",
                .objects([
                    .number("process", "By its first event"), .number("pid"), .text("program"), .time("started"),
                    .text("state"), .number("running", "Jobs that it runs"),
                    .flag("thisOne", "Whether it answers here"),
                ]))
        ]),
        "POST /api/v1/processes/{process}/quiet": .event,
        "POST /api/v1/processes/{process}/resume": .event,
        "POST /api/v1/processes/{process}/stop": .event,
        "GET /api/v1/events": .object([
            AnswerField("events", .list(.named("Event"))), .number("last", "The newest event there is").ifAny,
        ]),
        "GET /api/v1/events/{event}": .object(event + [.number("previous", "The event of its job before it").ifAny]),
        "GET /api/v1/panels": .object([
            AnswerField("panels", .objects([.text("panel"), .text("title"), .text("permission")]))
        ]),
        "POST /api/v1/undo/queues/{event}": .event,
        "POST /api/v1/undo/limits/{event}": .event,
        "POST /api/v1/undo/recurring/{event}": .event,
        "POST /api/v1/undo/jobs/{event}": .object([.number("job", "The new one in place of the deleted")]),
    ]

    /// What every panel of a program is answered with.
    static let panel = AnswerShape.object([
        .text("panel"), .text("title"), AnswerField("form", .word(["table", "number", "series"])),
        AnswerField("columns", .list(.text)).ifAny,
        AnswerField("rows", .list(.list(.any)), "Of a table: a cell for each column").ifAny,
        AnswerField("value", .fraction, "Of a number").ifAny, AnswerField("change", .fraction).ifAny,
        AnswerField("points", .objects([.time("time"), AnswerField("value", .fraction)]), "Of a series").ifAny,
        .text("unit").ifAny, .flag("isCut", "Whether there was more"), .number("eventsBehind"),
    ])

    static let named: [(name: String, shape: AnswerShape)] = [
        ("Event", .object(event))
    ]

    private static let event: [AnswerField] = [
        .number("seq"), .time("time"), .text("kind"), .number("job").ifAny, .number("attempt").ifAny,
        .number("token").ifAny, .text("actor"), .number("cause", "The event that led to it").ifAny,
        .text("detail").ifAny,
    ]

    private static let counts = JobState.allCases.map { AnswerField.number($0.name) }
    private static let figures = DashboardFollower.Figure.allCases.map { AnswerField.number("\($0)") }
    private static let percentiles = RunTimes.shown.map { AnswerField.number("p\($0)").ifAny }
    private static let use: [AnswerField] = [
        .number("running"), .number("waiting"), .flag("cut", "Whether more wait than were counted").ifAny,
    ]
    private static let opens = AnswerField.time("opens", "When it lets the next through").ifAny
}
