import DaybookModel

enum RescheduleJobs {
    static let time = Option("--at", .time, "when they are due, such as 2026-03-01T12:00:00Z; needed")

    static let description = CommandDescription(
        "jobs reschedule", "let jobs wait until another time",
        discussion: [
            "Takes scheduled, enqueued and parked jobs; with a filter and no --state it means the scheduled ones alone."
        ],
        positionals: [ManyJobs.jobs.description], options: [time.description] + ManyJobs.options
    ) { call, context in
        guard let time = try call.value(time) else {
            throw Failure.wrongCall("--at is missing: say when the jobs are due.")
        }
        try ManyJobs(
            verb: "reschedule", participle: "rescheduled", states: [.scheduled],
            takes: [.scheduled, .enqueued, .parked],
            command: { .reschedule(job: $0, until: time, expected: $1, reason: $2, actor: $3) }
        ).run(call, context)
    }
}
