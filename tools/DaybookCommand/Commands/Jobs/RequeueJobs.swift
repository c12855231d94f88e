import DaybookModel

enum RequeueJobs {
    static let description = CommandDescription(
        "jobs requeue", "run jobs again: the same ids, fresh attempts",
        discussion: [
            "Takes failed, cancelled, parked, scheduled and waiting jobs. With a filter and no --state it means the "
                + "failed ones alone."
        ],
        positionals: [ManyJobs.jobs.description], options: ManyJobs.options
    ) { call, context in
        try ManyJobs(
            verb: "requeue", participle: "requeued", states: [.failed],
            command: { .requeue(job: $0, expected: $1, reason: $2, actor: $3) }
        ).run(call, context)
    }
}
