internal import DaybookLog
internal import DaybookModel

/// What jobs, batches and actions on many of them look like.
enum JobAnswers {
    static let all: [String: AnswerShape] = [
        "GET /api/v1/jobs": .object([AnswerField("jobs", .list(.named("Job"))), next]),
        "GET /api/v1/jobs/{job}": .object(
            job + [
                .text("why", "Why it is not running, or what it does instead"),
                AnswerField("parents", .list(.named("Relative")), "What it waits for"),
                AnswerField("children", .list(.named("Relative")), "Who waits for it"),
                AnswerField("recurring", origin, "Which recurring job made it").ifAny,
                AnswerField("tags", .list(.text)), .text("tenant").ifAny, .text("key").ifAny,
                .number("batch").ifAny, .number("rerunOf", "The job whose work it does once more").ifAny,
                AnswerField("reruns", .objects([.number("job")]), "The newest of the jobs that do its work once more")
                    .ifAny,
                AnswerField("after", .list(.text), "What it waits for").ifAny,
                .text("title", "How people are shown it").ifAny, AnswerField("args", .any).ifAny,
                AnswerField("result", .any).ifAny, .text("resultClosed", "Why it cannot be read, in a word").ifAny,
                .text("errorType").ifAny, .text("error").ifAny,
                .number("progressMillionths").ifAny, .text("progressText").ifAny,
                AnswerField("counters", .any, "What the last run counted").ifAny,
                AnswerField("statistics", .any, "What the last run measured").ifAny,
                AnswerField("steps", .list(.text), "The steps that are done"),
                closed, closedBecause,
                .flag("cut", "Whether there are older events"), AnswerField("events", .list(.named("Event"))),
                .flag("childrenCut", "Whether there are more").ifAny,
            ]),
        "GET /api/v1/jobs/{job}/log": .object([
            AnswerField(
                "lines",
                .objects([
                    .number("attempt"), .time("time"), AnswerField("level", .word(LogLine.Level.allCases.map(\.name))),
                    .text("text"), .text("place", "Where it stands: its event, and which of that event's lines"),
                ])),
            .text("next", "The `cursor` of the lines before these").ifAny,
        ]),
        "POST /api/v1/jobs": .named("Enqueued"),
        "POST /api/v1/jobs/bulk": .object([AnswerField("jobs", .list(.named("Enqueued")))]),
        "POST /api/v1/jobs/{job}/cancel": .event,
        "POST /api/v1/jobs/{job}/requeue": .object([
            .number("event", "The event that did it"),
            .number("job", "The job that runs: another one if this one had succeeded"),
        ]),
        "POST /api/v1/jobs/{job}/reschedule": .event,
        "DELETE /api/v1/jobs/{job}": .event,
        "GET /api/v1/registered": .object([
            AnswerField(
                "jobs",
                .objects([
                    .text("name"), AnswerField("example", .any, "Arguments as they may be").ifAny,
                    AnswerField("secret", .list(.text), "Fields that nobody is shown"),
                    .text("queue", "Where jobs of it wait unless somebody says otherwise"),
                ]))
        ]),
        "GET /api/v1/batches": .object([AnswerField("batches", .list(.named("Batch"))), next]),
        "GET /api/v1/batches/{batch}": .object(
            batch + [
                AnswerField(
                    "callbacks", .list(.named("Job")), "What runs at its end (\(BatchCallbacks.shownMax) of it)"),
                AnswerField("batches", .list(.named("Batch")), "Those inside it"), next,
            ]),
        "GET /api/v1/batches/{batch}/jobs": .object([AnswerField("jobs", .list(.named("Job"))), next]),
        "POST /api/v1/batches": .object([.number("batch")]),
        "POST /api/v1/batches/{batch}/seal": .event,
        "POST /api/v1/batches/{batch}/cancel": .event,
        "GET /api/v1/operations": .object([AnswerField("operations", .list(.named("Operation"))), next]),
        "POST /api/v1/operations": started,
        "POST /api/v1/operations/{job}/undo": started,
    ]

    static let named: [(name: String, shape: AnswerShape)] = [
        ("Job", .object(job + listed)), ("Batch", .object(batch)), ("Operation", .object(operation)),
        ("Relative", .object(relative)),
        (
            "Enqueued",
            .object([
                .number("job"), .number("event", "The event that answers"),
                .flag("duplicate", "Whether the job was there already"),
            ])
        ),
    ]

    /// Where a list goes on.
    static let next = AnswerField.number("next", "The `cursor` of the page that comes after").ifAny

    static let closed = AnswerField.text(
        "closed", "Why the arguments cannot be read, in a word, such as `erased` or `keyMissing`"
    ).ifAny
    static let closedBecause = AnswerField.text("closedBecause", "The same in words").ifAny

    static let job: [AnswerField] = [
        .number("job"), .text("name"), .text("queue"),
        AnswerField("state", .word(JobState.allCases.map(\.name))),
        .text("waitsFor", "Why it is scheduled, such as `delay` or `retry`; `limit` where a limit holds it up").ifAny,
        .number("priority"), .number("attempt", "Runs that have counted"), .number("attempts", "Runs there may be"),
        .number("deaths", "Processes that have died running it"), .time("due").ifAny, .time("expires").ifAny,
        .time("created"), .time("since", "Since when it stands where it stands"),
        .number("last", "Its newest event"),
    ]

    /// What a list has of a job besides.
    static let listed: [AnswerField] = [
        AnswerField("tags", .list(.text), "Missing where the archive is not at hand that has them").ifAny,
        .text("tenant").ifAny,
    ]

    private static let batch: [AnswerField] = [
        .number("batch"), .text("name"), .text("state"), .number("jobs"), .number("succeeded"), .number("failed"),
        .number("cancelled"), .number("unfinished"), .time("created"), .time("since"),
        .number("inBatch", "The batch that it is inside of").ifAny,
    ]

    private static let relative: [AnswerField] = [
        .number("job").ifAny, .number("batch").ifAny, .text("name", "Not of a deleted job").ifAny,
        .text("state", "Not of a deleted job").ifAny,
        AnswerField("condition", .word(AfterCondition.allCases.map(\.rawValue))).ifAny,
    ]

    private static let origin = AnswerShape.object([
        .text("recurring"), AnswerField("origin", .word(FireOrigin.allCases.map(\.rawValue))).ifAny,
        .text("actor", "Who had it fire"), .text("reason"), .number("fired", "The event by which it fired").ifAny,
    ])

    private static let started = AnswerShape.object([
        .number("operation", "The job that does it"), .number("missing", "So many that were named are no jobs").ifAny,
    ])

    private static let operation: [AnswerField] = [
        .number("operation"), .text("action"), .number("undoes", "The operation that it takes back").ifAny,
        .text("title"), AnswerField("state", .word(JobState.allCases.map(\.name))), .text("actor"), .time("created"),
        .number("progressMillionths").ifAny, .number("matched").ifAny, .number("done").ifAny,
        AnswerField("refused", .objects([.text("why"), .number("jobs")])), .flag("canBeUndone"),
        .number("undoneBy", "The operation that takes it back").ifAny,
    ]
}
