extension CommandTree {
    /// Everything that `daybook` can do, in the order in which help shows it.
    static let daybook = CommandTree(
        groups: [
            CommandGroup(name: "jobs", summary: "look at jobs and move them by hand"),
            CommandGroup(name: "recurring", summary: "jobs that are made again and again"),
            CommandGroup(name: "queues", summary: "look at queues, pause, resume and limit them"),
            CommandGroup(name: "batches", summary: "jobs that are one thing: make, look at, cancel"),
            CommandGroup(name: "processes", summary: "who has the store open; quiet or stop one"),
            CommandGroup(name: "log", summary: "the log: follow, export, import, check"),
            CommandGroup(name: "auth", summary: "who may come in to the dashboard"),
            CommandGroup(name: "cron", summary: "ask cron expressions"),
            CommandGroup(name: "decode", summary: "read events or cron expressions in batch"),
        ],
        commands: [
            InitCommand.description, EnqueueCommand.description,
            ListJobs.description, ShowJob.description, CancelJobs.description, RequeueJobs.description,
            RescheduleJobs.description,
            DeleteJobs.description,
            SetRecurring.command, ListRecurring.description, ShowRecurring.description, PreviewRecurring.description,
            PauseRecurring.description, ResumeRecurring.description, TriggerRecurring.description,
            BackfillRecurring.description, RemoveRecurring.description,
            ListQueues.description, PauseQueues.description, ResumeQueues.description,
            LimitQueues.description, ListLimits.description,
            BatchCommands.create, BatchCommands.seal, ListBatches.list, ListBatches.show, BatchCommands.cancel,
            ListProcesses.description, AskProcesses.quiet, AskProcesses.stop, AskProcesses.resume,
            TailLog.description, ExportLog.description, ImportLog.description, VerifyLog.description,
            CheckpointLog.description, VerifyHere.description,
            CronNext.description, DecodeCommands.event, DecodeCommands.cron,
            WorkCommand.description, DemoCommand.description,
            WhyCommand.description, StateCommand.description, ReplayCommand.description, StatusCommand.description,
            DoctorCommand.description,
            ServeCommand.description, RoutesCommand.routes, RoutesCommand.document, AuthCommands.add,
            AuthCommands.token,
            AuthCommands.remove,
            SimulateCommand.description,
            HelpCommand.description, CompletionsCommand.description,
        ])
}
