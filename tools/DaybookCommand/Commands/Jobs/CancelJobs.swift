import DaybookModel

enum CancelJobs {
    static let description = CommandDescription(
        "jobs cancel", "stop unfinished jobs for good",
        discussion: ["With a filter and no --state it means every unfinished job that the filter finds."],
        positionals: [ManyJobs.jobs.description], options: ManyJobs.options
    ) { call, context in
        try ManyJobs(
            verb: "cancel", participle: "cancelled", states: Set(JobState.allCases.filter { !$0.isFinished }),
            takes: Set(JobState.allCases.filter { !$0.isFinished }),
            command: { .cancel(job: $0, expected: $1, reason: $2, actor: $3) }
        ).run(call, context)
    }
}
