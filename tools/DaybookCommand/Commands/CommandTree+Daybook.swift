extension CommandTree {
    /// Everything that `daybook` can do, in the order in which help shows it.
    static let daybook = CommandTree(
        groups: [
            CommandGroup(name: "jobs", summary: "look at jobs and move them by hand"),
            CommandGroup(name: "queues", summary: "look at queues, pause and resume them"),
            CommandGroup(name: "log", summary: "the log: follow, export, check"),
            CommandGroup(name: "cron", summary: "ask cron expressions"),
        ],
        commands: [
            InitCommand.description, EnqueueCommand.description,
            ListJobs.description, CancelJobs.description, RequeueJobs.description, RescheduleJobs.description,
            DeleteJobs.description,
            ListQueues.description, PauseQueues.description, ResumeQueues.description,
            VerifyLog.description, CheckpointLog.description, VerifyHere.description,
            CronNext.description,
            WorkCommand.description, DemoCommand.description,
            StateCommand.description, ReplayCommand.description, StatusCommand.description, DoctorCommand.description,
            HelpCommand.description, CompletionsCommand.description,
        ])
}
