import DaybookModel

enum DeleteJobs {
    static let description = CommandDescription(
        "jobs delete", "take jobs out of the ledgers; their history stays in the log",
        discussion: [
            "An unfinished job is cancelled first. With a filter and no --state it means finished jobs alone."
        ],
        positionals: [ManyJobs.jobs.description], options: ManyJobs.options
    ) { call, context in
        try ManyJobs(
            verb: "delete", participle: "deleted", states: Set(JobState.allCases.filter(\.isFinished)),
            takes: Set(JobState.allCases),
            command: { .delete(job: $0, expected: $1, reason: $2, actor: $3) }
        ).run(call, context)
    }
}
