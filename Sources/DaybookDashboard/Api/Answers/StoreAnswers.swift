internal import DaybookModel

/// What the store, its queues, limits, processes, events and panels look like.
enum StoreAnswers {
    static let all: [String: AnswerShape] = [
        "GET /api/v1/status": .object([
            .text("store", "Its identity"), .number("last", "The newest event"),
            AnswerField("jobs", .object(counts), "How many stand where"),
            AnswerField("pausedQueues", .list(.text)),
            AnswerField(
                "concerns",
                .objects([
                    .flag("bad"), .text("text"), .text("detail").ifAny, .time("since").ifAny,
                    .text("page", "Where people see more of it"),
                ]), "What is late or failing"), .number("claimsElsewhere", "Held by workers over HTTP"),
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
            AnswerField("queues", .objects(queue))
        ]),
        "GET /api/v1/queues/{queue}": .object(
            queue + [AnswerField("minutes", .objects([.time("start")] + figures), "Of the last hour")]),
        "POST /api/v1/pause": .event,
        "POST /api/v1/resume": .event,
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
                opens, AnswerField("jobs", .objects([.number("place")] + JobAnswers.job + JobAnswers.listed)),
                AnswerField("keys", .objects([.text("scope"), opens] + use)),
                .text("next", "The `cursor` of the page that comes after").ifAny,
            ]),
        "POST /api/v1/limits": .event,
        "POST /api/v1/limits/remove": .event,
        "GET /api/v1/processes": .object([
            AnswerField(
                "processes",
                .objects(
                    [
                        .number("process", "By its first event"), .number("pid"), .text("program"), .time("started"),
                        .text("state"), .number("running", "Jobs that it runs"),
                        .flag("thisOne", "Whether it answers here"),
                    ] + usage))
        ]),
        "GET /api/v1/processes/{process}": .object(
            [
                .number("process", "By its first event"), .number("pid"), .text("program"), .text("user").ifAny,
                .text("host").ifAny, .time("started"), .flag("alive"), .text("standing").ifAny, .flag("thisOne"),
                AnswerField("jobs", .list(.named("Job")), "Those that it runs"),
            ] + usage),
        "POST /api/v1/processes/{process}/quiet": .event,
        "POST /api/v1/processes/{process}/resume": .event,
        "POST /api/v1/processes/{process}/stop": .event,
        "GET /api/v1/events": .object([
            AnswerField("events", .list(.named("Event"))), .number("last", "The newest event there is").ifAny,
            .text("position", "Where this page ends, to ask on from as `after`; noticed if the log is another by then"),
            .number("next", "What to ask for as `after`, where there may be more").ifAny,
        ]),
        "GET /api/v1/audit": .object([
            AnswerField("events", .objects(event + [.text("canBeUndone", "What takes it back").ifAny])),
            JobAnswers.next,
        ]),
        "GET /api/v1/log": .object([
            .number("last"), .text("head", "Of the chain").ifAny, AnswerField("checks", .objects(check)),
            .text("checkpointFile").ifAny, .text("checkpointProblem").ifAny,
            AnswerField(
                "checkpoints",
                .objects([
                    .number("event"), .time("time"), .text("signer").ifAny, .text("root"), .text("head"),
                    .flag("goesOn", "Whether the log goes on from it"),
                ])
            ).ifAny,
        ]),
        "POST /api/v1/log/verify": .object([.number("job", "The one that does it")]),
        "GET /api/v1/storage": .object(storage),
        "GET /api/v1/events/{event}": .object(event + [.number("previous", "The event of its job before it").ifAny]),
        "GET /api/v1/panels": .object([
            AnswerField("panels", .objects([.text("panel"), .text("title"), .text("permission")]))
        ]),
        "POST /api/v1/undo/queues/{event}": .event,
        "POST /api/v1/undo/limits/{event}": .event,
        "POST /api/v1/undo/recurring/{event}": .event,
        "POST /api/v1/undo/jobs/{event}": .object([
            .number("job", "The new one in place of the deleted").ifAny,
            .number("event", "What put back a job that was cancelled or rescheduled").ifAny,
        ]),
    ]

    /// What every panel of a program is answered with.
    static let panel = AnswerShape.object([
        .text("panel"), .text("title"), AnswerField("form", .word(["table", "number", "series"])),
        AnswerField("columns", .list(.text)).ifAny,
        AnswerField("rows", .list(.list(.any)), "Of a table: a cell for each column").ifAny,
        AnswerField("value", .figure, "Of a number").ifAny, AnswerField("change", .figure).ifAny,
        AnswerField("points", .objects([.time("time"), AnswerField("value", .figure)]), "Of a series").ifAny,
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
    private static let queue: [AnswerField] =
        [.text("queue"), .flag("paused")] + counts + [
            .time("oldestReady").ifAny, AnswerField("endedPerMinute", .fraction, "Of the last ten whole ones").ifAny,
            .time("pausedSince").ifAny, .text("pausedBy").ifAny, .text("pauseReason").ifAny,
            .number("pauseEvent").ifAny,
        ]
    private static let usage: [AnswerField] = [
        AnswerField("processorSeconds", .fraction, "In all").ifAny,
        AnswerField("processorShare", .fraction, "Of one processor, since it was looked at before").ifAny,
        .number("memoryBytes").ifAny,
    ]
    private static let check: [AnswerField] = [
        .number("job"), .text("state"), .time("since"), .text("actor"), .number("progressMillionths").ifAny,
        AnswerField("verdict", .word(["good", "damaged", "cannotTell"])).ifAny,
        .number("start", "Events behind this one were read").ifAny, .number("last", "Up to and with this one").ifAny,
        .text("head").ifAny, .number("events").ifAny, .number("commits").ifAny,
        AnswerField("findings", .objects([.number("event").ifAny, .text("sentence")])).ifAny,
    ]
    private static let storage: [AnswerField] = [
        AnswerField("remarks", .objects([.text("about"), .text("kind"), .text("text")])), .number("fileSizeBytes"),
        .number("freeBytes"), .number("diskFreeBytes"), .number("mapSizeBytes"), .number("readers"),
        .number("readersMax"), .number("oldestReaderPid").ifAny, .number("oldestReaderCommitsBehind").ifAny,
        .number("format"), .number("ledgersVersion"),
        AnswerField(
            "views",
            .objects([
                .text("name"), .number("version"), .number("eventsBehind").ifAny, .number("keptByPid").ifAny,
                .text("failure").ifAny,
            ])),
        AnswerField("tables", .objects([.text("name"), .number("rows"), .number("sizeBytes")])),
        AnswerField(
            "clockSteps",
            .objects([.number("event"), .time("time"), .number("microseconds"), .text("actor")])
        ).ifAny,
    ]

    private static let counts = JobState.allCases.map { AnswerField.number($0.name) }
    private static let figures = DashboardFollower.Figure.allCases.map { AnswerField.number("\($0)") }
    private static let percentiles = RunTimes.shown.map { AnswerField.number("p\($0)").ifAny }
    private static let use: [AnswerField] = [
        .number("running"), .number("waiting"), .flag("cut", "Whether more wait than were counted").ifAny,
    ]
    private static let opens = AnswerField.time("opens", "When it lets the next through").ifAny
}
