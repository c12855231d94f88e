import DaybookModel

enum RequeueJobs {
    static let description = CommandDescription(
        "jobs requeue", "run jobs again, with fresh attempts; those that have succeeded as new jobs",
        discussion: [
            "Takes failed, cancelled, parked, scheduled and waiting jobs, which keep their ids. A job succeeds once: "
                + "of one that has, a new job is made, with the same arguments and options, that says whose work it "
                + "does once more. With a filter and no --state it means the failed ones alone."
        ],
        positionals: [ManyJobs.jobs.description], options: ManyJobs.options
    ) { call, context in
        try ManyJobs(
            verb: "requeue", participle: "requeued", states: [.failed],
            takes: [.failed, .cancelled, .parked, .scheduled, .awaiting, .succeeded],
            command: { .requeue(job: $0, expected: $1, reason: $2, actor: $3) },
            redoes: true
        ).run(call, context)
    }
}
